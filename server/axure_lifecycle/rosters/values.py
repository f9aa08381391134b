"""What the words in a cell mean. Every function takes a cell as it stands and raises CellMistake when it cannot stand.

A word that nobody here knows is kept, lower-cased, wherever the row type allows that; "not stated" is None.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final

from axure_lifecycle.domain.addresses import Address, normal
from axure_lifecycle.domain.cells import LONGEST_CELL, CellMistake, read_text, refuse_nul, refuse_oversize, strip_scheme
from axure_lifecycle.domain.rosters import Standing
from axure_lifecycle.domain.text import LONGEST_SHOWN, shown
from axure_lifecycle.rosters.records import LONGEST_LIST
from axure_lifecycle.rosters.words import BOUGHT_BY, MEMBER_STATUS, NO, NOBODY, PERSONS, STANDINGS, YES

_MAILBOX: Final = re.compile(r"[^<>]*<([^<>]*)>")
_BOXED: Final = re.compile(r"<([^<>]*)>")
_SEPARATORS: Final = re.compile(r"[;,|\s]+")
_ORDER_NUMBER: Final = re.compile(r"(?:po|p\.o\.|purchase order)[ :#-]*\d[\w./-]*")


def read_address(cell: str, column: str) -> Address:
    """The address in a cell, bare or as `Name <address>` or `mailto:address`; `column` is for the sentence."""
    refuse_oversize(cell, LONGEST_CELL)
    address = normal(cell)
    if address is not None:
        return address
    text = cell.strip()
    if not text:
        raise CellMistake("no_address", f"“{column}” is empty.")
    refuse_nul(text)
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
    refuse_oversize(cell, LONGEST_LIST)
    if not cell.strip() or cell.strip().casefold() in NOBODY:
        return ()
    found: dict[Address, None] = {}
    for part in _parts(cell):
        mailbox = strip_scheme(part)
        if mailbox:
            found[read_address(mailbox, column)] = None
    return tuple(found)


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
