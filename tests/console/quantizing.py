"""Pictures of pages with at most 256 colours: a fraction of the bytes, and nobody sees it.

PNG, Third Edition (W3C): chunks in section 5, filters in section 9. Only what Chromium writes is read: 8 bits a
channel, RGB or RGBA, not interlaced.
"""

import struct
import zlib
from collections import Counter
from collections.abc import Iterator
from typing import Final

SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
MOST_COLOURS: Final = 256
MOST_FREQUENT: Final = 192
FEWEST_PIXELS: Final = 5
_RGB, _RGBA, _INDEXED = 2, 6, 3
_BITS: Final = 8


def quantize(png: bytes) -> bytes:
    """The same picture with its most frequent colours; every other one becomes the nearest of them."""
    chunks = dict[bytes, bytes]()
    for name, content in _chunks(png):
        chunks[name] = chunks.get(name, b"") + content
    width, height, bits, kind, _, _, interlaced = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    assert (bits, interlaced) == (_BITS, 0)
    assert kind in (_RGB, _RGBA)
    channels = 3 if kind == _RGB else 4
    rows = list(_rows(zlib.decompress(chunks[b"IDAT"]), width * channels, channels))
    pixels = [[bytes(row[at : at + 3]) for at in range(0, len(row), channels)] for row in rows]
    counted = Counter(pixel for row in pixels for pixel in row)
    palette = _choose(counted)
    places = {colour: place for place, colour in enumerate(palette)}
    for colour in counted:
        if colour not in places:
            places[colour] = min(range(len(palette)), key=lambda place: _distance(palette[place], colour))
    lines = b"".join(b"\0" + bytes(map(places.__getitem__, row)) for row in pixels)
    return b"".join(
        (
            SIGNATURE,
            _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, _BITS, _INDEXED, 0, 0, 0)),
            _chunk(b"PLTE", b"".join(palette)),
            _chunk(b"IDAT", zlib.compress(lines, 9)),
            _chunk(b"IEND", b""),
        )
    )


def _choose(counted: Counter[bytes]) -> list[bytes]:
    """The most frequent colours, then those that are least like any of them: a small dot keeps its colour."""
    palette: list[bytes] = [colour for colour, _ in counted.most_common(MOST_FREQUENT)]
    others: set[bytes] = {colour for colour, count in counted.items() if count >= FEWEST_PIXELS}.difference(palette)
    apart: dict[bytes, int] = {colour: min(_distance(colour, chosen) for chosen in palette) for colour in others}
    while apart and len(palette) < MOST_COLOURS:
        chosen: bytes = max(apart, key=apart.__getitem__)
        palette.append(chosen)
        del apart[chosen]
        apart = {colour: min(far, _distance(colour, chosen)) for colour, far in apart.items()}
    return palette


def _distance(one: bytes, other: bytes) -> int:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    assert png.startswith(SIGNATURE)
    at = len(SIGNATURE)
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        yield png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        at += length + 12


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def _rows(data: bytes, stride: int, step: int) -> Iterator[bytearray]:
    """The rows without their filters."""
    above = bytearray(stride)
    for at in range(0, len(data), stride + 1):
        kind, row = data[at], bytearray(data[at + 1 : at + 1 + stride])
        for x in range(stride):
            left = row[x - step] if x >= step else 0
            corner = above[x - step] if x >= step else 0
            match kind:
                case 0:
                    break
                case 1:
                    row[x] = (row[x] + left) & 255
                case 2:
                    row[x] = (row[x] + above[x]) & 255
                case 3:
                    row[x] = (row[x] + (left + above[x]) // 2) & 255
                case _:
                    row[x] = (row[x] + _paeth(left, above[x], corner)) & 255
        yield row
        above = row


def _paeth(left: int, above: int, corner: int) -> int:
    guess = left + above - corner
    distances = abs(guess - left), abs(guess - above), abs(guess - corner)
    if distances[0] <= distances[1] and distances[0] <= distances[2]:
        return left
    return above if distances[1] <= distances[2] else corner
