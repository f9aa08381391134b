"""Erasing a former person: what goes, what stays, and why.

Gone is what names them. What stays is what adds up without them: that a record was written and when, how many rows a
roster had, that a case was opened and verified. Who did something, or whose case it was, stays too: that is what a
trail is for.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple, cast

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.errors import LifecycleError

PSEUDONYM_DOMAIN: Final = "erased.invalid"
"""Stands in the place of an erased person's addresses: RFC 2606 reserves `.invalid`, so nobody ever has one."""
_WHO_ACTED: Final = frozenset({"by", "owner", "was"})
"""Fields of a payload that say who did something, or whose case it was or is."""


class Traces(NamedTuple):
    """A person before they are erased."""

    addresses: tuple[Address, ...]
    """The asked ones first, then every other one that a directory listed, or an identity provider pushed, for the same
    account, at any time."""
    active_in: tuple[str, ...]
    """What shows them as active, in words (`axure/cloud_for_business by R-7`)."""
    open_cases: tuple[int, ...]
    """About them: open, or done and waiting for a roster."""
    owned_cases: tuple[int, ...]
    """Theirs to do, and not over: their messages would name them anew."""
    live_tokens: int
    """With which they can still come in to this server."""


RECIPIENT_ERASED: Final = "recipient_erased"
"""Why a message was given up that waited for somebody who was erased."""


class EndedNotice(NamedTuple):
    """A message that waited for somebody who was erased."""

    id: int
    place: str
    attempts: int


class Erasure(NamedTuple):
    """What erasing takes away, and what it leaves."""

    addresses: tuple[str, ...]
    payloads_about: int
    """Payloads of the trail about them; their records stay in the chain."""
    payloads_naming: int
    """Payloads about others, or about nobody, that name them; these go as a whole as well."""
    deeds: int
    """Payloads that name them only as the one who did it, or whose case it was; these stay."""
    roster_rows: int
    """Rows of rosters and directory reads that are no longer in force."""
    rosters_ready: int
    """Rosters with them that lay ready and were not imported; these go whole."""
    standing: tuple[str, ...]
    """The sources in force that still list them (`R-7`); their rows stay until a newer one comes."""
    decisions: int
    answers: int
    """Answers that were kept for a repeated call."""
    cases: tuple[int, ...]
    """Cases about them, which go on under a pseudonym."""
    texts: int
    """Other rows in which a text named them: the pseudonym stands there now."""
    files: tuple[tuple[int, str], ...]
    """Attached files that go: number and SHA-256."""
    shared_files: tuple[int, ...]
    """Attached files that stay, because their case is about others too, or the same file is another case's."""
    access: int
    """Tokens, sessions, second factors and invitations of this server."""
    wanted: int
    """What identity providers pushed about them by SCIM."""
    notices: tuple[EndedNotice, ...]
    """Messages that waited for them, and are not sent."""
    owned: tuple[int, ...]
    """Cases that are not over and still theirs to do: until these are handed over, messages name them again."""


class NamedReports(NamedTuple):
    """Reports in the home that hold one of their addresses. They are copies, and no part of the store."""

    names: tuple[str, ...]
    """Of files, sorted."""
    are_removed: bool
    """Whether somebody asked for them to go; else they stay, and are named."""


class StillHere(LifecycleError):
    """Somebody is no former person yet."""

    code = "still_here"

    def __init__(self, person: str, reasons: Sequence[str]) -> None:
        super().__init__(
            f"Nothing was erased: {person} is no former person yet: {'; '.join(reasons)}. End that first, or repeat "
            "with --force and --reason where it must be now."
        )


class OperatorStays(LifecycleError):
    """The one who works here cannot be erased while they do."""

    code = "operator_stays"

    def __init__(self, person: str) -> None:
        super().__init__(
            f"Nothing was erased: {person} is the operator whom config.toml names. Change [organization] operator "
            "there first."
        )


class ReasonNames(LifecycleError):
    """A reason that names the person would keep what is to go."""

    code = "reason_names"

    def __init__(self) -> None:
        super().__init__(
            "Nothing was erased: the reason names the person, and the trail would keep it. Give a reason that names "
            "nobody, such as a ticket's number."
        )


class Finder:
    """Finds a person's addresses in texts, whatever their capitals, and as whole addresses only."""

    def __init__(self, addresses: Iterable[str], pseudonym: str) -> None:
        self.addresses = frozenset(addresses)
        self._pseudonym = pseudonym
        spelled = {unicodedata.normalize(form, one) for one in self.addresses for form in ("NFC", "NFD")}
        self._begun = tuple(sorted(spelled))
        longest_first = sorted(map(re.escape, spelled), key=len, reverse=True)
        self._named = re.compile(rf"(?<![\w.+-])(?:{'|'.join(longest_first)})(?![\w-])(?!\.\w)", re.IGNORECASE)

    def may_name(self, text: str) -> bool:
        """Whether it is worth a closer look: quick, and never wrong where it says no."""
        lowered = text.lower()
        return any(one in lowered for one in self._begun)

    def names(self, value: object) -> bool:
        """Whether any text in a value of JSON names them."""
        match value:
            case str():
                return self._named.search(value) is not None
            case dict():
                found = cast("dict[str, object]", value)
                return any(self.names(each) for pair in found.items() for each in pair)
            case list():
                return any(map(self.names, cast("list[object]", value)))
            case _:
                return False

    def names_beside_deeds(self, payload: Mapping[str, object]) -> bool:
        """Whether a payload names them as anything else than the one who acted, or whose case it was."""
        return any(self.names(value) for name, value in payload.items() if name not in _WHO_ACTED)

    def without(self, value: object) -> Any:
        """The value with the pseudonym in each place where it names them."""
        match value:
            case str():
                return self._named.sub(self._pseudonym, value)
            case dict():
                found = cast("dict[str, object]", value)
                return {self.without(name): self.without(each) for name, each in found.items()}
            case list():
                return [self.without(each) for each in cast("list[object]", value)]
            case _:
                return value
