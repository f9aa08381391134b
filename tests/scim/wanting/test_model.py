"""Pushes in any order, again and again, cut by kills: in the end stand the cases that a hand-written oracle says.

The oracle knows of each person what the roster says (it stays), the records that identity providers made of them, and
one open case of each kind. It is written from the sentences of `docs/scim.md`, not from the code that decides.
"""

from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from axure_lifecycle.domain.cases import CaseState
from axure_lifecycle.domain.holdings import Actor
from axure_lifecycle.ports import Change
from axure_lifecycle.store import SqlStore
from axure_lifecycle_tools.wanting import settle_wanted
from tests.scim.wanting.house import Pushed, member, open_pushed

CROWDS = 250
"""As many stand in the roster; each example takes one of them."""
CROWD = ("on", "on", "on", "off", "none", "none") * 3
"""What the roster says of each in a crowd."""


class Killed(Exception):
    """The process is gone."""


class Mortal(SqlStore):
    """A store whose process is killed in a transaction: before it ends, or just after."""

    def __init__(self, of: SqlStore, lives: int, *, is_written: bool) -> None:
        super().__init__(of.database, of._clock)  # pyright: ignore[reportPrivateUsage]
        self._lives, self._is_written = lives, is_written

    @contextmanager
    def writing(self, actor: Actor) -> Generator[Change]:
        """As long as it lives."""
        self._lives -= 1
        with super().writing(actor) as change:
            yield change
            if self._lives == 0 and not self._is_written:
                raise Killed
        if self._lives == 0:
            raise Killed


@dataclass
class Record:
    """What an identity provider wants of somebody, and what was settled of it: None, off, or the role ("" for none)."""

    is_on: bool
    is_admin: bool = False
    is_there: bool = True
    """Whether the identity provider has not deleted it."""
    settled: str | None = None
    at: str = ""
    """What is added to the name in the address that is wanted: nothing, or NEW."""
    settled_at: str = ""

    @property
    def wish(self) -> str:
        """In the words of `settled`."""
        return ("admin" if self.is_admin else "") if self.is_on else "off"


@dataclass
class Somebody:
    """What the oracle knows of a person."""

    name: str
    known: str
    """on, off, or none."""
    records: list[Record] = field(default_factory=list[Record])
    cases: dict[str, str] = field(default_factory=dict[str, str])
    """Operation → its role, or nothing."""
    begun: set[str] = field(default_factory=set[str])
    has_moved: bool = False
    """Whether an address of theirs was ever another one; then nobody is made anew at either."""
    onboards_at: str = ""
    """Where the onboarding among the cases adds them."""
    over: set[str] = field(default_factory=set[str])
    """Of what was begun: every step was said to be done, and a roster has yet to show it."""

    @property
    def newest(self) -> Record | None:
        """The record that is not deleted."""
        return next((one for one in self.records if one.is_there), None)

    def settle(self) -> None:
        """What becomes of every record of theirs."""
        for one in self.records:
            is_moved = one.is_on and (one.at != one.settled_at or self._is_moved_elsewhere(one))
            if one.wish != one.settled or is_moved:
                self._settle(one)

    def _is_moved_elsewhere(self, one: Record) -> bool:
        return one.at == "" and "change-address" in self.cases and "change-address" not in self.over

    def _settle(self, one: Record) -> None:
        if not one.is_on:
            if any(other.is_on for other in self.records if other is not one):
                one.settled = "off"
            elif one.settled != "off":
                self._off(one)
        elif "offboard" in self.begun and self.known == "on":
            return
        else:
            self._drop("offboard")
            {"on": self._member, "off": self._former, "none": self._stranger}[self.known](one)

    def _off(self, one: Record) -> None:
        if self.known == "on" and "offboard" in self.cases:
            one.settled = "off"
            return
        others = {"onboard", "reactivate", *CHANGES} & set(self.cases)
        if (others & self.begun) - (CHANGES & self.over):
            return
        for operation in others:
            self._drop(operation)
        if self.known == "on":
            self.cases["offboard"] = ""
        one.settled = "off"

    def _member(self, one: Record) -> None:
        before = one.settled
        changes = before in (None, "off") or before != one.wish
        role = one.wish or ("member" if before == "admin" else "")
        if self._is_moved_elsewhere(one) or (one.at == "" and "change-address" in self.cases):
            if "change-address" in self.begun:
                return
            self._drop("change-address")
        if changes and role and before != one.wish:
            standing = self.cases.get("change-role")
            if standing is not None and standing != role:
                if "change-role" in self.begun:
                    return
                self._drop("change-role")
            if role != "member":
                self._open("change-role", role)
        if one.at:
            self._open("change-address", "")
        one.settled = one.wish  # But not the address: until a roster shows it, the old one is theirs.

    def _open(self, operation: str, role: str) -> None:
        """What is opened while a case that somebody began is open becomes a part of that."""
        if operation not in self.cases:
            self.cases[operation] = role
            if CHANGES & set(self.cases) & self.begun - self.over:
                self.begun.add(operation)

    def _former(self, one: Record) -> None:
        comes_back = "reactivate" not in self.cases and one.settled in (None, "off")
        if comes_back:
            self.cases["reactivate"] = ""
        if one.at:  # The role and the address are compared once a roster shows them on.
            one.settled = "" if comes_back else one.settled
        elif one.is_admin:
            one.settled = ""
        else:
            one.settled = one.wish

    def _stranger(self, one: Record) -> None:
        role = one.wish or "member"
        standing = self.cases.get("onboard")
        if standing is None and one.settled in ("", "admin") and one.at == one.settled_at:
            one.settled = one.wish
            return
        if (standing, self.onboards_at) != (role, one.at):
            if standing is not None and "onboard" in self.begun:
                return
            self.cases["onboard"], self.onboards_at = role, one.at
        one.settled, one.settled_at = one.wish, one.at

    def _drop(self, operation: str) -> None:
        if operation not in self.begun:
            self.cases.pop(operation, None)


CHANGES = frozenset({"change-role", "change-address"})
"""Of which a roster need not show anything for somebody to leave, once they are said to be done."""
NEW = "-new"


class Push(StrEnum):
    """What may happen to somebody between two settlings."""

    NOTHING = "nothing"
    CREATE = "create"
    CREATE_OFF = "create switched off"
    FLIP = "flip"
    FLIP_TWICE = "flip twice"
    AGAIN = "the same again"
    DELETE = "delete"
    DELETE_AND_CREATE = "delete and create"
    INTO_GROUP = "into the group"
    OUT_OF_GROUP = "out of the group"
    RENAME = "another user name"
    RENAME_BACK = "the first user name again"
    BEGIN = "somebody does the first step"


MORE_OFTEN = (
    *(Push.INTO_GROUP, Push.OUT_OF_GROUP, Push.CREATE, Push.INTO_GROUP, Push.OUT_OF_GROUP, Push.BEGIN),
    *(Push.RENAME, Push.RENAME_BACK, Push.RENAME),
)
"""A person in a group, or with a case that was begun, takes several pushes."""


class Pushing(RuleBasedStateMachine):
    """Any sequence of pushes, settlings, kills, and first steps."""

    house: Pushed
    rounds = 0

    @initialize()
    def begin(self) -> None:
        """People whom nobody pushed before."""
        type(self).rounds += 1
        assert type(self).rounds < CROWDS
        self.people = [Somebody(f"{known}{at}x{type(self).rounds}", known) for at, known in enumerate(CROWD)]

    @rule(
        pushes=st.lists(st.sampled_from((*Push, *MORE_OFTEN)), min_size=len(CROWD), max_size=len(CROWD)),
        order=st.permutations(range(len(CROWD))),
        lives=st.integers(0, 12),
        is_written=st.booleans(),
    )
    def push(self, pushes: list[Push], order: list[int], lives: int, is_written: bool) -> None:
        """Something happens to each; then a settling, before which another one may be killed."""
        for at in order:
            self._happens(self.people[at], pushes[at])
        self.house.group([one.name for one in self.people if one.newest is not None and one.newest.is_admin])
        if lives:
            self.house.firm.pass_by(minutes=15)
            desk = self.house.desk()
            assert isinstance(desk.store, SqlStore)
            with suppress(Killed):
                settle_wanted(replace(desk, store=Mortal(desk.store, lives, is_written=is_written)))
        self.house.settle()
        for one in self.people:
            one.settle()
        self._agree()
        for at in order:
            one = self.people[at]
            if pushes[at] is Push.BEGIN and one.cases and not one.begun:
                case = self.house.begin(f"{one.name}{one.onboards_at if 'onboard' in one.cases else ''}")
                one.begun.update(case.operations)
                if case.state is CaseState.DONE:
                    one.over.update(case.operations)

    def _happens(self, one: Somebody, push: Push) -> None:
        house, record = self.house, one.newest
        match push:
            case Push.CREATE | Push.CREATE_OFF if record is None and not one.has_moved:
                house.create(one.name, active=push is Push.CREATE)
                one.records.append(Record(push is Push.CREATE))
            case Push.FLIP | Push.FLIP_TWICE | Push.AGAIN if record is not None:
                for _ in range({Push.FLIP: 1, Push.FLIP_TWICE: 2, Push.AGAIN: 0}[push]):
                    record.is_on = not record.is_on
                    house.change(one.name, active=record.is_on)
                house.change(one.name, active=record.is_on)
            case Push.RENAME | Push.RENAME_BACK if record is not None and len(one.records) == 1:
                if record.settled is None:
                    return  # Nobody knows yet that the first one was theirs.
                record.at, one.has_moved = NEW if push is Push.RENAME else "", True
                house.change(one.name, active=record.is_on, user_name=f"{one.name}{record.at}@acme.example")
            case Push.DELETE | Push.DELETE_AND_CREATE if record is not None:
                house.delete(one.name)
                record.is_on = record.is_admin = record.is_there = False
                if push is Push.DELETE_AND_CREATE:
                    self._happens(one, Push.CREATE)
            case Push.INTO_GROUP | Push.OUT_OF_GROUP if record is not None:
                record.is_admin = push is Push.INTO_GROUP
            case _:
                pass

    def _agree(self) -> None:
        """Exactly the cases that the oracle says, whatever was pushed."""
        found: dict[str, list[str]] = {}
        for case in self.house.cases(CaseState.OPEN, CaseState.DONE):
            found.setdefault(case.subject.partition("@")[0], []).extend(case.operations)
        for one in self.people:
            expected = {"": sorted(one.cases), NEW: []}
            if "onboard" in one.cases and one.onboards_at:
                expected = {"": sorted(one.cases.keys() - {"onboard"}), NEW: ["onboard"]}
            assert {at: sorted(found.get(f"{one.name}{at}", [])) for at in ("", NEW)} == expected, one


def play(folder: Path, store_url: str | None, examples: int) -> None:
    """Play with one firm, whose roster holds a crowd for each example."""
    limits = "[limits]\ndepartures_number = 10000\ndepartures_percent = 100\n"
    limits += "changes_number = 10000\nchanges_percent = 100\n"
    with open_pushed(folder, store_url, limits) as house:
        house.members(
            *(
                member(f"{known}{at}x{number}", status="Active" if known == "on" else "Deactivated")
                for number in range(CROWDS)
                for at, known in enumerate(CROWD)
                if known != "none"
            )
        )

        class Here(Pushing):
            """With this firm."""

        Here.house = house
        run_state_machine_as_test(
            Here,
            settings=settings(
                max_examples=examples,
                stateful_step_count=16,
                deadline=None,
                database=None,
                derandomize=True,
                phases=[Phase.generate],
                suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
            ),
        )


def test_any_sequence_of_pushes_and_kills_ends_with_exactly_the_cases_of_the_oracle(tmp_path: Path) -> None:
    play(tmp_path, None, 5)


def test_on_postgresql_as_well(tmp_path: Path, fresh_postgres: str) -> None:
    play(tmp_path, fresh_postgres, 1)
