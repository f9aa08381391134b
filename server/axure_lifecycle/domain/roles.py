"""System roles: the words of rosters and people, and the ones that conditions ask for."""

from typing import Final

from axure_lifecycle.domain.vocabulary import ROLES

_NAMES: Final = {role: role.replace("_", " ").title() for role in ROLES}


def read_role(written: str | None) -> str:
    """A role as conditions know it; `other` for words that are none, `not_stated` for nothing.

    >>> read_role("Technical Admin"), read_role("Owner"), read_role(None)
    ('technical_admin', 'other', 'not_stated')
    """
    if written is None:
        return "not_stated"
    word = fold_role(written)
    return word if word in ROLES else "other"


def fold_role(written: str) -> str:
    """One word for all spellings of a role, also of one that conditions do not know.

    >>> fold_role("Technical  Admin") == fold_role("technical-admin"), fold_role("Owner")
    (True, 'owner')
    """
    return "_".join(written.replace("-", " ").replace("_", " ").lower().split())


def name_role(role: str | None) -> str:
    """A role as people write it; another application's own word stays as it is.

    >>> name_role("technical_admin"), name_role("Sales User"), name_role(None)
    ('Technical Admin', 'Sales User', 'not stated')
    """
    return "not stated" if role is None else _NAMES.get(role, role)
