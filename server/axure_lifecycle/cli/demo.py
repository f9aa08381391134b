"""The main job in a minute, on an invented organisation: from its files to a verified offboarding.

Everything is done by the product itself: the files are imported as a person at a terminal would, the case is driven
through the real MCP server in this process, and a scripted person answers its questions. Only the clock is set: the
first day is yesterday, the second is now, so that the demonstration can show what the next roster does.
"""

import csv
import json
import tempfile
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any, Final

import anyio

from axure_lifecycle.app import Workshop
from axure_lifecycle.config import describe_organization, write_configuration
from axure_lifecycle.domain.holdings import Channel
from axure_lifecycle.mcp_server.rehearsal import Conversation, converse
from axure_lifecycle.mcp_server.server import Server, build_server
from axure_lifecycle_tools.discrepancies import find_discrepancies
from axure_lifecycle_tools.importing import ask_about_import, import_roster
from axure_lifecycle_tools.reports import verify_audit_trail
from axure_lifecycle_tools.roster_reply import ImportedRoster
from axure_lifecycle_tools.spec import Answered, NotAsked
from axure_lifecycle_tools.wording import plural

DOMAIN: Final = "birchwood.example"
HOST: Final = "birchwood.axure.cloud"
OPERATOR: Final = f"robin.hale@{DOMAIN}"
LEAVER: Final = f"ines.varga@{DOMAIN}"

_FIRST: Final = ("Ada", "Bram", "Chloe", "Dario", "Edda", "Felix", "Gita", "Hugo", "Iris", "Joel", "Kira", "Liam")
_LAST: Final = ("Abel", "Bondi", "Castle", "Drum", "Easton", "Fjord", "Grove", "Harrow")


@dataclass(frozen=True, slots=True)
class Someone:
    """One person of the invented organisation."""

    name: str
    address: str
    role: str = "Member"
    status: str = "Active"
    sso: str = "Yes"
    standing: str = "ACTIVE"
    leave_date: str = ""
    alias: str = ""
    kind: str = "person"
    in_directory: bool = True
    has_seat: bool = True


def people() -> tuple[Someone, ...]:
    """The members: mostly unremarkable, with one of each kind that a comparison should find."""
    plain = tuple(
        Someone(f"{first} {last}", f"{first}.{last}@{DOMAIN}".lower(), has_seat=index % 3 == 0)
        for index, (first, last) in enumerate((first, last) for last in _LAST[:3] for first in _FIRST)
    )
    next_month = (datetime.now(UTC) + timedelta(days=30)).strftime("%Y-%m-%dT17:00:00Z")
    return (
        Someone("Robin Hale", OPERATOR, role="Super Admin", sso="No"),
        Someone("Mara Quist", f"mara.quist@{DOMAIN}", role="Technical Admin"),
        Someone("Ines Varga", LEAVER, role="Technical Admin", sso="No", standing="DEPROVISIONED"),
        Someone("Otto Lind", f"otto.lind@{DOMAIN}", standing="DEPROVISIONED"),
        Someone("Pia Sund", f"pia.sund@{DOMAIN}", standing="DEPROVISIONED", status="Deactivated"),
        Someone("Noor Haddad", f"noor.haddad@{DOMAIN}", standing="SUSPENDED"),
        Someone("Tess Yates", f"tess.yates@{DOMAIN}", leave_date=next_month),
        Someone("Uma Rao", "uma.rao@mail.example", alias=f"uma.rao@{DOMAIN}"),
        Someone("Design library", f"design-library@{DOMAIN}", kind="shared", has_seat=False),
        Someone("Kai Brandt", "kai.brandt@freelance.example", role="Guest", in_directory=False, has_seat=False),
        *plain,
    )


def members_page(members: Sequence[Someone]) -> str:
    """The members page, as somebody would copy it."""
    rows = [f"{one.name}\t{one.address}\t{one.role}\t{one.status}\t{one.sso}" for one in members]
    return "\n".join(
        ["Members", "Add members", "Name\tEmail\tSystem Role\tStatus\tUse SSO", *rows, f"{len(rows)} members", ""]
    )


def licence_list(members: Sequence[Someone]) -> str:
    """The License Portal's subscriptions; Ines owns two of them, one by purchase order, and one stands idle."""
    seated = [one for one in members if one.has_seat]
    rows: list[Sequence[str]] = [
        ("Subscription", "Edition", "Owner", "Managers", "Assigned user", "Renews on", "Bought by")
    ]
    for number, one in enumerate(seated, 1):
        owner = LEAVER if number in (3, 4) else OPERATOR
        paid = "purchase order" if number == 4 else "card"
        rows.append((f"BW-{number:03}", "Team", owner, f"{OPERATOR};{LEAVER}", one.address, "2027-03-01", paid))
    rows.append((f"BW-{len(seated) + 1:03}", "Team", OPERATOR, OPERATOR, "", "2027-03-01", "card"))
    return _table(rows)


def directory_table(members: Sequence[Someone]) -> str:
    """The identity provider's people as a plain table."""
    rows: list[Sequence[str]] = [("email", "display_name", "status", "leave_date", "aliases", "kind")]
    rows += [
        (one.alias or one.address, one.name, one.standing, one.leave_date, one.address if one.alias else "", one.kind)
        for one in members
        if one.in_directory
    ]
    return _table(rows)


def _table(rows: Sequence[Sequence[str]]) -> str:
    text = StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


class SetClock:
    """A clock that stands where it is put."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        """Where it stands, UTC."""
        return self.at

    def forward(self, **passes: float) -> None:
        """Let time pass."""
        self.at += timedelta(**passes)


@dataclass(slots=True)
class Story:
    """What happened, for a reader and for a machine."""

    say: Callable[[str], None]
    facts: dict[str, Any]

    def chapter(self, title: str) -> None:
        """A new part."""
        self.say(f"\n== {title}")

    def tell(self, text: str) -> None:
        """A part of it, indented under its chapter."""
        for line in text.splitlines():
            self.say(f"   {line}")


def demo(keep: Path | None, say: Callable[[str], None]) -> dict[str, Any]:
    """Run the whole story; returns what a machine wants to know of it.

    `keep` is a folder for the home that is left for exploring; without it everything goes with the process. Raises
    `ConfigurationExists` when the folder holds a home already.
    """
    with _home(keep) as home:
        story = Story(say, {"home": str(home) if keep else None})
        clock = SetClock(datetime.now(UTC) - timedelta(days=1))
        write_configuration(home, describe_organization(_ORGANIZATION))
        workshop = Workshop(home, clock)
        try:
            anyio.run(_play, workshop, clock, home, story)
        finally:
            workshop.close()
        if keep:
            say(f"\nThe home is left in {home}. Look around: axure-lifecycle --home {home} discrepancies")
        return story.facts


_ORGANIZATION: Final = {
    "name": "Birchwood Studio",
    "deployment": "private_instance",
    "host": HOST,
    "sign_in": "saml",
    "idp": "okta",
    "screens": "new",
    "operator": OPERATOR,
    "time_zone": "UTC",
}


@contextmanager
def _home(keep: Path | None) -> Generator[Path, None, None]:
    if keep is not None:
        yield keep.absolute()
        return
    with tempfile.TemporaryDirectory(prefix="axure-lifecycle-demo-") as folder:
        yield Path(folder) / "home"


async def _play(workshop: Workshop, clock: SetClock, home: Path, story: Story) -> None:
    members = people()
    files = home / "files"
    files.mkdir(parents=True, exist_ok=True)
    story.say("Birchwood Studio has an Axure server without an API, and wants to know who left and still has it.")

    story.chapter("Yesterday: a person brings three lists")
    for kind, name, content in (
        ("members", "members-page.txt", members_page(members)),
        ("seats", "licences.csv", licence_list(members)),
        ("directory", "directory.csv", directory_table(members)),
    ):
        imported = _bring(workshop, kind, files / name, content)
        story.tell(f"{imported.source} {name}: {imported.rows} rows, {imported.assurance} by the person at a terminal")

    found = find_discrepancies(workshop.desk(Channel.TERMINAL))
    story.facts["counts_before"] = found.counts
    story.chapter("What does not fit")
    story.tell("\n".join(found.text().splitlines()[1:-1]))

    server = build_server(workshop.desk_for_client, toolsets=workshop.configuration().toolsets, reads_only=False)
    async with converse(server, _answer) as conversation:
        case = await _offboard(conversation, clock, story)
        await _try_to_cheat(server, story)
        await _see_the_next_day(conversation, workshop, clock, files, story, case)

    trail = verify_audit_trail(workshop.desk(Channel.TERMINAL))
    after = find_discrepancies(workshop.desk(Channel.TERMINAL))
    story.facts |= {"counts_after": after.counts, "trail_holds": trail.holds, "trail_records": trail.records}
    story.chapter("The trail")
    story.tell(f"{trail.records} records in one chain, which {'holds' if trail.holds else 'is BROKEN'}.")


async def _offboard(conversation: Conversation, clock: SetClock, story: Story) -> str:
    """Plan, open and confirm, as an assistant and a person would; the case's name."""
    story.chapter(f"An assistant plans the offboarding of {LEAVER}: nothing is written yet")
    _, plan = await conversation.call("plan_offboard", {"person": LEAVER})
    warnings = [notice["said"] for notice in plan["notices"] if notice["kind"] == "warning"]
    story.tell("\n".join(f"Mind: {said.split('. ')[0].rstrip('.')}." for said in warnings))
    story.tell("\n".join(plan["outline"]))

    story.chapter("The person clicks in Axure, step by step; the assistant asks, the person answers")
    opening = {"operation": "offboard", "person": LEAVER, "digest": plan["digest"], "reason": "left the company"}
    _, case = await conversation.call("open_case", opening)
    clock.forward(minutes=30)
    for step in case["steps"]:
        arguments = {"case": case["case"], "step": step["key"], "outcome": "done"}
        _, case = await conversation.call("record_step", arguments)
    question = next(asked for asked, _ in conversation.asked if "eactivate the account" in asked)
    story.tell(f"asked:    {question}")
    story.tell("answered: yes, in the client's form, where the model cannot speak")
    story.tell(
        f"{case['case']} is {case['state']}: all {len(case['steps'])} steps are confirmed, and none is shown yet."
    )
    story.facts |= {"case": case["case"], "state_after_confirming": case["state"]}
    return str(case["case"])


async def _try_to_cheat(server: Server, story: Story) -> None:
    """The assistant brings a roster of its own; the person does not stand for it."""
    story.chapter("The assistant tries to prove it with a roster of its own")
    rows = [{"Email": LEAVER, "Status": "Deactivated"}]
    async with converse(server, lambda _: None) as conversation:
        _, preview = await conversation.call("import_roster", {"kind": "members", "rows": rows})
        arguments = {"kind": "members", "digest": preview["digest"], "complete": True}
        said, refused = await conversation.call("import_roster", arguments)
    story.tell(said.splitlines()[0])
    story.facts["assistants_own_roster"] = refused["stage"]


async def _see_the_next_day(
    conversation: Conversation, workshop: Workshop, clock: SetClock, files: Path, story: Story, case: str
) -> None:
    """The next lists, and what they show of the claims."""
    story.chapter("Today: the next lists")
    clock.forward(hours=23, minutes=29)
    after = [_offboarded(one) if one.address == LEAVER else one for one in people()]
    for kind, name, content in (
        ("members", "members-page-today.txt", members_page(after)),
        ("seats", "licences-today.csv", _without_leaver(licence_list(after))),
    ):
        imported = _bring(workshop, kind, files / name, content)
        story.tell(f"{imported.source} {name}: {plural(len(imported.heard), 'step')} verified")
    _, shown = await conversation.call("get_case", {"case": case})
    for step in shown["steps"]:
        what = f"shown by {step['source']}" if step["source"] else "a person's word; no roster shows it"
        story.tell(f"{step['state']:<9} {step['title']}: {what}")
    story.tell(f"{case} is {shown['state']}: everything that a roster can show was shown.")
    story.facts["state_after_next_roster"] = shown["state"]


def _bring(workshop: Workshop, kind: Any, file: Path, content: str) -> ImportedRoster:
    """Import a file as a person at a terminal would: preview, question, yes."""
    file.write_text(content, "utf-8")
    desk = workshop.desk(Channel.TERMINAL)
    preview = import_roster(desk, kind=kind, path=str(file), complete=True, answer=NotAsked())
    arguments: dict[str, Any] = {"kind": kind, "path": str(file), "digest": preview.digest, "complete": True}
    question = ask_about_import(desk, **arguments)
    assert question is not None
    return import_roster(
        desk, **arguments, answer=Answered(yes=True, note="", question=question, channel=Channel.TERMINAL)
    )


def _answer(question: str) -> bool:
    """The scripted person did everything; an unknown question would be answered no."""
    return "?" in question


def _offboarded(one: Someone) -> Someone:
    return Someone(one.name, one.address, one.role, "Deactivated", one.sso, one.standing, has_seat=False)


def _without_leaver(table: str) -> str:
    rows = list(csv.reader(StringIO(table)))
    for row in rows[1:]:
        row[2] = OPERATOR if row[2] == LEAVER else row[2]
        row[3] = ";".join(manager for manager in row[3].split(";") if manager != LEAVER)
    return _table(rows)


def as_json(facts: dict[str, Any]) -> str:
    """What a machine wants to know."""
    return json.dumps(facts, ensure_ascii=False, indent=2)
