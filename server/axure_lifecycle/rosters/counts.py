"""The line in which a list says how long it is: `206 members`, `Showing 1–50 of 206`, `Total: 206`."""

import re
from collections.abc import Iterable
from typing import Final

_NUMBER: Final = r"(\d{1,3}(?:[.,'’ \u00a0\u202f]\d{3}){1,3}|\d{1,9})"
_THINGS: Final = (
    "members?|users?|people|persons?|accounts?|results?|rows?|entries|entry|records?|items?|seats?|subscriptions?|"
    "licen[sc]es?|leden|gebruikers?|personen|resultaten|abonnementen|licenties|mitglieder|benutzer|ergebnisse|"
    "einträge|abonnements|lizenzen|membres?|utilisateurs?|résultats?|licences?"
)
_SHAPES: Final = tuple(
    re.compile(shape, re.IGNORECASE)
    for shape in (
        rf"{_NUMBER} (?:total )?(?:{_THINGS})(?: (?:in total|total|found|gevonden|gefunden))?\.?",
        rf"(?:{_THINGS}) ?[:(] ?{_NUMBER}\)?",
        rf"{_NUMBER} (?:in total|total|totaal|insgesamt|au total)",
        rf"(?:total|totaal|gesamt|insgesamt|count|anzahl|aantal)(?: (?:{_THINGS}))? ?[:=]? ?{_NUMBER}"
        rf"(?: (?:{_THINGS}))?",
        # The last number of "1–50 of 206" is the length of the whole list, not of what is shown.
        rf"(?:[^\W\d_]+ )?\d[\d.,]* ?(?:-|–|—|to|tot|bis|à) ?\d[\d.,]* ?(?:of|out of|van|von|sur|de|/) ?{_NUMBER}"
        rf"(?: (?:{_THINGS}))?\.?",
    )
)
_LONGEST: Final = 80


def find_stated_count(cells: Iterable[str]) -> int | None:
    """The number in a count line; None when the cells are none.

    >>> find_stated_count(["1,206 members"]), find_stated_count(["Showing 1–50 of 206"])
    (1206, 206)
    >>> find_stated_count(["2 of us"]) is None
    True
    """
    text = " ".join(" ".join(cells).split())
    if len(text) > _LONGEST or not any(character.isdigit() for character in text):
        return None
    for shape in _SHAPES:
        if found := shape.fullmatch(text):
            return int(re.sub(r"\D", "", found.group(1)))
    return None
