"""What the words in a cell mean. Every function takes a cell as it stands and raises CellMistake when it cannot stand.

A word that nobody here knows is kept, lower-cased, wherever the row type allows that; "not stated" is None.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final

from axure_lifecycle.domain.addresses import Address, looks_alike, normal
from axure_lifecycle.domain.rosters import Standing
from axure_lifecycle.domain.text import LONGEST_SHOWN, shown, starts_formula
from axure_lifecycle.rosters.records import LONGEST_CELL, LONGEST_LIST, CellMistake
from axure_lifecycle.rosters.words import BOUGHT_BY, DASHES, MEMBER_STATUS, NO, NOBODY, PERSONS, STANDINGS, YES

FORMULA_DISARMED: Final = "formula_disarmed"
CONTROLS_SHOWN: Final = "control_characters_shown"
TEXT_SHORTENED: Final = "text_shortened"
LOOK_ALIKE: Final = "look_alike"

PLAIN_TEXT: Final = re.compile(r"[A-Za-z0-9](?:[ -~]{0,98}[!-~])?")
"""Names and words that may be shown as they stand."""
_ODD_BLANKS: Final = re.compile("[\t\n\r\u00a0\u2000-\u200a\u202f\u205f\u3000]+")
_MAILBOX: Final = re.compile(r"[^<>]*<([^<>]*)>")
_BOXED: Final = re.compile(r"<([^<>]*)>")
_SEPARATORS: Final = re.compile(r"[;,|\s]+")
_SCHEME: Final = re.compile(r"([A-Za-z0-9]+):(.*)", re.DOTALL)
_ORDER_NUMBER: Final = re.compile(r"(?:po|p\.o\.|purchase order)[ :#-]*\d[\w./-]*")


def read_text(cell: str) -> tuple[str | None, tuple[str, ...]]:
    """A name or a word of the application as it may be shown, and the flags that a person should see beside it."""
    if PLAIN_TEXT.fullmatch(cell):
        return cell, ()
    _refuse_oversize(cell, LONGEST_CELL)
    text = _ODD_BLANKS.sub(" ", cell).strip()
    if not text or text in DASHES:
        return None, ()
    _refuse_nul(text)
    flags: list[str] = []
    if starts_formula(text):
        flags.append(FORMULA_DISARMED)
    if not text.isprintable():
        flags.append(CONTROLS_SHOWN)
    visible = shown(text)
    if len(text) > LONGEST_SHOWN or len(visible) > LONGEST_SHOWN:
        flags.append(TEXT_SHORTENED)
    return visible, tuple(flags)


def read_address(cell: str, column: str) -> Address:
    """The address in a cell, bare or as `Name <address>` or `mailto:address`; `column` is for the sentence."""
    _refuse_oversize(cell, LONGEST_CELL)
    address = normal(cell)
    if address is not None:
        return address
    text = cell.strip()
    if not text:
        raise CellMistake("no_address", f"“{column}” is empty.")
    _refuse_nul(text)
    inner = boxed.group(1) if (boxed := _MAILBOX.fullmatch(text)) else text
    address = normal(inner.strip().removeprefix("mailto:"))
    if address is not None:
        return address
    if "@" in text and not text.isprintable():
        raise CellMistake("no_address", f"“{shown(text)}” in “{column}” holds invisible characters; type it anew.")
    raise CellMistake("no_address", f"“{shown(text)}” in “{column}” is no e-mail address.")


def read_holder(cell: str, column: str) -> Address | None:
    """Who holds something; None for an empty cell and for words such as `unassigned`."""
    text = cell.strip()
    if not text or text.casefold() in NOBODY:
        return None
    return read_address(cell, column)


def read_addresses(cell: str, column: str) -> tuple[Address, ...]:
    """All addresses of a list, in their order and each once; `smtp:` is stripped, other schemes are no mailboxes."""
    _refuse_oversize(cell, LONGEST_LIST)
    if not cell.strip() or cell.strip().casefold() in NOBODY:
        return ()
    found: dict[Address, None] = {}
    for part in _parts(cell):
        mailbox = strip_scheme(part)
        if mailbox:
            found[read_address(mailbox, column)] = None
    return tuple(found)


def strip_scheme(text: str) -> str | None:
    """The mailbox of a proxy address (`SMTP:a@b.example`); None for those of other systems (SIP, X500).

    Source: Graph, user resource, proxyAddresses: `SMTP:` is the primary mailbox, `smtp:` an alias.
    """
    scheme = _SCHEME.fullmatch(text)
    if scheme is None:
        return text
    return scheme.group(2) if scheme.group(1).casefold() in {"smtp", "mailto"} else None


def read_member_status(cell: str) -> str | None:
    """`active`, `deactivated`, `invited`, or the roster's own word in lower case."""
    word = _word(cell)
    return None if word is None else MEMBER_STATUS.get(word, word)


def read_is_active(cell: str) -> str | None:
    """The status in a column that asks a question (`Active`: yes or no)."""
    word = _word(cell)
    if word in YES:
        return "active"
    if word in NO:
        return "deactivated"
    return read_member_status(cell)


def read_yes_no(cell: str, column: str) -> bool | None:
    """Yes or no; None when the cell is empty."""
    word = _word(cell)
    if word is None:
        return None
    if word in YES:
        return True
    if word in NO:
        return False
    raise CellMistake("no_yes_or_no", f"“{shown(cell)}” in “{column}” is neither yes nor no.")


def read_bought_by(cell: str) -> str | None:
    """`card`, `purchase_order`, `invoice`, or the roster's own word in lower case."""
    word = _word(cell)
    if word is None:
        return None
    return "purchase_order" if _ORDER_NUMBER.fullmatch(word) else BOUGHT_BY.get(word, word)


def read_standing(cell: str) -> Standing | None:
    """What a directory's word means; UNKNOWN for a word that nobody here knows, None for an empty cell."""
    word = _word(cell)
    return None if word is None else STANDINGS.get(word, Standing.UNKNOWN)


def read_is_enabled(cell: str) -> Standing | None:
    """The standing in a column that asks whether an account is enabled; other words count as a status does."""
    word = _word(cell)
    if word in YES:
        return Standing.ACTIVE
    if word in NO:
        return Standing.DISABLED
    return read_standing(cell)


def read_account_kind(cell: str) -> str | None:
    """`person`, or the directory's own word in lower case."""
    word = _word(cell)
    return "person" if word in PERSONS else word


def is_member_status(cell: str) -> bool:
    """Whether the cell is a word that the members page uses for a status."""
    return unicodedata.normalize("NFC", cell[:LONGEST_SHOWN]).strip().lower() in MEMBER_STATUS


def address_flags(*addresses: Address | None) -> tuple[str, ...]:
    """`look_alike` when any of them could be taken for another."""
    return (LOOK_ALIKE,) if any(address is not None and looks_alike(address) for address in addresses) else ()


@lru_cache(maxsize=1000)
def _word(cell: str) -> str | None:
    text, _ = read_text(cell)
    return None if text is None else unicodedata.normalize("NFC", text).lower()


def _parts(cell: str) -> list[str]:
    """The entries of a list of addresses; of `Name <address>` only the address."""
    if "<" not in cell:
        return [part for part in _SEPARATORS.split(cell) if part]
    bare = [part for part in _SEPARATORS.split(_BOXED.sub(" ", cell)) if set(part) & set("@<>")]
    return [boxed.strip() for boxed in _BOXED.findall(cell)] + bare


def _refuse_oversize(cell: str, most: int) -> None:
    if len(cell) > most:
        raise CellMistake("cell_too_large", f"A cell holds {len(cell):,} characters, and at most {most:,} are read.")


def _refuse_nul(text: str) -> None:
    if "\0" in text:
        raise CellMistake("nul_character", "A cell holds a NUL character, which no table has: the file is damaged.")
