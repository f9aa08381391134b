"""What a storm strikes, and what must be there after it: everybody once, as they are wanted, and just their cases."""

import json
import os
import signal
import socket
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from typing import Any, Final

from sqlalchemy import func, select

from axure_lifecycle.app import Workshop
from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.cases import CaseState
from axure_lifecycle.domain.holdings import Channel
from axure_lifecycle.domain.trail import StoredRecord
from axure_lifecycle.ports import CaseLine, Page, View
from axure_lifecycle.ports.wanted import WantedPerson
from axure_lifecycle.store import SqlStore, schema
from axure_lifecycle.web import settling
from axure_lifecycle_tools.wanting import settle_wanted
from tests.scim.conftest import make_scim_home
from tests.scim.listing import stand_for_members
from tests.scim.pushing import ENTERPRISE, GROUP, straight
from tests.scim.storm import CASES, UNDONE, WAITING, Listed, Pushee, Story, Weathered
from tests.web.serving import Served, serve

ADMINS: Final = "Storm admins"
"""The group of entra that means the role."""
_SWITCHES: Final = ("scim.user_deactivated", "scim.user_activated")


def make_stormy_home(home: Path, people: Sequence[Pushee], store: str | None = None) -> Path:
    """A home that entra pushes to: every wish is due at once, no ceiling holds anybody back, nobody is told to wait."""
    make_scim_home(home, store=store)
    file = home / "config.toml"
    text = file.read_text("utf-8")
    for was, now in (
        ('\nkind = "entra"\n', '\nkind = "entra"\ngrouping_minutes = 0\n'),
        ('\naddress = "emails"\n', f'\naddress = "emails"\n[[scim.idps.groups]]\nname = "{ADMINS}"\nrole = "admin"\n'),
        ("# departures_least = 3\n", "departures_least = 1000000\n"),
        ("# changes_least = 25\n", "changes_least = 1000000\n"),
        ("# pushes_a_minute = 3000\n", "pushes_a_minute = 1000000\n"),
    ):
        assert text.count(was) == 1, was
        text = text.replace(was, now)
    file.write_text(text, "utf-8")
    with closing(Workshop(home)) as workshop:
        bring_members(workshop, home / "members.csv", people)
    return home


def bring_members(workshop: Workshop, file: Path, people: Sequence[Pushee]) -> None:
    """A members roster of those who are listed, for which a person at a terminal stands."""
    status = {Listed.ON: "Active", Listed.OFF: "Deactivated"}
    rows = [
        f"Person {one.number},{one.user_name},Member,{status[one.listed]},Yes" for one in people if one.listed in status
    ]
    stand_for_members(workshop, file, rows)


def push_before(home: Path, people: Sequence[Pushee], early: Sequence[Pushee]) -> str:
    """The group of admins, whose path comes back; whoever is known before the storm is pushed and settled, and these
    others are pushed."""
    with closing(Workshop(home)) as workshop:
        settings = workshop.desk(Channel.UNATTENDED).scim.idp("entra")
        assert settings is not None
        idp = straight(workshop.store(), settings)
        group = idp.post("/Groups", {"schemas": [GROUP], "displayName": ADMINS})
        known = [one for one in people if one.is_known_before]
        for person in known:
            assert idp.post("/Users", person.resource()).status == 201
        assert settle_wanted(workshop.desk(Channel.UNATTENDED)).quiet == len(known)
        for person in early:
            assert idp.post("/Users", person.resource()).status == 201
        return f"/Groups/{group['id']}"


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


class Struck:
    """A server that is killed without a word, and started again at the same place."""

    def __init__(self, home: Path, port: int, opened: ExitStack) -> None:
        self._home, self._port, self._opened = home, port, opened
        self._workshop = opened.enter_context(closing(Workshop(home)))
        self._served = self._start()
        self.strikes = 0
        self._killed: set[str] = set()
        """Who settled when they were killed, by the leases that they left behind."""
        self.cut = 0
        """How many strikes fell while somebody settled what is wanted."""

    def _start(self) -> Served:
        return self._opened.enter_context(serve(self._home, "--port", str(self._port)))

    def strike(self) -> None:
        """Kill every process of it, then start it anew."""
        self.kill()
        self._served = self._start()

    def strike_worker(self) -> None:
        """Kill whoever does the work; whoever watches them starts another one at the same place."""
        settler = self._settler()
        os.kill(int(self._served.workers()[-1]), signal.SIGKILL)
        self._note_strike(settler)
        self._served.wait_for_next(lambda line: line["event"] == "ready")

    def kill(self) -> None:
        """Kill every process of it."""
        settler = self._settler()
        self._served.process.kill()
        with suppress(ProcessLookupError):  # one that was killed before
            for worker in reversed(self._served.workers()):
                os.kill(int(worker), signal.SIGKILL)
        self._served.process.wait()
        self._note_strike(settler)

    def _note_strike(self, settler: str | None) -> None:
        self.strikes += 1
        if settler is not None:
            self.cut += 1
            self._killed.add(settler)

    def strike_settling(self) -> None:
        """Kill it while cases are being opened, then start it anew."""
        self.wait_for_cases()
        self.strike()

    def wait_for_settling(self, patience: float = 60.0) -> None:
        """Wait until somebody begins to settle what is wanted."""
        until = time.monotonic() + patience
        while self._settler() is None and time.monotonic() < until:
            time.sleep(0.005)

    def wait_for_cases(self, patience: float = 60.0) -> None:
        """Wait until another case is opened than there were; where none comes, nothing is being settled."""
        cases = select(func.count()).select_from(schema.case)
        before, until = self._count(cases), time.monotonic() + patience
        while self._count(cases) == before and time.monotonic() < until:
            time.sleep(0.005)

    def wait_until_settled(self, tell: Callable[[int], None] = lambda _: None) -> None:
        """Wait until nothing that is wanted is unsettled, as long as something happens."""
        unsettled = select(func.count()).where(schema.scim_user.c.unsettled_since.is_not(None))
        least, moved = -1, time.monotonic()
        while left := self._count(unsettled):
            if left != least:
                least, moved = left, time.monotonic()
                tell(left)
            assert time.monotonic() < moved + 120, self._why_not()
            time.sleep(0.5)

    def _settler(self) -> str | None:
        """Who settles what is wanted, alive."""
        store = self._workshop.store()
        assert isinstance(store, SqlStore)
        with store.database.reading() as connection:
            holder = connection.execute(
                select(schema.lease.c.holder).where(schema.lease.c.name == settling.LEASE)
            ).scalar()
        return holder if holder not in self._killed else None

    def _why_not(self) -> str:
        with self._workshop.store().reading() as view:
            held, _, count = view.wanted_held(Page(5))
        return f"{count} wait: " + "; ".join(f"{one.user_name}: {one.hold}" for one in held)

    def _count(self, statement: Any) -> int:
        store = self._workshop.store()
        assert isinstance(store, SqlStore)
        with store.database.reading() as connection:
            return int(connection.execute(statement).scalar_one())


def assert_as_wanted(home: Path, people: Sequence[Pushee], seen: Weathered) -> Counter[str]:
    """Everybody as they are wanted, a record for each change, and exactly the right cases; how many of each."""
    assert (seen.given_up, seen.made_twice) == ([], [])
    with closing(Workshop(home)) as workshop, workshop.store().reading() as view:
        assert view.verify_trail().holds
        rows = _assert_rows(view, people, seen)
        _assert_records(view, people, rows)
        return _assert_cases(view, people)


def _assert_rows(view: View, people: Sequence[Pushee], seen: Weathered) -> dict[str, WantedPerson]:
    """Nobody is lost, nobody is there twice, and nothing waits."""
    by_name = {person.user_name: person for person in people}
    addresses = {address for person in people for address in (person.user_name, person.address)}
    rows = {row.id: row for row in view.wanted_at([Address(address) for address in sorted(addresses)])}
    assert seen.made <= rows.keys()
    assert {row.user_name for row in rows.values()} == set(by_name)
    waiting = {person.user_name for person in people if (person.listed, person.story) in WAITING}
    unsettled = {row.user_name for row in rows.values() if row.unsettled_since or row.hold}
    assert unsettled == waiting, [row for row in rows.values() if row.user_name in unsettled ^ waiting]
    assert {row.hold.code for row in rows.values() if row.hold} <= {"under_way"}
    there = list(view.every_scim_user("entra"))
    assert sorted(user.wanted.user_name for user in there) == sorted(
        person.user_name for person in people if person.story is not Story.GOES
    )
    for user in there:
        person = by_name[user.wanted.user_name]
        kept: dict[str, Any] = json.loads(user.wanted.resource)
        assert (user.wanted.active, kept["active"]) == (person.ends_active, person.ends_active)
        assert (user.wanted.address, kept["emails"][0]["value"]) == (person.address, person.address)
        assert (kept["title"], kept[ENTERPRISE]["manager"]["value"]) == (
            f"T{person.number}",
            f"m-{person.number % 5}",
        )
    return rows


def _assert_records(view: View, people: Sequence[Pushee], rows: dict[str, WantedPerson]) -> None:
    """One record for each change that there was, and none for what was said again."""
    told: dict[str, Counter[str]] = {}
    for record in view.trail():
        if record.kind.startswith("scim.user_"):
            told.setdefault(_payload(record)["user"], Counter())[record.kind] += 1
    by_name = {person.user_name: person for person in people}
    assert told.keys() == rows.keys()
    for row in rows.values():
        person, theirs = by_name[row.user_name], told[row.id]
        off, on = (theirs[kind] for kind in _SWITCHES)
        is_admin = person.story is Story.RISES  # which the trail says of the group
        assert theirs.total() + is_admin == row.version, (row, theirs)
        assert (theirs["scim.user_created"], theirs["scim.user_deleted"]) == (1, person.story is Story.GOES)
        match person.story:
            case Story.STAYS:
                assert (off, on, row.version) == (0, 0, 3)
            case Story.MOVES | Story.RISES:
                assert (off, on, row.version) == (0, 0, 4)
            case Story.LEAVES:
                assert (off, on, row.version) == (1, 0, 4)
            case Story.RETURNS:
                assert off == on >= 1
            case Story.GOES:
                assert (off, on) == (0, 0)


def _payload(record: StoredRecord) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(record.payload or "{}")
    return told


def _assert_cases(view: View, people: Sequence[Pushee]) -> Counter[str]:
    """Exactly the cases that the stories come to; what was opened on the way is one that its story allows."""
    wanted = {
        (operation, person.address if person.listed is Listed.NOT else person.user_name)
        for person in people
        if (operation := CASES[person.listed, person.story]) is not None
    }
    may_be_undone = {
        (UNDONE[key], person.user_name) for person in people if (key := (person.listed, person.story)) in UNDONE
    }
    lines = list(_every_case(view))
    standing = Counter((line.operation, str(line.subject)) for line in lines if line.state is CaseState.OPEN)
    undone = Counter((line.operation, str(line.subject)) for line in lines if line.state is CaseState.CANCELLED)
    assert standing.total() + undone.total() == len(lines)
    assert set(standing) - wanted == set(), "cases that nobody wants"
    assert wanted - set(standing) == set(), "cases that are missing"
    assert [key for key, count in standing.items() if count > 1] == [], "cases that are there twice"
    _assert_what_they_ask_for(view, people, [line for line in lines if line.state is CaseState.OPEN])
    assert set(undone) - may_be_undone == set()
    return Counter(operation for operation, _ in wanted) + Counter(cancelled=undone.total())


def _assert_what_they_ask_for(view: View, people: Sequence[Pushee], lines: Sequence[CaseLine]) -> None:
    """The role of whoever came into the group, and the new address of whoever got one."""
    by_address = {address: person for person in people for address in (person.user_name, person.address)}
    for line in lines:
        person = by_address[str(line.subject)]
        if line.operation in ("onboard", "change-role"):
            role = "admin" if person.story is Story.RISES else "member"
            assert view.case(line.id).plan.options["role"] == role, line
        elif line.operation == "change-address":
            assert view.case(line.id).plan.options == {"new_address": person.address}, line


def _every_case(view: View) -> Sequence[CaseLine]:
    found: list[CaseLine] = []
    after: str | None = None
    while True:
        lines, after, _ = view.cases(Page(1_000, after))
        found += lines
        if after is None:
            return found
