"""What can go wrong between a vendor and its reader, and at which request.

A fault is a value; a `Schedule` says at which request it strikes. Requests of data are numbered from 1; requests of
tokens are numbered apart (`at_token`), so that a plan holds whether or not a token had to be fetched anew.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from tests.directories.vendors.people import Organisation


@dataclass(frozen=True, slots=True)
class InSeconds:
    """`Retry-After: 2`, or `Retry-After: 1.5` where the number is no whole one (Graph sends such)."""

    seconds: float


@dataclass(frozen=True, slots=True)
class AtDate:
    """`Retry-After` as an HTTP date so many seconds ahead of the vendor's clock (RFC 9110, 10.2.3)."""

    seconds: int


@dataclass(frozen=True, slots=True)
class Unsaid:
    """No word of when to come back."""


@dataclass(frozen=True, slots=True)
class AtReset:
    """Okta's `X-Rate-Limit-Reset`, so many seconds ahead of the vendor's clock; other vendors say nothing."""

    seconds: int


@dataclass(frozen=True, slots=True)
class Garbled:
    """`Retry-After` with a value of no known form: `soon`, `-5`, `1e400`."""

    value: str = "soon"


Wait = InSeconds | AtDate | Unsaid | AtReset | Garbled


@dataclass(frozen=True, slots=True)
class Throttled:
    """429, in the vendor's form."""

    wait: Wait = InSeconds(1)


@dataclass(frozen=True, slots=True)
class QuotaForbidden:
    """Google's 403 that means "too fast"; the other vendors have no such thing and answer their 429."""

    reason: str = "userRateLimitExceeded"


@dataclass(frozen=True, slots=True)
class Broken:
    """500, 502, 503 or 504; 502 and 504 come from a proxy, in HTML."""

    status: int = 503
    wait: Wait = Unsaid()


@dataclass(frozen=True, slots=True)
class Truncated:
    """The connection is closed properly when so many of a hundred parts of the body were sent."""

    percent: int = 50


@dataclass(frozen=True, slots=True)
class CutJson:
    """Half of the JSON with a length that fits it: only the JSON tells."""


@dataclass(frozen=True, slots=True)
class LoginPage:
    """200 with an HTML page: a captive portal, or a proxy that wants somebody to sign in."""


@dataclass(frozen=True, slots=True)
class SlowDrip:
    """The body in pieces of so many bytes with a pause between them, seconds."""

    piece: int = 64
    pause: float = 0.05


@dataclass(frozen=True, slots=True)
class Silence:
    """The request is taken and never answered."""


@dataclass(frozen=True, slots=True)
class ConnectionReset:
    """A TCP reset, before the first byte (`percent=0`) or within the body."""

    percent: int = 0


@dataclass(frozen=True, slots=True)
class PageAgain:
    """The page's link to the next one leads to the page itself, once: its people come twice, nobody is lost."""


@dataclass(frozen=True, slots=True)
class Overlap:
    """The page begins with so many people of the page before it in the same collection."""

    people: int = 10


@dataclass(frozen=True, slots=True)
class EmptyPage:
    """A page without people; its link leads to the page that was asked for."""


@dataclass(frozen=True, slots=True)
class MovedAhead:
    """Before the page is made, the person listed first moves to the end of the listing: listed twice."""


@dataclass(frozen=True, slots=True)
class MovedBehind:
    """Before the page is made, the person listed last moves to the front: this listing misses somebody who is there."""


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """Before the page is made, somebody changes the organisation."""

    change: Callable[[Organisation], None]


@dataclass(frozen=True, slots=True)
class TokenExpired:
    """Every token that was issued stops working before this request."""


@dataclass(frozen=True, slots=True)
class RedirectElsewhere:
    """The reply redirects to the same path on another host."""

    status: int = 302


@dataclass(frozen=True, slots=True)
class NextElsewhere:
    """The link to the next page leads to another host."""


class Shape(Enum):
    """JSON that is valid and no list of people."""

    OBJECT = "an object of unknown members"
    NULL = "null"
    NUMBER = "a number"
    STRINGS = "a page of strings"
    STRANGERS = "a page of objects with no member that one knows"
    MISTYPED = "a page of people whose every member is a number"


@dataclass(frozen=True, slots=True)
class WrongShape:
    """JSON that is valid and not what it should be."""

    shape: Shape = Shape.OBJECT


@dataclass(frozen=True, slots=True)
class InvalidUtf8:
    """One byte of the JSON is no UTF-8."""


Fault = (
    Throttled
    | QuotaForbidden
    | Broken
    | Truncated
    | CutJson
    | LoginPage
    | SlowDrip
    | Silence
    | ConnectionReset
    | PageAgain
    | Overlap
    | EmptyPage
    | MovedAhead
    | MovedBehind
    | Meanwhile
    | TokenExpired
    | RedirectElsewhere
    | NextElsewhere
    | WrongShape
    | InvalidUtf8
)

Maker = Callable[[random.Random], Fault]

MAKERS: Final[Mapping[str, Maker]] = {
    "429, whole seconds": lambda roll: Throttled(InSeconds(roll.randint(1, 3))),
    "429, fraction": lambda roll: Throttled(InSeconds(round(roll.uniform(0.05, 2.5), 3))),
    "429, date": lambda roll: Throttled(AtDate(roll.randint(1, 3))),
    "429, nothing said": lambda _: Throttled(Unsaid()),
    "429, Okta's reset": lambda roll: Throttled(AtReset(roll.randint(1, 3))),
    "429, no known form": lambda roll: Throttled(Garbled(roll.choice(("soon", "-5", "1e400", "")))),
    "403, too fast": lambda roll: QuotaForbidden(
        roll.choice(("rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded"))
    ),
    "500": lambda _: Broken(500),
    "502": lambda _: Broken(502),
    "503": lambda roll: Broken(503, roll.choice((Unsaid(), InSeconds(1)))),
    "504": lambda _: Broken(504),
    "cut body": lambda roll: Truncated(roll.randint(0, 99)),
    "cut JSON": lambda _: CutJson(),
    "login page": lambda _: LoginPage(),
    "slow drip": lambda roll: SlowDrip(roll.choice((1, 7, 64)), 0.02),
    "silence": lambda _: Silence(),
    "reset": lambda roll: ConnectionReset(roll.choice((0, roll.randint(1, 99)))),
    "page again": lambda _: PageAgain(),
    "overlap": lambda roll: Overlap(roll.randint(1, 20)),
    "empty page": lambda _: EmptyPage(),
    "moved ahead": lambda _: MovedAhead(),
    "moved behind": lambda _: MovedBehind(),
    "token expired": lambda _: TokenExpired(),
    "redirect elsewhere": lambda roll: RedirectElsewhere(roll.choice((301, 302, 307, 308))),
    "next elsewhere": lambda _: NextElsewhere(),
    "wrong shape": lambda roll: WrongShape(roll.choice(tuple(Shape))),
    "invalid UTF-8": lambda _: InvalidUtf8(),
}
"""How to make a fault of each kind from a seeded source of chance."""


class Schedule:
    """Which request meets which fault; each plan is spent when it has struck as often as it should."""

    def __init__(self) -> None:
        self.count = 0
        self.token_count = 0
        self._planned: dict[int, list[Fault]] = {}
        self._planned_tokens: dict[int, list[Fault]] = {}
        self._always: Fault | None = None

    def at(self, number: int, *faults: Fault) -> "Schedule":
        """The request of this number meets the first fault, the one after it (a retry) the second, and so on."""
        for offset, fault in enumerate(faults):
            self._planned.setdefault(number + offset, []).append(fault)
        return self

    def at_token(self, number: int, *faults: Fault) -> "Schedule":
        """The same for requests of tokens."""
        for offset, fault in enumerate(faults):
            self._planned_tokens.setdefault(number + offset, []).append(fault)
        return self

    def always(self, fault: Fault | None) -> "Schedule":
        """Every request of data that has no plan of its own meets this fault, until `always(None)`."""
        self._always = fault
        return self

    def again(self) -> "Schedule":
        """Count from 1 again and forget every plan."""
        self.__init__()  # type: ignore[misc]
        return self

    def scatter(self, seed: int, *, requests: int, faults: int = 1, among: Sequence[str] = tuple(MAKERS)) -> "Schedule":
        """Plan so many faults of the named kinds at random requests from 1 to `requests`."""
        roll = random.Random(seed)
        for _ in range(faults):
            self.at(roll.randint(1, requests), MAKERS[roll.choice(among)](roll))
        return self

    def strike(self, *, is_token: bool) -> tuple[int | None, Fault | None]:
        """Count one request; its number among the requests of data, and its fault."""
        if is_token:
            self.token_count += 1
            return None, self._take(self._planned_tokens, self.token_count)
        self.count += 1
        return self.count, self._take(self._planned, self.count) or self._always

    @staticmethod
    def _take(planned: dict[int, list[Fault]], number: int) -> Fault | None:
        faults = planned.get(number)
        return faults.pop(0) if faults else None
