"""Text from outside, made fit to be looked at.

Names, notes and roster cells are data that somebody else wrote. A control character can rewrite a terminal, a
bidirectional override can turn an address around before a reader's eyes, and a word of a megabyte fills any screen:
the first two are shown as visible signs, the last is cut.
"""

from typing import Final

LONGEST_SHOWN: Final = 200
"""Characters; longer text is cut where it is shown."""

_CONTROL_PICTURES: Final = 0x2400
"""Where Unicode draws the control characters U+0000 to U+001F; DEL's picture stands at U+2421."""
_FORMULA_STARTS: Final = "=+-@\t\r"


def shown(text: str, most: int = LONGEST_SHOWN) -> str:
    """The text with every invisible character made visible, at most `most` characters of it and a sign for the cut.

    >>> shown("\\x1b[2J")
    '␛[2J'
    >>> shown("Pat\\u202etap")
    'Pat⟨U+202E⟩tap'
    >>> shown("abcdef", 3)
    'abc…'
    """
    visible = text[: most + 1]
    if not visible.isprintable():
        visible = "".join(map(_picture, visible))
    return visible if len(visible) <= most else visible[:most] + "…"


def starts_formula(text: str) -> bool:
    """Whether a spreadsheet would read the text as a formula: `=`, `+`, `-`, `@`, a tab or a carriage return first.

    Source: OWASP, "CSV Injection".

    >>> starts_formula("=HYPERLINK(A1)"), starts_formula("Pat")
    (True, False)
    """
    return text[:1] in _FORMULA_STARTS and text != ""


def _picture(character: str) -> str:
    if character.isprintable():
        return character
    point = ord(character)
    if point < ord(" "):
        return chr(_CONTROL_PICTURES + point)
    return "␡" if character == "\x7f" else f"⟨U+{point:04X}⟩"
