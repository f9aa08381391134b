"""The delta of users.

Sources (learn.microsoft.com): "Use delta query to track changes in Microsoft Graph data" (graph/delta-query-overview):
the state is in the link, an empty page may have a next link, a page has either `@odata.nextLink` or
`@odata.deltaLink`, no order may be assumed, the same person may come several times and in later rounds again
(*Replays*), `$deltatoken=latest`, *Synchronization reset* (410 with `Location` and an empty token), *Token duration*
(7 days for directory objects, then "a 40X-series error with error codes such as syncStateNotFound"). "user: delta"
(graph/api/user-delta): parameters only in the first request, `Prefer: return=minimal`, a property that never was set
is left out, one that was emptied is null. "Get incremental changes for users" (graph/delta-query-users): `@removed`
with the reason `changed` (in the bin, can be restored) or `deleted` (for good); only selected properties are tracked.
"Duration of change tracking tokens" (devblogs.microsoft.com): 400 with syncStateNotFound; an issue of
microsoft-graph-docs ("Undocumented Error Code, SyncStateNotFound") shows 410 with that code in capitals.
"""

import json
import random
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final

from tests.directories.vendors import entra_people
from tests.directories.vendors.graph import graph_error
from tests.directories.vendors.people import FIRST
from tests.directories.vendors.wire import Ask, Page, Reply

if TYPE_CHECKING:
    from tests.directories.vendors.entra import EntraVendor

WEEK: Final = 7 * 24 * 3600
WHOLE: Final = frozenset({"deleted", "purged", "created_at"})
"""Changes that concern everybody, whatever is selected: gone, gone for good, or new."""


class Expiry(Enum):
    """How Graph says that one must start anew; all of these are documented or were seen."""

    GONE_WITH_LOCATION = "410, resyncRequired, Location with an empty token"
    GONE = "410, resyncRequired"
    SYNC_STATE_NOT_FOUND = "400, syncStateNotFound"
    SYNC_STATE_NOT_FOUND_GONE = "410, SyncStateNotFound"


@dataclass(frozen=True, slots=True)
class Round:
    """One round of change tracking: `changed` is None in the first one, which lists everybody."""

    revision: int
    names: tuple[str, ...]
    tracks_all: bool
    pending: tuple[int, ...]
    changed: Mapping[int, frozenset[str]] | None
    begun_at: float


class Delta:
    """The rounds of all readers.

    `replays` is how many people of each round come once more at its end; `mentions_removed` lets the first round name
    people in the bin, as the documentation's example does.
    """

    def __init__(self, vendor: "EntraVendor", *, page: int) -> None:
        self.vendor = vendor
        self.page_size = page
        self.replays = 0
        self.mentions_removed = False
        self.lifetime = WEEK
        self._expiry = Expiry.GONE_WITH_LOCATION
        self._skips: dict[str, tuple[Round, int]] = {}
        self._deltas: dict[str, Round] = {}
        self._expired: set[str] = set()

    def expire(self, how: Expiry = Expiry.GONE_WITH_LOCATION) -> None:
        """Every token that was given out so far is answered so from now on."""
        self._expiry = how
        self._expired |= self._skips.keys() | self._deltas.keys()

    def answer(self, ask: Ask, permissions: frozenset[str]) -> Reply | Page:
        """A page of the first round, of a later one, or the refusal of a token."""
        query = {name.lower(): value for name, value in ask.query.items()}
        for name in ("$top", "$orderby", "$expand"):
            if name in query:
                return graph_error(400, "Request_UnsupportedQuery", f"{name} is not supported for delta queries.")
        token = query.get("$skiptoken") or query.get("$deltatoken")
        if token and token != "latest":
            return self.go_on(ask, token, "$skiptoken" in query, "$select" in query)
        names = self.vendor.selection(ask, permissions)
        if isinstance(names, Reply):
            return names
        begun = self.begin(names, tracks_all="$select" not in query)
        if token == "latest":
            return self.last_page(ask, begun, [])
        return self.page(ask, begun, 0, minimal=False)

    def go_on(self, ask: Ask, token: str, is_skip: bool, selects: bool) -> Reply | Page:
        """The next page of a round, or the first page of the next round."""
        if is_skip and selects:
            return graph_error(400, "Request_BadRequest", "$select and $skiptoken cannot be used together.")
        known = self._skips.get(token) if is_skip else self._deltas.get(token)
        if known is None:
            return graph_error(400, "Request_BadRequest", "Badly formed token.")
        begun, position = known if isinstance(known, tuple) else (known, 0)
        if token in self._expired or self.vendor.now() > begun.begun_at + self.lifetime:
            return self.refuse()
        minimal = "return=minimal" in ask.headers.get("prefer", "")
        return self.page(ask, begun if is_skip else self.continue_from(begun), position, minimal=minimal)

    def begin(self, names: tuple[str, ...], *, tracks_all: bool) -> Round:
        """The first round: everybody, in no order."""
        organisation = self.vendor.organisation
        with organisation.lock:
            revision = organisation.revision
            pending = [person.number for person in organisation.after(FIRST)]
            if self.mentions_removed:
                pending += organisation.deleted
        return Round(revision, names, tracks_all, self.shuffle(pending, revision), None, self.vendor.now())

    def continue_from(self, before: Round) -> Round:
        """The round that follows: who changed in a tracked property since the round before began."""
        organisation = self.vendor.organisation
        with organisation.lock:
            revision = organisation.revision
            changed = organisation.changed_since(before.revision)
        tracked = frozenset[str]().union(*(entra_people.FIELDS.get(name, frozenset()) for name in before.names))
        concerned = {
            number: what for number, what in changed.items() if before.tracks_all or what & WHOLE or what & tracked
        }
        pending = self.shuffle(list(concerned), revision)
        return Round(revision, before.names, before.tracks_all, pending, concerned, self.vendor.now())

    def shuffle(self, numbers: list[int], revision: int) -> tuple[int, ...]:
        """In no order, and some of them again."""
        roll = random.Random(revision)
        roll.shuffle(numbers)
        return (*numbers, *roll.sample(numbers, min(self.replays, len(numbers))))

    def page(self, ask: Ask, begun: Round, position: int, *, minimal: bool) -> Page:
        """One page; everybody is shown as of now, or as removed."""
        end = position + self.page_size
        rows = [self.write(number, begun, minimal=minimal) for number in begun.pending[position:end]]
        if end >= len(begun.pending):
            return self.last_page(ask, begun, rows)
        token = secrets.token_urlsafe(24)
        self._skips[token] = (begun, end)
        following = f"{self.vendor.base}/v1.0/users/delta?$skiptoken={token}"
        return self.vendor.page(ask, rows, following, "users")

    def last_page(self, ask: Ask, begun: Round, rows: list[bytes]) -> Page:
        """The end of a round, with the link to the next one."""
        token = secrets.token_urlsafe(24)
        self._deltas[token] = begun
        page = self.vendor.page(ask, rows, None, "users")
        link = f"{self.vendor.base}/v1.0/users/delta?$deltatoken={token}"
        return Page(page.people, page.here, None, {**page.extras, "@odata.deltaLink": link})

    def write(self, number: int, begun: Round, *, minimal: bool) -> bytes:
        """One person of a round."""
        organisation = self.vendor.organisation
        identity = entra_people.id_of(number)
        person = organisation.people.get(number)
        if person is None:
            reason = "deleted" if number in organisation.purged else "changed"
            return json.dumps({"id": identity, "@removed": {"reason": reason}}).encode()
        hides = "User-LifeCycleInfo.Read.All" not in self.vendor.granted
        variant = ("delta", begun.names, hides)
        if begun.changed is None and (kept := self.vendor.rendered(variant, number, person)) is not None:
            return kept
        content = entra_people.write(person, begun.names, hides_leave_date=hides)
        what = begun.changed[number] if begun.changed is not None else frozenset[str]()
        shown = {
            name: value
            for name, value in content.items()
            if self.is_shown(name, value, what, minimal=minimal and begun.changed is not None)
        }
        if begun.changed is None:
            return self.vendor.render(variant, number, person, {**shown, "id": identity})
        return json.dumps({**shown, "id": identity}).encode()

    @staticmethod
    def is_shown(name: str, value: object, what: frozenset[str], *, minimal: bool) -> bool:
        """Whether a property stands in the page: changed ones always, others if they ever were set."""
        is_new = bool(what & WHOLE)
        has_changed = bool(entra_people.FIELDS.get(name, frozenset()) & what) and not is_new
        return has_changed or (value is not None and (not minimal or is_new))

    def refuse(self) -> Reply:
        """The refusal of a token that is too old."""
        lost = "The sync state generation is not found. The delta token is expired and data must be synchronized again."
        resync = "Resync is required. The delta token is no longer valid, and the app must reset the sync state."
        match self._expiry:
            case Expiry.GONE_WITH_LOCATION:
                location = f"{self.vendor.base}/v1.0/users/delta?$deltatoken="
                return graph_error(410, "resyncRequired", resync, (("location", location),))
            case Expiry.GONE:
                return graph_error(410, "resyncRequired", resync)
            case Expiry.SYNC_STATE_NOT_FOUND:
                return graph_error(400, "syncStateNotFound", lost)
            case Expiry.SYNC_STATE_NOT_FOUND_GONE:
                return graph_error(410, "SyncStateNotFound", lost)
