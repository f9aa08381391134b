"""Who takes part in a conversation: an assistant with its client, the person in front of it, and the office.

The assistant speaks to the real process over standard input and output. The person is a function that answers the
client's form. The office is one invented organisation: its files, its store, and its own terminal.
"""

import csv
import json
import os
import pty
import re
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any, Final, NamedTuple, cast

import anyio.to_thread
from anyio.from_thread import BlockingPortal
from mcp.client import Client, ClientRequestContext
from mcp.types import CallToolResult, ElicitRequestParams, ElicitResult, TextContent

from axure_lifecycle.app import Workshop
from axure_lifecycle.domain.holdings import Channel
from axure_lifecycle_tools.spec import Answered, Desk, Question

MOST_BYTES: Final = 8_000
"""2,000 tokens of 4 bytes: what an answer may cost, its text and its data together."""
_REFUSAL: Final = re.compile(r"(?P<sentence>\S.*[.!?]) \[(?P<code>[a-z]+(?:_[a-z]+)*)\]", re.DOTALL)

Person = Callable[[str], ElicitResult]
"""Whoever sits in front of the client: answers a form."""


Content = dict[str, str | int | float | bool | list[str] | None]


def sends(content: Content | None) -> Person:
    """Sends the form back with these fields."""
    return lambda _: ElicitResult(action="accept", content=content)


def says_yes(_: str) -> ElicitResult:
    """Ticks the box."""
    return ElicitResult(action="accept", content={"yes": True, "note": ""})


def leaves_unticked(_: str) -> ElicitResult:
    """Sends the form back without the tick."""
    return ElicitResult(action="accept", content={"yes": False, "note": ""})


def declines(_: str) -> ElicitResult:
    """Refuses to answer."""
    return ElicitResult(action="decline")


def closes(_: str) -> ElicitResult:
    """Closes the form."""
    return ElicitResult(action="cancel")


def must_not_be_asked(question: str) -> ElicitResult:
    """Nobody is to be asked here."""
    raise AssertionError(f"asked: {question}")


class Told(NamedTuple):
    """What a tool answered."""

    text: str
    data: dict[str, Any]

    @property
    def states(self) -> dict[str, str]:
        """For a case: its steps by key."""
        return {step["key"]: step["state"] for step in self.data["steps"]}


def size_of(result: CallToolResult) -> int:
    """Bytes of the text and the data, as they are sent."""
    sent = result.model_dump(mode="json", by_alias=True, exclude_none=True)
    both = {key: sent[key] for key in ("content", "structuredContent") if key in sent}
    return len(json.dumps(both, ensure_ascii=False, separators=(",", ":")).encode())


@dataclass(slots=True)
class Assistant:
    """A client of the server process."""

    portal: BlockingPortal
    client: Client
    person: Person = must_not_be_asked
    asked: list[str] = field(default_factory=list[str])
    """Every question that reached the person."""

    async def elicit(self, _: ClientRequestContext, params: ElicitRequestParams) -> ElicitResult:
        """Put a form before the person, in a thread of its own: people take their time."""
        assert is_fit_to_be_read(params.message)
        self.asked.append(params.message)
        return await anyio.to_thread.run_sync(self.person, params.message)

    def send(self, tool: str, arguments: dict[str, Any], progress: Any = None) -> CallToolResult:
        """Call a tool, whatever comes of it."""
        return self.portal.call(partial(self.client.call_tool, tool, arguments, progress_callback=progress))

    def call(self, tool: str, **arguments: Any) -> Told:
        """Call a tool that answers."""
        result = self.send(tool, arguments)
        text = text_of(result)
        assert not result.is_error, text
        assert result.structured_content is not None
        assert size_of(result) <= MOST_BYTES, f"{tool} {arguments}: {size_of(result)} bytes"
        assert is_fit_to_be_read(text)
        assert is_fit_to_be_read(result.structured_content)
        return Told(text, result.structured_content)

    def refused(self, tool: str, **arguments: Any) -> str:
        """Call a tool that refuses, with one sentence and its code; returns the code."""
        return self.refusal(tool, **arguments)[1]

    def refusal(self, tool: str, **arguments: Any) -> tuple[str, str]:
        """The sentence and the code of a refusal."""
        result = self.send(tool, arguments)
        text = text_of(result)
        assert result.is_error, text
        assert result.structured_content is None
        read = _REFUSAL.fullmatch(text)
        assert read, f"no sentence with a code: {text}"
        assert is_fit_to_be_read(text)
        assert size_of(result) <= MOST_BYTES
        return read["sentence"], read["code"]

    @contextmanager
    def answered_by(self, person: Person) -> Generator[None]:
        """Somebody sits in front of the client."""
        before, self.person = self.person, person
        try:
            yield
        finally:
            self.person = before


def is_fit_to_be_read(said: object) -> bool:
    """Whether no text in it holds a sign that is not shown, but for the ends of lines."""
    match said:
        case str():
            return all(line.isprintable() for line in said.split("\n"))
        case dict():
            parts = cast("dict[str, object]", said)
            return all(is_fit_to_be_read(part) for part in (*parts, *parts.values()))
        case list():
            return all(is_fit_to_be_read(entry) for entry in cast("list[object]", said))
        case _:
            return True


def text_of(result: CallToolResult) -> str:
    """The text of an answer."""
    return "\n".join(part.text for part in result.content if isinstance(part, TextContent))


# -- rosters ----------------------------------------------------------------------------------------------------------


class Member(NamedTuple):
    """A line of the members page."""

    address: str
    name: str
    role: str = "Member"
    status: str = "Active"
    use_sso: str = "Yes"


class Seat(NamedTuple):
    """A line of the licence list."""

    subscription: str
    owner: str
    managers: str
    assigned: str
    bought_by: str = "card"


def members_page(members: Sequence[Member]) -> str:
    """The members page as somebody copies it; its count line makes it complete."""
    rows = [f"{one.name}\t{one.address}\t{one.role}\t{one.status}\t{one.use_sso}" for one in members]
    return "\n".join(["Members", "Name\tEmail\tSystem Role\tStatus\tUse SSO", *rows, f"{len(rows)} members", ""])


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table with commas."""
    text = StringIO()
    csv.writer(text, lineterminator="\n").writerows([header, *rows])
    return text.getvalue()


def licence_list(seats: Sequence[Seat]) -> str:
    """The License Portal's subscriptions."""
    header = ("Subscription", "Edition", "Owner", "Managers", "Assigned user", "Renews on", "Bought by")
    rows = [(one.subscription, "Team", one.owner, one.managers, one.assigned, "", one.bought_by) for one in seats]
    return table(header, rows)


def directory_table(people: dict[str, str]) -> str:
    """A directory as a plain table, from addresses to standings."""
    return table(("email", "status"), list(people.items()))


OPERATOR: Final = "pat.okafor@heron.example"
SUPER: Final = "sue.lund@heron.example"
ANA: Final = "ana.costa@heron.example"
BEN: Final = "ben.ito@heron.example"
STAFF: Final = (
    Member(SUPER, "Sue Lund", role="Super Admin"),
    Member(OPERATOR, "Pat Okafor", role="Technical Admin"),
    Member(ANA, "Ana Costa"),
    Member(BEN, "Ben Ito"),
)
"""Ana has left; Ben stays."""
SEATS: Final = (Seat("HR-1", OPERATOR, OPERATOR, ANA), Seat("HR-2", OPERATOR, OPERATOR, BEN))
STANDINGS: Final = {SUPER: "ACTIVE", OPERATOR: "ACTIVE", ANA: "DEPROVISIONED", BEN: "ACTIVE"}


def with_status(members: Sequence[Member], address: str, status: str) -> tuple[Member, ...]:
    """The same members, one of them in another state."""
    return tuple(one._replace(status=status) if one.address == address else one for one in members)


def unassigned(seats: Sequence[Seat], address: str) -> tuple[Seat, ...]:
    """The same subscriptions, those of one person free."""
    return tuple(one._replace(assigned="") if one.assigned == address else one for one in seats)


# -- the office -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Office:
    """One organisation: a home, a folder that its configuration trusts, and a terminal."""

    home: Path
    trusted: Path
    untrusted: Path
    workshop: Workshop

    def terminal(self) -> Desk:
        """The desk of a person at a terminal."""
        return self.workshop.desk(Channel.TERMINAL)

    def put(self, name: str, text: str, *, age_minutes: float = 0, trusted: bool = True) -> str:
        """Write a roster file, last changed so long ago; its path."""
        file = (self.trusted if trusted else self.untrusted) / name
        file.write_text(text, "utf-8")
        # The system stamps files by a clock that lags behind the one that claims are stamped by.
        changed = time.time() - age_minutes * 60
        os.utime(file, (changed, changed))
        return str(file)

    def bring(self, assistant: Assistant, kind: str, text: str, *, age_minutes: float = 0, **more: Any) -> Told:
        """Import a roster that lies in the trusted folder: preview, then exactly that."""
        name = f"directory-{more['directory']}_" if "directory" in more else kind
        ending = "txt" if kind == "members" else "csv"
        path = self.put(f"{name}{sum(1 for _ in self.trusted.iterdir())}.{ending}", text, age_minutes=age_minutes)
        about = {"kind": kind, "path": path, **({"directory": more["directory"]} if "directory" in more else {})}
        preview = assistant.call("import_roster", **about)
        assert preview.data["stage"] == "preview"
        return assistant.call("import_roster", kind=kind, path=path, digest=preview.data["digest"], **more)

    def move_in(self, assistant: Assistant, **standings: str) -> None:
        """Bring all three lists, an hour old."""
        self.bring(assistant, "members", members_page(STAFF), age_minutes=60)
        self.bring(assistant, "seats", licence_list(SEATS), age_minutes=60)
        self.bring(assistant, "directory", directory_table(STANDINGS | standings), age_minutes=60)

    def open_case(self, assistant: Assistant, person: str = ANA, **more: Any) -> Told:
        """Plan and open a case for somebody."""
        plan = assistant.call("plan_offboard", person=person, **more)
        opening = {key: plan.data[key] for key in ("operation", "digest", "options")}
        return assistant.call("open_case", person=plan.data["subject"], **opening)

    def kinds(self) -> list[str]:
        """What the trail holds, oldest first."""
        with self.terminal().store.reading() as view:
            assert view.verify_trail().holds
            return [record.kind for record in view.trail()]

    def last_payload(self, kind: str) -> dict[str, Any]:
        """The newest record of a kind, in full."""
        with self.terminal().store.reading() as view:
            payloads = [record.payload for record in view.trail() if record.kind == kind]
        assert payloads
        assert payloads[-1] is not None
        read: dict[str, Any] = json.loads(payloads[-1])
        return read

    @contextmanager
    def writes(self, *kinds: str) -> Generator[None]:
        """Exactly these records are written meanwhile, in this order."""
        before = self.kinds()
        yield
        after = self.kinds()
        assert after[: len(before)] == before
        written = after[len(before) :]
        assert written == list(kinds), written


def yes_at_terminal(question: Question | None) -> Answered:
    """A person at a terminal read the question and typed yes."""
    assert question is not None
    return Answered(yes=True, note="", question=question, channel=Channel.TERMINAL)


def type_yes(home: Path, *arguments: str) -> str:
    """Run a command at a real terminal and type yes when it asks; everything that stood on the screen."""
    command = [str(Path(sys.executable).with_name("axure-lifecycle")), "--home", str(home), *arguments]
    ours, theirs = pty.openpty()
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True) as process:
        os.close(theirs)
        screen = ""
        while True:
            try:
                part = os.read(ours, 65_536)
            except OSError:  # So says Linux when the other end was closed.
                break
            if not part:
                break
            screen += part.decode()
            if "Type the word yes" in screen and "yes\r\n" not in screen:
                os.write(ours, b"yes\n")
        assert process.wait(timeout=30) == 0, screen
    os.close(ours)
    return screen.replace("\r\n", "\n")
