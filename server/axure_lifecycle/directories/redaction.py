"""Words of the other side, made fit for a sentence: never a secret of ours among them, whoever sends it back to us."""

import re
from collections.abc import Iterable, Mapping
from typing import Final, cast

_LONGEST: Final = 400
_RUN: Final = 8
"""So many characters in a row that also stand in a secret make a text unfit."""
_WORD: Final = re.compile(r"[A-Za-z0-9_.\-]{1,80}")


def redact(text: str, secrets: Iterable[str]) -> str:
    """The beginning of the text; `(concealed)` in place of one that holds a part of a secret.

    >>> redact("AADSTS7000215: Invalid client secret provided.", ["hunter2hunter2"])
    'AADSTS7000215: Invalid client secret provided.'
    >>> redact("no such token: ter2hunter", ["hunter2hunter2"])
    '(concealed)'
    """
    cut = text[:_LONGEST]
    for secret in secrets:
        runs = range(max(len(cut) - _RUN + 1, 1))
        if secret and (secret in cut or any(len(cut) >= _RUN and cut[at : at + _RUN] in secret for at in runs)):
            return "(concealed)"
    return cut


def word_of_error(body: object) -> str:
    """The code of an error in the form of Okta, Graph, Google or OAuth 2.0; empty when there is none."""
    if not isinstance(body, dict):
        return ""
    told = cast("Mapping[str, object]", body)
    error = told.get("error")
    candidates = [told.get("errorCode"), *reasons_of(told), error]
    if isinstance(error, dict):
        candidates.append(cast("Mapping[str, object]", error).get("code"))
    for candidate in candidates:
        if isinstance(candidate, str) and _WORD.fullmatch(candidate):
            return candidate
    return ""


def reasons_of(body: object) -> list[str]:
    """The reasons of a Google error; none for anything else."""
    if not isinstance(body, dict):
        return []
    error = cast("Mapping[str, object]", body).get("error")
    errors = cast("Mapping[str, object]", error).get("errors") if isinstance(error, dict) else None
    if not isinstance(errors, list):
        return []
    found = [
        cast("Mapping[str, object]", each).get("reason")
        for each in cast("list[object]", errors)
        if isinstance(each, dict)
    ]
    return [reason for reason in found if isinstance(reason, str)]
