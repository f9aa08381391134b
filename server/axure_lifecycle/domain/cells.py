"""Text of a cell or a property that somebody else wrote, as it may be kept and shown."""

import re
from typing import Final

from axure_lifecycle.domain.addresses import Address, looks_alike
from axure_lifecycle.domain.text import LONGEST_SHOWN, shown, starts_formula

FORMULA_DISARMED: Final = "formula_disarmed"
CONTROLS_SHOWN: Final = "control_characters_shown"
TEXT_SHORTENED: Final = "text_shortened"
LOOK_ALIKE: Final = "look_alike"

LONGEST_CELL: Final = 1000
"""Characters."""
DASHES: Final = frozenset({"-", "–", "—", "--", "---"})
"""What people put into a cell that they leave empty."""
PLAIN_TEXT: Final = re.compile(r"[A-Za-z0-9](?:[ -~]{0,98}[!-~])?")
"""Names and words that may be shown as they stand."""
_ODD_BLANKS: Final = re.compile("[\t\n\r\u00a0\u2000-\u200a\u202f\u205f\u3000]+")
_SCHEME: Final = re.compile(r"([A-Za-z0-9]+):(.*)", re.DOTALL)


class CellMistake(Exception):
    """A cell that cannot stand; becomes a mistake of its line."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


def read_text(cell: str) -> tuple[str | None, tuple[str, ...]]:
    """A name or a word of the application as it may be shown, and the flags that a person should see beside it."""
    if PLAIN_TEXT.fullmatch(cell):
        return cell, ()
    refuse_oversize(cell, LONGEST_CELL)
    text = _ODD_BLANKS.sub(" ", cell).strip()
    if not text or text in DASHES:
        return None, ()
    refuse_nul(text)
    flags: list[str] = []
    if starts_formula(text):
        flags.append(FORMULA_DISARMED)
    if not text.isprintable():
        flags.append(CONTROLS_SHOWN)
    visible = shown(text)
    if len(text) > LONGEST_SHOWN or len(visible) > LONGEST_SHOWN:
        flags.append(TEXT_SHORTENED)
    return visible, tuple(flags)


def strip_scheme(text: str) -> str | None:
    """The mailbox of a proxy address (`SMTP:a@b.example`); None for those of other systems (SIP, X500).

    Source: Graph, user resource, proxyAddresses: `SMTP:` is the primary mailbox, `smtp:` an alias.
    """
    scheme = _SCHEME.fullmatch(text)
    if scheme is None:
        return text
    return scheme.group(2) if scheme.group(1).casefold() in {"smtp", "mailto"} else None


def address_flags(*addresses: Address | None) -> tuple[str, ...]:
    """`look_alike` when any of them could be taken for another."""
    return (LOOK_ALIKE,) if any(address is not None and looks_alike(address) for address in addresses) else ()


def refuse_oversize(cell: str, most: int) -> None:
    """Raises CellMistake for more characters than that."""
    if len(cell) > most:
        raise CellMistake("cell_too_large", f"A cell holds {len(cell):,} characters, and at most {most:,} are read.")


def refuse_nul(text: str) -> None:
    """Raises CellMistake for a character that no table has."""
    if "\0" in text:
        raise CellMistake("nul_character", "A cell holds a NUL character, which no table has: the file is damaged.")
