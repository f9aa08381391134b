"""A firm whose days somebody sets: its directory, its rosters, its admins, and one pass whenever they like."""

import os
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from axure_lifecycle.app import Workshop
from axure_lifecycle.domain.cases import CaseState
from axure_lifecycle.domain.holdings import Channel
from axure_lifecycle.domain.steps import StepState
from axure_lifecycle.notices.opening import ConfiguredPlaces
from axure_lifecycle.notices.wire import Limits
from axure_lifecycle.ports import CaseRecord, Page
from axure_lifecycle_tools.pass_reply import PassReply
from axure_lifecycle_tools.passing import run_pass
from axure_lifecycle_tools.spec import Answered, Desk
from axure_lifecycle_tools.steps import StepWaits, ask_about_step, record_step

START = datetime(2026, 9, 1, 6, 0, tzinfo=UTC)
"""A Tuesday."""


@dataclass
class Days:
    """A clock that stands until somebody moves it."""

    at: datetime = START

    def now(self) -> datetime:
        """The moment it was set to."""
        return self.at


@dataclass(frozen=True)
class Member:
    """A line of the members page."""

    address: str
    name: str = ""
    role: str = "Member"
    status: str = "Active"


@dataclass(frozen=True)
class Employee:
    """A line of the directory's table."""

    key: str
    address: str
    name: str = ""
    status: str = "ACTIVE"
    leaves_on: str = ""
    aliases: str = ""


HEAD = """\
[organization]
name = "Acme"
deployment = "private_instance"
host = "acme.axure.cloud"
sign_in = "saml"
idp = "okta"
screens = "new"
operator = "pat@acme.example"
time_zone = "UTC"
"""


@dataclass
class Firm:
    """A home with a trusted folder and a directory that is a file."""

    home: Path
    days: Days
    workshop: Workshop

    @property
    def staff(self) -> Path:
        """The directory's file."""
        return self.home.parent / "hr" / "staff.csv"

    @property
    def rosters(self) -> Path:
        """The trusted folder."""
        return self.home.parent / "rosters"

    def pass_by(self, **some: float) -> None:
        """Let time pass."""
        self.days.at += timedelta(**some)

    def write(self, file: Path, lines: Iterable[str]) -> Path:
        """Write a file as of now."""
        file.write_text("\n".join([*lines, ""]), encoding="utf-8")
        stamp = self.days.at.timestamp()
        os.utime(file, (stamp, stamp))
        return file

    def write_staff(self, people: Iterable[Employee]) -> None:
        """The directory as it is now."""
        rows = (f"{p.key},{p.address},{p.name},{p.status},{p.leaves_on},{p.aliases},person" for p in people)
        self.write(self.staff, ["id,email,display_name,status,leave_date,aliases,kind", *rows])

    def write_members(self, members: Iterable[Member], name: str = "members.csv", *, count: bool = True) -> Path:
        """The members page as it is now, in the trusted folder, with its count line."""
        rows = [f"{m.name},{m.address},{m.role},{m.status},Yes" for m in members]
        total = [f"Total: {len(rows)}"] if count else []
        return self.write(self.rosters / name, ["Name,Email,System Role,Status,Use SSO", *rows, *total])

    def desk(self, channel: Channel = Channel.UNATTENDED) -> Desk:
        """A desk for one call."""
        return self.workshop.desk(channel, most_bytes=10**9)

    def run(self, limits: Limits | None = None, **more: Any) -> PassReply:
        """One pass, which does not wait for places that take nothing; `limits` of a try, which nobody can set."""
        given: dict[str, Any] = {"patience": 0.0, **more}
        desk = self.desk()
        if limits is not None:
            found = self.workshop.configuration()
            desk = replace(desk, notifier=ConfiguredPlaces(found.places, found.serving.public_url, limits))
        return run_pass(desk, **given)

    def cases(self, *states: CaseState) -> list[CaseRecord]:
        """The cases in these states, oldest first."""
        with self.workshop.store().reading() as view:
            lines, _, _ = view.cases(Page(10_000), states=states)
            return [view.case(line.id) for line in reversed(lines)]

    def say_done(self, case: CaseRecord) -> None:
        """An admin at a terminal says of every step that it is done."""
        desk = self.desk(Channel.TERMINAL)
        for _ in range(len(case.steps)):
            with desk.store.reading() as view:
                open_steps = [one for one in view.case(case.id).steps if one.state in _TO_SAY]
            if not open_steps:
                return
            for one in open_steps:
                given: dict[str, Any] = {"case": case.name, "step": one.step.key, "outcome": "done"}
                try:
                    question = ask_about_step(desk, **given)
                except StepWaits:
                    continue
                assert question is not None
                record_step(desk, **given, answer=Answered(True, "", question, Channel.TERMINAL))

    def kinds(self, after: int = 0) -> list[str]:
        """The trail's records after a number, in order."""
        with self.workshop.store().reading() as view:
            return [record.kind for record in view.trail(after)]


_TO_SAY = (StepState.TO_DO, StepState.CONTRADICTED, StepState.REPORTED)


@contextmanager
def open_firm(
    folder: Path, settings: str = "", store_url: str | None = None, zone: str = "UTC"
) -> Generator[Firm, None, None]:
    """A firm that nobody has told anything yet."""
    home, days = folder / "home", Days()
    for name in ("home", "hr", "rosters"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    store = f'[store]\nurl = "{store_url}"\n' if store_url is not None else ""
    head = HEAD.replace('"UTC"', f'"{zone}"')
    text = (
        f'{head}\n{store}\n[[directories]]\nname = "staff"\nkind = "file"\npath = "{folder / "hr" / "staff.csv"}"\n'
        f'\n[policy]\ntrusted_folders = ["{folder / "rosters"}"]\n{settings}'
    )
    (home / "config.toml").write_text(text, encoding="utf-8")
    workshop = Workshop(home, days)
    try:
        yield Firm(home, days, workshop)
    finally:
        workshop.close()
