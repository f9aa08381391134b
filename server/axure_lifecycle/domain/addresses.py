"""E-mail addresses as join keys.

E-mail is the key that ties a membership, a seat and a directory account together (fact: join-key.email). Two
spellings are the same address when they agree after trimming, NFC and lower case, and in no other case: look-alike
letters are never folded into each other, because `раt@…` in Cyrillic is another mailbox than `pat@…`. They are kept
and flagged.
"""

import re
import unicodedata
from typing import Final, NewType, TypeGuard

Address = NewType("Address", str)
"""An address in its normal form: trimmed, NFC, lower case. Made only by `normal`."""

LONGEST_ADDRESS: Final = 254
"""Characters; RFC 5321 section 4.5.3.1.3 allows a path of 256 octets with its angle brackets."""

_SHAPE: Final = re.compile(r"[^\s@<>()\[\],;:\"\\]+@[^\s@<>()\[\],;:\"\\.]+(?:\.[^\s@<>()\[\],;:\"\\.]+)+")
PLAIN_ADDRESS: Final = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-z0-9-]+(?:\.[a-z0-9-]+)+")
"""Texts that are addresses in their normal form, unless they are too long."""


def normal(text: str) -> Address | None:
    """The normal form of an address, or None when the text is no address.

    >>> normal(" L.Weijers@ACME.example ")
    'l.weijers@acme.example'
    >>> normal("Lieke Weijers") is None
    True
    """
    lowered = text.strip().lower()
    if PLAIN_ADDRESS.fullmatch(lowered):
        return Address(lowered) if len(lowered) <= LONGEST_ADDRESS else None
    composed = unicodedata.normalize("NFC", unicodedata.normalize("NFC", text.strip()).lower())
    if len(composed) > LONGEST_ADDRESS or not _SHAPE.fullmatch(composed):
        return None
    if any(unicodedata.category(character) in _INVISIBLE for character in composed):
        return None
    return Address(composed)


def is_normal(text: str) -> TypeGuard[Address]:
    """Whether the text is plainly an address in its normal form, as most are that a directory names.

    Of any other text only `normal` can tell.

    >>> is_normal("l.weijers@acme.example"), is_normal("L.Weijers@acme.example"), is_normal("Lieke")
    (True, False, False)
    """
    return len(text) <= LONGEST_ADDRESS and PLAIN_ADDRESS.fullmatch(text) is not None


_INVISIBLE: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def looks_alike(address: Address) -> bool:
    """Whether the address holds what an imitation of another address would: letters that are not Latin, or signs and
    digits beyond ASCII. Latin letters of other languages and their accents are no such thing.

    >>> looks_alike(Address("d.s.yılmaz@acme.example"))
    False
    >>> looks_alike(Address("pаt@acme.example"))  # the second letter is Cyrillic
    True
    >>> looks_alike(Address("jan‐pat@acme.example"))  # a hyphen that is no hyphen-minus
    True
    """
    if address.isascii():
        return False
    return any(not (character.isascii() or _is_latin(character)) for character in address)


def _is_latin(character: str) -> bool:
    name = unicodedata.name(character, "")
    # A combining accent stays where Unicode has no letter for it: the lower case of Turkish İ is i with a dot above.
    return name.startswith("LATIN ") or (name.startswith("COMBINING ") and unicodedata.combining(character) > 0)
