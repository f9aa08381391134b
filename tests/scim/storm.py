"""An initial cycle of provisioning as it goes on a bad day: many connections, retries, duplicates, another order.

Each person is asked for, made when nobody has that user name, then changed. What was not answered is begun anew from
the question, as identity providers do. The outcome does not depend on the order, so it can be said beforehand.
"""

import http.client
import json
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote

from tests.scim.pushing import ENTERPRISE, PATCH, USER

CONNECTIONS: Final = 8
PATIENCE: Final = 120.0
"""Seconds in which somebody gets through whatever happens meanwhile."""
_ANSWERS: Final = frozenset({200, 201, 204})


@dataclass(frozen=True, slots=True)
class Pushee:
    """One person of the cycle."""

    number: int
    is_plain: bool = False
    """Whether everything is said as the RFC has it, which the library alone understands."""

    @property
    def user_name(self) -> str:
        """As most of the requests write it."""
        return f"p{self.number:06}@storm.example"

    @property
    def ends_active(self) -> bool:
        """Whether they are wanted on in the end; one of ten is not."""
        return self.number % 10 != 3

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

    def changes(self) -> list[dict[str, Any]]:
        """What is said of them afterwards; in any order it comes to the same."""
        manager: Any = f"m-{self.number % 5}"
        off: Any = "False"
        if self.is_plain:
            manager, off = {"value": manager, "$ref": f"Users/{manager}"}, False
        changes: list[dict[str, Any]] = [
            {"op": "Replace", "path": "title", "value": f"T{self.number}"},
            {"op": "Add", "path": f"{ENTERPRISE}:manager", "value": manager},
        ]
        if not self.ends_active:
            changes.append({"op": "Replace", "path": "active", "value": off})
        return changes


@dataclass
class Weathered:
    """What came of a storm."""

    seconds: float = 0.0
    answers: Counter[int] = field(default_factory=Counter[int])
    unanswered: int = 0
    """Requests whose answer never came."""
    given_up: list[str] = field(default_factory=list[str])
    """What somebody could not do in all that time."""

    @property
    def requests(self) -> int:
        """Those that were answered."""
        return self.answers.total()


class Storm:
    """Eight connections that push everybody, some of them twice."""

    def __init__(self, port: int, token: str, people: Sequence[Pushee], seed: int, root: str = "/scim/v2") -> None:
        self._port, self._token, self._root = port, token, root
        self._dice = random.Random(seed)
        twice = self._dice.sample(list(people), len(people) // 20)
        self._left = [*people, *twice]
        self._dice.shuffle(self._left)
        self._in_all = len(self._left)
        self._lock = threading.Lock()
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
        line = _Line(self, random.Random(number), self._port, self._token, self._root)
        try:
            while (person := self._next()) is not None:
                until = time.monotonic() + PATIENCE
                while not line.provision(person):
                    if time.monotonic() > until:
                        self.note_lost(person.user_name)
                        break
        finally:
            line.close()

    def _next(self) -> Pushee | None:
        with self._lock:
            return self._left.pop() if self._left else None

    def note(self, status: int) -> None:
        """An answer came."""
        with self._lock:
            self.weathered.answers[status] += 1

    def note_lost(self, what: str | None = None) -> None:
        """None came, or somebody gave up."""
        with self._lock:
            if what is None:
                self.weathered.unanswered += 1
            else:
                self.weathered.given_up.append(what)


class _Line:
    """One connection, which is opened anew whenever it breaks."""

    def __init__(self, storm: Storm, dice: random.Random, port: int, token: str, root: str) -> None:
        self._storm, self._dice, self._port, self._root = storm, dice, port, root
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/scim+json"}
        self._connection: http.client.HTTPConnection | None = None

    def provision(self, person: Pushee) -> bool:
        """Ask for them, make them, change them; False where an answer did not come, or another one."""
        name = person.user_name.upper() if self._dice.random() < 0.2 else person.user_name
        asked = quote(f'userName eq "{name}"')
        found = self._ask("GET", f"/Users?filter={asked}")
        if found is None or found[0] != 200:
            return False
        listed: list[dict[str, Any]] = found[1].get("Resources") or []
        if not listed:
            made = self._ask("POST", "/Users", person.resource())
            if made is None or made[0] not in (201, 409):
                return False
            if made[0] == 409 or self._dice.random() < 0.02:  # somebody else was quicker; or it is asked once more
                return False
            listed = [made[1]]
        person_id = listed[0]["id"]
        changes = person.changes()
        self._dice.shuffle(changes)
        if self._dice.random() < 0.1:
            changes.append(changes[0])  # The answer was lost on the way, so it is said again.
        for change in changes:
            said = self._ask("PATCH", f"/Users/{person_id}", {"schemas": [PATCH], "Operations": [change]})
            if said is None or said[0] not in _ANSWERS:
                return False
        return True

    def _ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> tuple[int, dict[str, Any]] | None:
        try:
            if self._connection is None:
                self._connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
            sent = None if body is None else json.dumps(body)
            self._connection.request(method, f"{self._root}{path}", sent, self._headers)
            answer = self._connection.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException):
            self.close()
            self._storm.note_lost()
            threading.Event().wait(0.05)
            return None
        self._storm.note(answer.status)
        return answer.status, json.loads(text) if text else {}

    def close(self) -> None:
        """Hang up."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
