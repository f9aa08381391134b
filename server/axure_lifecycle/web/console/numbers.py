"""Names of records in addresses (`C-12`, `R-7`, `E-3`)."""

import re
from typing import ClassVar, Final

from axure_lifecycle.domain.errors import LifecycleError

_NAME: Final = re.compile(r"([A-Z])-([1-9][0-9]{0,11})")


class NoSuchPage(LifecycleError):
    """An address that stands for nothing."""

    code: ClassVar[str] = "no_such_page"

    def __init__(self) -> None:
        super().__init__("There is no such page: the address names nothing here. Go on from one of the lists.")


def number_in(name: str, letter: str) -> int:
    """The number in a name. Raises `NoSuchPage` for what is no such name.

    >>> number_in("C-12", "C")
    12
    """
    found = _NAME.fullmatch(name)
    if found is None or found[1] != letter:
        raise NoSuchPage
    return int(found[2])
