"""A small organisation whose fortnight is told by hand, so that every figure of a report can be counted on paper.

Twenty people. On 2 November everybody is active. Mia's last day is 6 November; on the 9th a read of the directory has
her disabled, and Tom is gone from it. On the 10th both get a case; on the 11th a person confirms every step of Mia's,
and an assistant reports Tom's. The members page of the 13th shows Mia deactivated. On the 16th Ben and Lea are
deprovisioned, and nobody has a case for them; Kim is on hold; Zed is a guest whom no directory knows.

Answers count for ten days here. Pat answers one question on the 3rd and one on the 12th, an assistant a third one on
the 12th. Of the step that deactivates, Pat and then an assistant say on the 12th how it looks; of another step somebody
had said so on the screens before these.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from axure_lifecycle.app import Workshop
from axure_lifecycle.config import CONFIGURATION_FILE, write_configuration
from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.holdings import Actor, Assurance, Channel
from axure_lifecycle.domain.organization import Deployment, Idp, Organization, Screens, SignIn
from axure_lifecycle_tools.deactivations import ask_about_deactivation, record_deactivation
from axure_lifecycle_tools.decisions import ask_about_decision, record_decision
from axure_lifecycle_tools.importing import ask_about_import, import_roster
from axure_lifecycle_tools.local import ask_about_fact, record_fact
from axure_lifecycle_tools.local_screens import ask_about_screen_change, record_screen_change
from axure_lifecycle_tools.opening import open_case
from axure_lifecycle_tools.planning import plan_offboard
from axure_lifecycle_tools.showing import CaseReply
from axure_lifecycle_tools.spec import Answered, CouldNotAsk, Desk, NotAsked
from axure_lifecycle_tools.steps import ask_about_step, record_step
from tests.store.desk import SetClock

ORGANIZATION: Final = Organization(
    name="Wren Studio",
    deployment=Deployment.PRIVATE_INSTANCE,
    host="wren.axure.cloud",
    sign_in=SignIn.SAML,
    idp=Idp.OKTA,
    screens=Screens.NEW,
    operator=Address("pat@wren.example"),
    time_zone=ZoneInfo("Europe/Amsterdam"),
)
PRICES: Final = """
[[seat_prices]]
edition = "Team"
yearly = 588.00
currency = "USD"

[[seat_prices]]
edition = "Pro"
yearly = 348.00
currency = "EUR"
"""
NAMES: Final = (
    "Pat Moreau",
    "Mia Sand",
    "Tom Reyes",
    "Ben Okafor",
    "Lea Brandt",
    "Kim Doyle",
    "Ada Lund",
    "Bo Dahl",
    "Cem Arslan",
    "Dora Lind",
    "Emil Roth",
    "Fay Moss",
    "Gus Hale",
    "Hana Ito",
    "Ivo Pavić",
    "Jun Seo",
    "Kai Weber",
    "Lou Martin",
    "Max Stein",
    "Zed Quill",
)
ROLES: Final = {"Pat Moreau": "Super Admin", "Ada Lund": "Technical Admin", "Zed Quill": "Guest", "Lou Martin": "Guest"}
SEATS: Final = (
    ("SUB-1", "Team", "pat", "pat", "mia", "2026-12-01", "card"),
    ("SUB-2", "Team", "pat", "pat", "ada", "2026-12-15", "card"),
    ("SUB-3", "Pro", "ben", "ben", "ben", "2027-01-20", "purchase order"),
    ("SUB-4", "Pro", "pat", "pat", "", "2027-09-01", "card"),
    ("SUB-5", "Pro", "pat", "pat", "cem", "2027-09-01", "card"),
    ("SUB-6", "Enterprise", "pat", "pat", "lea", "2027-02-01", "card"),
)


def address_of(name: str) -> Address:
    """`mia@wren.example`."""
    return Address(f"{name.split()[0].lower()}@wren.example")


def members_page(off: frozenset[str] = frozenset(), names: tuple[str, ...] = NAMES) -> str:
    """The members page, with those deactivated who are named by their first names."""
    lines = ["Name,Email,System Role,Status,Use SSO"]
    for name in names:
        first = name.split()[0].lower()
        status = "Deactivated" if first in off else "Active"
        sso = "No" if name == "Zed Quill" else "Yes"
        lines.append(f"{name},{address_of(name)},{ROLES.get(name, 'Member')},{status},{sso}")
    return "\n".join(lines) + "\n"


def directory_table(standings: Mapping[str, str], missing: frozenset[str] = frozenset({"zed"})) -> str:
    """The directory's people, active unless it is said otherwise; those missing are left out."""
    lines = ["id,email,display_name,status,leave_date,kind"]
    for number, name in enumerate(NAMES):
        first = name.split()[0].lower()
        if first not in missing:
            lines.append(f"{number},{address_of(name)},{name},{standings.get(first, 'ACTIVE')},,person")
    return "\n".join(lines) + "\n"


def licence_list() -> str:
    """Six subscriptions of three editions, of which one has no price."""
    lines = ["Subscription,Edition,Owner,Managers,Assigned user,Renews on,Bought by"]
    for name, edition, owner, manager, user, renews, bought in SEATS:
        people = [f"{each}@wren.example" if each else "" for each in (owner, manager, user)]
        lines.append(",".join((name, edition, *people, renews, bought)))
    return "\n".join(lines) + "\n"


@dataclass
class Studio:
    """The organisation, its clock, and whoever works there."""

    home: Path
    workshop: Workshop
    clock: SetClock

    def desk(self, channel: Channel = Channel.TERMINAL) -> Desk:
        """A desk of the operator."""
        client = "Claude Desktop 1.4" if channel is Channel.ASSISTANT else None
        return self.workshop.desk(channel, client)

    def set_clock(self, day: int, hour: int = 8) -> None:
        """An hour (UTC) of a day in November 2026."""
        self.clock.at = datetime(2026, 11, day, hour, tzinfo=UTC)

    def bring(self, kind: Any, text: str, *, complete: bool | None = True, **more: Any) -> None:
        """Paste a list, for which a person at a terminal stands."""
        desk = self.desk()
        given: dict[str, Any] = {"kind": kind, "text": text, "complete": complete, **more}
        preview = import_roster(desk, **given, answer=NotAsked())
        given = {"kind": kind, "digest": preview.digest, "complete": complete, **more}
        question = ask_about_import(desk, **given)
        assert question is not None
        answer = Answered(yes=True, note="", question=question, channel=Channel.TERMINAL)
        reply = import_roster(desk, **given, answer=answer)
        assert reply.stage == "imported", reply

    def offboard(self, person: str, last_day: str | None = None, owner: str | None = None) -> CaseReply:
        """A case that an assistant opened."""
        desk = self.desk(Channel.ASSISTANT)
        plan = plan_offboard(desk, person=person, last_day=last_day)
        options = {"last_day": last_day} if last_day else {}
        return open_case(desk, person=person, digest=plan.digest, options=options, owner=owner, reason="HR-7")

    def confirm_all(self, case: CaseReply) -> None:
        """A person at a terminal confirms every step of a case, in its order."""
        for step in case.steps:
            desk = self.desk()
            question = ask_about_step(desk, case=case.case, step=step.key, outcome="done")
            assert question is not None
            answer = Answered(yes=True, note="", question=question, channel=Channel.TERMINAL)
            record_step(desk, case=case.case, step=step.key, outcome="done", answer=answer)

    def report_off(self, person: str) -> None:
        """An assistant relays that somebody was deactivated."""
        desk = self.desk(Channel.ASSISTANT)
        question = ask_about_deactivation(desk, person=person)
        assert question is not None
        record_deactivation(desk, person=person, answer=CouldNotAsk(question))

    def answer(self, fact: str, words: str, evidence: str = "", *, through_assistant: bool = False) -> None:
        """An own answer to an open question about Axure."""
        desk = self.desk(Channel.ASSISTANT if through_assistant else Channel.TERMINAL)
        given: dict[str, Any] = {"fact": fact, "local_answer": words, "evidence": evidence}
        question = ask_about_fact(desk, **given)
        assert question is not None
        yes = Answered(yes=True, note="", question=question, channel=Channel.TERMINAL)
        record_fact(desk, **given, answer=CouldNotAsk(question) if through_assistant else yes)

    def describe(self, step: str, differs: str, place: str | None = None, *, through_assistant: bool = False) -> None:
        """How a step of an offboarding looks here."""
        desk = self.desk(Channel.ASSISTANT if through_assistant else Channel.TERMINAL)
        given: dict[str, Any] = {"operation": "offboard", "step": step, "differs": differs, "place": place}
        question = ask_about_screen_change(desk, **given)
        assert question is not None
        yes = Answered(yes=True, note="", question=question, channel=Channel.TERMINAL)
        record_screen_change(desk, **given, answer=CouldNotAsk(question) if through_assistant else yes)

    def describe_older_screens(self, step: str, differs: str) -> None:
        """How a step looked on the screens before these."""
        with self.workshop.store().writing(Actor(str(ORGANIZATION.operator), Channel.TERMINAL)) as change:
            change.record_screen_change(
                "axure.offboard", step, "mid", differs=differs, place=None, assurance=Assurance.CONFIRMED
            )

    def decide(self, person: str, decision: Any, **more: Any) -> None:
        """A person at a terminal decides about an address."""
        desk = self.desk()
        given: dict[str, Any] = {"person": person, "decision": decision, "reason": "HR-9", **more}
        question = ask_about_decision(desk, **given)
        assert question is not None
        answer = Answered(yes=True, note="", question=question, channel=Channel.TERMINAL)
        record_decision(desk, **given, answer=answer)


def open_studio(home: Path, store: str | None = None) -> Studio:
    """The studio with nothing brought yet, on 2 November at 8:00 UTC."""
    write_configuration(home, ORGANIZATION)
    file = home / CONFIGURATION_FILE
    text = file.read_text("utf-8")
    if store is not None:
        text = text.replace("[store]", f'[store]\nurl = "{store}"')
    text = text.replace("# local_fact_days = 365", "local_fact_days = 10")
    file.write_text(text + PRICES, "utf-8")
    clock = SetClock(datetime(2026, 11, 2, 8, tzinfo=UTC))
    return Studio(home, Workshop(home, clock), clock)


def live_through(studio: Studio) -> None:
    """The fortnight; ends on 16 November at 12:00 UTC, 13:00 in Amsterdam."""
    studio.bring("members", members_page())
    studio.bring("seats", licence_list())
    studio.bring("directory", directory_table({}))
    studio.decide("zed@wren.example", "external", until="2026-12-31")
    studio.describe_older_screens("move-private-workspace", "the bar is at the top")
    studio.set_clock(3)
    studio.answer(
        "deactivate.frees-seat", "No: the seat stays assigned until somebody takes it away.", "a test account"
    )
    studio.set_clock(9)
    studio.bring("directory", directory_table({"mia": "DISABLED"}, frozenset({"zed", "tom"})))
    studio.set_clock(10, 9)
    mia = studio.offboard("mia@wren.example", "2026-11-06")
    studio.offboard("tom@wren.example", owner="ada@wren.example")
    studio.set_clock(11, 10)
    studio.confirm_all(mia)
    studio.report_off("tom@wren.example")
    studio.set_clock(12, 9)
    studio.answer("deactivate.oneself", "No, one's own row has no such control.", "Members, signed in as Super Admin")
    studio.answer("publishing-trial.length", "30 days", through_assistant=True)
    studio.describe("deactivate", "The control is in a menu at the end of the row.", "Organization › Members › …")
    studio.set_clock(12, 10)
    studio.describe("deactivate", "The control is called Suspend.", through_assistant=True)
    studio.set_clock(13, 9)
    studio.bring("members", members_page(frozenset({"mia"})))
    studio.set_clock(16)
    gone = {"mia": "DISABLED", "ben": "DEPROVISIONED", "lea": "DEPROVISIONED", "kim": "SUSPENDED"}
    studio.bring("directory", directory_table(gone, frozenset({"zed", "tom"})))
    studio.set_clock(16, 12)
