"""An office with a server for its team: Birchwood's lists, cases in every state, and people with their tokens."""

import json
import secrets
import threading
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import uvicorn

from axure_lifecycle.app import Workshop
from axure_lifecycle.cli import demo
from axure_lifecycle.cli.demo import (
    HOST,
    SetClock,
    directory_table,
    licence_list,
    members_page,
    people,
)
from axure_lifecycle.config import describe_organization, write_configuration
from axure_lifecycle.domain.access import Role, digest_of
from axure_lifecycle.domain.holdings import Actor, Channel
from axure_lifecycle.domain.serving import ServeSettings
from axure_lifecycle.web.application import Place, build_mcp, serve_house
from axure_lifecycle.web.house import House
from axure_lifecycle.web.serving import listen
from axure_lifecycle.web.stored_tokens import StoredTokens
from axure_lifecycle_tools.importing import ask_about_import, import_roster
from axure_lifecycle_tools.opening import open_case
from axure_lifecycle_tools.planning import plan_offboard
from axure_lifecycle_tools.spec import Answered, CouldNotAsk, Desk, NotAsked
from axure_lifecycle_tools.steps import record_step

OPERATOR: Final = demo.OPERATOR
APPROVER: Final = "quinn.ames@birchwood.example"
VIEWER: Final = "val.weir@birchwood.example"
AUDITOR: Final = "uri.tell@birchwood.example"
ADMIN: Final = "mara.quist@birchwood.example"
PEOPLE: Final[Mapping[str, frozenset[Role]]] = {
    OPERATOR: frozenset({Role.OPERATOR}),
    APPROVER: frozenset({Role.APPROVER}),
    VIEWER: frozenset({Role.VIEWER}),
    AUDITOR: frozenset({Role.AUDITOR}),
    ADMIN: frozenset({Role.ADMIN}),
}
ORGANIZATION: Final = {
    "name": "Birchwood Studio",
    "deployment": "private_instance",
    "host": HOST,
    "sign_in": "saml",
    "idp": "okta",
    "screens": "new",
    "operator": OPERATOR,
    "time_zone": "Europe/Amsterdam",
}


@dataclass
class Office:
    """A home, its workshop, and whoever works there."""

    home: Path
    workshop: Workshop
    tokens: dict[str, str] = field(default_factory=dict[str, str])

    def desk(self, channel: Channel = Channel.TERMINAL, client: str | None = None) -> Desk:
        """A desk of the operator."""
        return self.workshop.desk(channel, client)

    def token_for(self, person: str, roles: frozenset[Role] | None = None) -> str:
        """A new static token for somebody."""
        token = "alt_" + secrets.token_urlsafe(32)
        with self.workshop.store().writing(Actor(OPERATOR, Channel.TERMINAL)) as change:
            change.create_token(
                person,
                roles or PEOPLE[person],
                digest_of(token),
                label="laptop",
                expires_at=datetime.now(UTC) + timedelta(days=30),
            )
        self.tokens[person] = token
        return token

    def set_policy(self, section: str, **values: object) -> None:
        """Write a section of the configuration anew; the running server reads it."""
        file = self.home / "config.toml"
        text = file.read_text("utf-8")
        start = text.index(f"[{section}]")
        end = text.find("\n[", start + 1)
        lines = [f"[{section}]", *(f"{name} = {json.dumps(value)}" for name, value in values.items())]
        file.write_text(text[:start] + "\n".join(lines) + "\n" + text[end:], "utf-8")

    def demand_approvals(self, *reasons: str) -> None:
        """What a second person must agree to from now on."""
        self.set_policy("policy.approvals", reasons=list(reasons))

    def trail(self) -> list[dict[str, Any]]:
        """What was written down so far, oldest first, with its kind."""
        with self.workshop.store().reading() as view:
            return [{"kind": one.kind, **json.loads(one.payload or "{}")} for one in view.trail()]

    def invitation_for(self, person: str) -> str:
        """Leave to add one device."""
        code = secrets.token_urlsafe(16)
        with self.workshop.store().writing(Actor(OPERATOR, Channel.TERMINAL)) as change:
            change.invite(person, digest_of(code), expires_at=datetime.now(UTC) + timedelta(hours=1))
        return code

    def bring(self, kind: Any, name: str, content: str, channel: Channel = Channel.TERMINAL) -> None:
        """Import a list; on another channel than a terminal nobody stands for it."""
        file = self.home / name
        file.write_text(content, "utf-8")
        desk = self.desk(channel)
        preview = import_roster(desk, kind=kind, path=str(file), complete=True, answer=NotAsked())
        arguments: dict[str, Any] = {"kind": kind, "path": str(file), "digest": preview.digest, "complete": True}
        question = ask_about_import(desk, **arguments)
        assert question is not None
        answer = (
            Answered(yes=True, note="", question=question, channel=channel)
            if channel is Channel.TERMINAL
            else CouldNotAsk(question)
        )
        import_roster(desk, **arguments, answer=answer)

    def open_offboarding(self, person: str, reason: str = "left the company") -> str:
        """A case that an assistant opened."""
        desk = self.desk(Channel.ASSISTANT, "Claude Desktop 1.4")
        plan = plan_offboard(desk, person=person)
        return open_case(desk, operation="offboard", person=person, digest=plan.digest, reason=reason).case

    def report(self, case: str, step: str, note: str = "", outcome: Any = "done") -> None:
        """An assistant says that a step is done."""
        from axure_lifecycle_tools.steps import ask_about_step

        desk = self.desk(Channel.ASSISTANT, "Claude Desktop 1.4")
        question = ask_about_step(desk, case=case, step=step, outcome=outcome, note=note)
        assert question is not None
        record_step(desk, case=case, step=step, outcome=outcome, note=note, answer=CouldNotAsk(question))

    def confirm(self, case: str, step: str) -> None:
        """A person at a terminal says that a step is done."""
        from axure_lifecycle_tools.steps import ask_about_step

        desk = self.desk()
        question = ask_about_step(desk, case=case, step=step, outcome="done")
        assert question is not None
        answer = Answered(yes=True, note="", question=question, channel=Channel.TERMINAL)
        record_step(desk, case=case, step=step, outcome="done", answer=answer)


def make_office(home: Path, clock: SetClock | None = None) -> Office:
    """Birchwood, with its three lists."""
    write_configuration(home, describe_organization(ORGANIZATION))
    office = Office(home, Workshop(home, clock))
    members = people()
    office.bring("members", "members-page.txt", members_page(members))
    office.bring("seats", "licences.csv", licence_list(members))
    office.bring("directory", "directory.csv", directory_table(members))
    for person in PEOPLE:
        office.token_for(person)
    return office


@contextmanager
def served(office: Office, **options: Any) -> Generator[str]:
    """The server of an office, in a thread; gives its address."""
    listener = listen(ServeSettings(port=0))
    port = listener.getsockname()[1]
    address = f"http://localhost:{port}"
    given: dict[str, Any] = {"port": port, "public_url": address, "takes_tokens": True, **options}
    settings = ServeSettings(**given)

    house = House(office.workshop, settings, StoredTokens(office.workshop).identify, (secrets.token_bytes(32),))
    server = uvicorn.Server(
        uvicorn.Config(serve_house(house, build_mcp(house), Place()), log_level="warning", lifespan="on")
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield address
    finally:
        server.should_exit = True
        thread.join(10)
