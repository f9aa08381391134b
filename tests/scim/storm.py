"""An initial cycle of provisioning as it goes on a bad day: many connections, retries, duplicates, another order.

Each person is asked for, made when nobody has that user name, then told of as their story goes. What was not answered
is begun anew from the question, as identity providers do; some things are said twice in a row, some twice at once. The
outcome does not depend on the order, so it can be said beforehand: `CASES` says by hand what follows of each story.
"""

import http.client
import json
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Final
from urllib.parse import quote

from tests.scim.pushing import BULK, ENTERPRISE, PATCH, USER

CONNECTIONS: Final = 8
PATIENCE: Final = 300.0
"""Seconds in which somebody gets through whatever happens meanwhile."""
_ANSWERS: Final = frozenset({200, 201, 204})
_IN_A_ROW, _AT_ONCE = 0.04, 0.08
"""Below the first a request is said twice in a row, below the second twice at once."""


class Listed(StrEnum):
    """What the members roster says of somebody before the storm."""

    ON = "on"
    OFF = "off"
    NOT = "not listed"


class Story(StrEnum):
    """What an identity provider wants of somebody, in its order."""

    STAYS = "on"
    LEAVES = "on, then off"
    RETURNS = "on, off, then on again"
    GOES = "on, then deleted"
    MOVES = "on, then with another address"
    RISES = "on, then in the group of admins"


CASES: Final[Mapping[tuple[Listed, Story], str | None]] = {
    (Listed.ON, Story.STAYS): None,
    (Listed.ON, Story.LEAVES): "offboard",
    (Listed.ON, Story.RETURNS): None,
    (Listed.ON, Story.GOES): "offboard",
    (Listed.OFF, Story.STAYS): "reactivate",
    (Listed.OFF, Story.LEAVES): None,
    (Listed.OFF, Story.RETURNS): "reactivate",
    (Listed.OFF, Story.GOES): None,
    (Listed.NOT, Story.STAYS): "onboard",
    (Listed.NOT, Story.LEAVES): None,
    (Listed.NOT, Story.RETURNS): "onboard",
    (Listed.NOT, Story.GOES): None,
    (Listed.ON, Story.MOVES): "change-address",
    (Listed.NOT, Story.MOVES): "onboard",
    (Listed.ON, Story.RISES): "change-role",
    (Listed.OFF, Story.RISES): "reactivate",
    (Listed.NOT, Story.RISES): "onboard",
}
"""The one case that stands in the end; None: none does."""
UNDONE: Final[Mapping[tuple[Listed, Story], str]] = {
    (Listed.ON, Story.RETURNS): "offboard",
    (Listed.ON, Story.GOES): "offboard",
    (Listed.OFF, Story.LEAVES): "reactivate",
    (Listed.OFF, Story.RETURNS): "reactivate",
    (Listed.OFF, Story.GOES): "reactivate",
    (Listed.NOT, Story.LEAVES): "onboard",
    (Listed.NOT, Story.RETURNS): "onboard",
    (Listed.NOT, Story.GOES): "onboard",
    (Listed.NOT, Story.MOVES): "onboard",
    (Listed.NOT, Story.RISES): "onboard",
}
"""What may have been opened on the way, and was cancelled: of a moment at which something else was wanted. Whoever is
deleted may be made anew meanwhile by another connection, and deleted again."""
WAITING: Final = frozenset({(Listed.ON, Story.MOVES), (Listed.OFF, Story.RISES)})
"""Whose wish goes on once a roster shows the new address, or that they are on again."""
_STORIES: Final = (*[Story.STAYS] * 6, *[Story.LEAVES] * 2, Story.RETURNS, Story.GOES)


@dataclass(frozen=True, slots=True)
class Pushee:
    """One person of the cycle."""

    number: int
    story: Story = Story.STAYS
    is_plain: bool = False
    """Whether everything is said as the RFC has it, which the library alone understands."""

    @property
    def user_name(self) -> str:
        """As most of the requests write it."""
        return f"p{self.number:06}@storm.example"

    @property
    def listed(self) -> Listed:
        """A third each."""
        return tuple(Listed)[self.number % 3]

    @property
    def ends_active(self) -> bool:
        """Whether they are wanted on in the end."""
        return self.story not in (Story.LEAVES, Story.GOES)

    @property
    def address(self) -> str:
        """The one that is wanted in the end."""
        return f"new.{self.user_name}" if self.story is Story.MOVES else self.user_name

    @property
    def is_known_before(self) -> bool:
        """Whether they were pushed and settled before the storm: another address is one only of somebody known."""
        return (self.listed, self.story) == (Listed.ON, Story.MOVES)

    def resource(self) -> dict[str, Any]:
        """As they are made."""
        return {
            "schemas": [USER, ENTERPRISE],
            "userName": self.user_name,
            "externalId": f"e-{self.number}",
            "active": True,
            "displayName": f"Person {self.number}",
            "name": {"givenName": "Person", "familyName": str(self.number)},
            "emails": [{"value": self.user_name, "type": "work", "primary": True}],
            ENTERPRISE: {"department": f"D{self.number % 7}"},
        }

    def facts(self) -> list[dict[str, Any]]:
        """What is said of them beside; in any order it comes to the same."""
        manager: Any = f"m-{self.number % 5}"
        if self.is_plain:
            manager = {"value": manager, "$ref": f"Users/{manager}"}
        joins: list[dict[str, Any]] = [{"op": "Add", "path": "members"}] if self.story is Story.RISES else []
        return [
            {"op": "Replace", "path": "title", "value": f"T{self.number}"},
            {"op": "Add", "path": f"{ENTERPRISE}:manager", "value": manager},
            *joins,
        ]

    def turns(self) -> list[dict[str, Any] | None]:
        """Off and on, in their order; None: they are deleted."""
        off: Any = False if self.is_plain else "False"
        on: Any = True if self.is_plain else "True"
        switched = {value: {"op": "Replace", "path": "active", "value": value} for value in (off, on)}
        match self.story:
            case Story.STAYS | Story.RISES:
                return []
            case Story.MOVES:
                return [{"op": "Replace", "path": 'emails[type eq "work"].value', "value": self.address}]
            case Story.LEAVES:
                return [switched[off]]
            case Story.RETURNS:
                return [switched[off], switched[on]]
            case Story.GOES:
                return [None]


def everybody(count: int, *, is_plain: bool = False) -> list[Pushee]:
    """So many people: each story, and each word of the roster, in its share."""
    return [Pushee(number, _STORIES[number // 3 % len(_STORIES)], is_plain) for number in range(count)]


def movers_and_admins(begin: int) -> list[Pushee]:
    """Five more: another address, and the group of admins, for each word of the roster whose outcome no order changes.

    Whoever is off and gets another address before anybody looked is a newcomer under that, and after it comes back.
    """
    here = [Pushee(number) for number in range(begin, begin + 6)]
    others = [replace(one, story=Story.RISES) for one in here[:3]]
    return [*others, *(replace(one, story=Story.MOVES) for one in here[3:] if one.listed is not Listed.OFF)]


@dataclass
class Weathered:
    """What came of a storm."""

    seconds: float = 0.0
    answers: Counter[int] = field(default_factory=Counter[int])
    unanswered: int = 0
    """Requests whose answer never came."""
    made: set[str] = field(default_factory=set[str])
    """The ids of those whose making was answered with 201."""
    in_a_row: int = 0
    at_once: int = 0
    """How many requests were said twice, and answered twice."""
    made_twice: list[str] = field(default_factory=list[str])
    """Who was made by both of two requests at once."""
    given_up: list[str] = field(default_factory=list[str])
    """What somebody could not do in all that time."""

    @property
    def requests(self) -> int:
        """Those that were answered."""
        return self.answers.total()


class Storm:
    """Eight connections that push everybody, some of them twice."""

    def __init__(
        self,
        port: int,
        token: str,
        people: Sequence[Pushee],
        seed: int,
        root: str = "/scim/v2",
        *,
        admins: str | None = None,
        bulk: bool = False,
    ) -> None:
        """`admins`: the path of their group. `bulk`: of every fourth person all is told in one request."""
        self.port, self.root, self.admins, self.bulk = port, root, admins, bulk
        self.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/scim+json"}
        self._dice = random.Random(seed)
        twice = self._dice.sample(list(people), len(people) // 20)
        self._left = [*people, *twice]
        self._dice.shuffle(self._left)
        self._in_all = len(self._left)
        self._lock = threading.Lock()
        self._deleted: set[int] = set()
        self.weathered = Weathered()

    def rage(self, meanwhile: Mapping[float, Callable[[], None]] | None = None) -> Weathered:
        """Push everybody; `meanwhile`: what to do once such a part of them was begun."""
        threads = [threading.Thread(target=self._push, args=(number,)) for number in range(CONNECTIONS)]
        begun = time.monotonic()
        for thread in threads:
            thread.start()
        for part, strike in sorted((meanwhile or {}).items()):
            while 1 - len(self._left) / self._in_all < part and any(thread.is_alive() for thread in threads):
                threads[0].join(0.01)
            strike()
        for thread in threads:
            thread.join()
        self.weathered.seconds = time.monotonic() - begun
        return self.weathered

    def _push(self, number: int) -> None:
        line = _Line(self, random.Random(number))
        try:
            while (person := self._next()) is not None:
                until = time.monotonic() + PATIENCE
                while not line.provision(person):
                    if time.monotonic() > until:
                        with self._lock:
                            self.weathered.given_up.append(person.user_name)
                        break
        finally:
            line.close()

    def _next(self) -> Pushee | None:
        with self._lock:
            return self._left.pop() if self._left else None

    def note(self, status: int | None, body: Mapping[str, Any]) -> None:
        """An answer came, or None did."""
        with self._lock:
            if status is None:
                self.weathered.unanswered += 1
                return
            self.weathered.answers[status] += 1
            if status == http.HTTPStatus.CREATED:
                self.weathered.made.add(body["id"])

    def note_twice(self, statuses: Sequence[int], who: str | None, *, at_once: bool) -> None:
        """A request was said twice, and both were answered; `who`: whom it makes."""
        with self._lock:
            self.weathered.at_once += at_once
            self.weathered.in_a_row += not at_once
            if who is not None and list(statuses) == [http.HTTPStatus.CREATED] * 2:
                self.weathered.made_twice.append(who)

    def note_deletion(self, person: Pushee) -> None:
        """That somebody is gone was said once, whether it was answered or not."""
        with self._lock:
            self._deleted.add(person.number)

    def is_over(self, person: Pushee) -> bool:
        """Whether nobody needs to be made any more."""
        with self._lock:
            return person.number in self._deleted


_Answer = tuple[int, dict[str, Any]]


class _Line:
    """One connection, and a second one for what is said twice at once; each is opened anew whenever it breaks."""

    def __init__(self, storm: Storm, dice: random.Random) -> None:
        self._storm, self._dice = storm, dice
        self._connections: dict[int, http.client.HTTPConnection] = {}

    def provision(self, person: Pushee) -> bool:
        """Ask for them, make them, tell of them; False where an answer did not come, or another one."""
        name = person.user_name.upper() if self._dice.random() < 0.2 else person.user_name
        asked = quote(f'userName eq "{name}"')
        found = self._say("GET", f"/Users?filter={asked}")
        if found is None or found[0] != 200:
            return False
        listed: list[dict[str, Any]] = found[1].get("Resources") or []
        if not listed:
            if self._storm.is_over(person):
                return True
            made = self._say("POST", "/Users", person.resource())
            # Somebody else was quicker; or the answer was lost on the way, so it is asked once more.
            if made is None or made[0] != 201 or self._dice.random() < 0.02:
                return False
            listed = [made[1]]
        sayings = self._sayings(person)
        if self._storm.bulk and person.number % 4 == 0:
            return self._tell_at_once(person, listed[0]["id"], sayings)
        return all(self._tell(person, listed[0]["id"], each) for each in sayings)

    def _sayings(self, person: Pushee) -> list[dict[str, Any] | None]:
        """The turns of the story in their order, and everything else anywhere before the last one."""
        turns, facts = person.turns(), person.facts()
        if self._dice.random() < 0.1:
            facts.append(facts[0])
        sayings: list[dict[str, Any] | None] = list(turns)
        for fact in facts:
            sayings.insert(self._dice.randint(0, len(sayings) - (turns == [None])), fact)
        return sayings

    def _tell(self, person: Pushee, person_id: str, change: dict[str, Any] | None) -> bool:
        if change is None:
            self._storm.note_deletion(person)
            said = self._say("DELETE", f"/Users/{person_id}")
            return said is not None and said[0] == 204
        path, body = self._change(person_id, change)
        said = self._say("PATCH", path, body)
        return said is not None and said[0] in _ANSWERS

    def _tell_at_once(self, person: Pushee, person_id: str, changes: Sequence[dict[str, Any] | None]) -> bool:
        operations: list[dict[str, Any]] = []
        for change in changes:
            if change is None:
                self._storm.note_deletion(person)
                operations.append({"method": "DELETE", "path": f"/Users/{person_id}"})
            else:
                path, body = self._change(person_id, change)
                operations.append({"method": "PATCH", "path": path, "data": body})
        said = self._say("POST", "/Bulk", {"schemas": [BULK], "Operations": operations})
        done = None if said is None or said[0] != http.HTTPStatus.OK else said[1]["Operations"]
        return done is not None and all(int(one["status"]) in _ANSWERS for one in done)

    def _change(self, person_id: str, change: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        """The path and the body of a PATCH; whoever is to come into the group of admins is named there."""
        if change.get("path") == "members":
            change = {**change, "value": [{"$ref": None, "value": person_id}]}
            return str(self._storm.admins), {"schemas": [PATCH], "Operations": [change]}
        return f"/Users/{person_id}", {"schemas": [PATCH], "Operations": [change]}

    def _say(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> _Answer | None:
        """The answer; of two that came, the one that was done."""
        dice = self._dice.random()
        if dice >= _AT_ONCE:
            return self._ask(method, path, body)
        if dice < _IN_A_ROW:
            answers = [self._ask(method, path, body), self._ask(method, path, body)]
        else:
            is_sent = [self._send(line, method, path, body) for line in (0, 1)]
            answers = [self._receive(line) if sent else None for line, sent in enumerate(is_sent)]
        came = [one for one in answers if one is not None]
        if len(came) < len(answers):
            return None
        who = None if path != "/Users" or body is None else str(body["userName"])
        self._storm.note_twice([status for status, _ in came], who, at_once=dice >= _IN_A_ROW)
        return min(came, key=lambda one: one[0])

    def _ask(self, method: str, path: str, body: Mapping[str, Any] | None) -> _Answer | None:
        return self._receive(0) if self._send(0, method, path, body) else None

    def _send(self, line: int, method: str, path: str, body: Mapping[str, Any] | None) -> bool:
        try:
            if line not in self._connections:
                self._connections[line] = http.client.HTTPConnection("127.0.0.1", self._storm.port, timeout=60)
            sent = None if body is None else json.dumps(body)
            self._connections[line].request(method, f"{self._storm.root}{path}", sent, self._storm.headers)
        except (OSError, http.client.HTTPException):
            self._lose(line)
            return False
        return True

    def _receive(self, line: int) -> _Answer | None:
        try:
            answer = self._connections[line].getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException):
            self._lose(line)
            return None
        told: dict[str, Any] = json.loads(text) if text else {}
        self._storm.note(answer.status, told)
        return answer.status, told

    def _lose(self, line: int) -> None:
        if line in self._connections:
            self._connections.pop(line).close()
        self._storm.note(None, {})
        threading.Event().wait(0.1)

    def close(self) -> None:
        """Hang up."""
        for connection in self._connections.values():
            connection.close()
        self._connections.clear()
