"""Each tool, command, page and report: where it shows what is wanted, known and claimed, or why it does not.

The tables are written by hand. What has no entry fails, and what an entry says is looked for in what people get.
"""

import re
from collections.abc import Generator, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import pytest
from anyio.from_thread import start_blocking_portal
from mcp.client import Client

from axure_lifecycle.cli.commands import COMMANDS
from axure_lifecycle.config import TOOLSETS
from axure_lifecycle.domain.reports import ReportKind
from axure_lifecycle.mcp_server.server import build_server
from axure_lifecycle.web.console.site import PAGES
from axure_lifecycle_tools.catalog import CATALOG
from tests.cli.processes import run
from tests.console.conftest import Visitor, enter
from tests.console.office import ADMIN, Office, served
from tests.conversations.party import Assistant
from tests.scim.wanting.scene import Scene, play

ANA: Final = "ana@acme.example"
BO: Final = "bo@acme.example"
CASE: Final = "C-3"
"""Ana's offboarding."""


@dataclass(frozen=True)
class Shows:
    """Where three things stand in an answer: what matches each, or why it is not there."""

    wanted: "str | Not"
    known: "str | Not"
    claimed: "str | Not"
    given: Any = field(default=())


@dataclass(frozen=True)
class Not:
    """Why something is not shown."""

    why: str


@dataclass(frozen=True)
class By:
    """The test that shows it, where a person has to be asked first."""

    test: str


Entry = Shows | Not | By

# -- what stands where -------------------------------------------------------------------------------------------------

MAKES_KNOWN: Final = Not("It brings or takes away what is known; nobody in particular is looked at.")
KNOWLEDGE: Final = Not("It is about Axure and this organisation's screens, and about nobody.")
ONE_WORD: Final = Not("It answers what became of this one word or file; get_case shows the case beside what is wanted.")
ITSELF: Final = Not("It looks after the product itself: set-up, keys, tokens, sessions, copies, the trail.")
IN_THE_CASE: Final = Not("A plan has no case yet; one that stands is named, and get_case shows what is claimed.")
WITH_FULL: Final = Not("Where a plan is known from is told with --full.")
NOT_SAID: Final = Not("The list is of what is wanted and waits; check_user shows the rest of each person.")
BESIDE: Final = "tests.scim.wanting.test_beside"
OPENED: Final = By(
    f"{BESIDE}.test_a_case_that_goes_against_what_is_wanted_is_opened_and_says_so_to_whoever_opens_looks_and_approves"
)
WANTED_OFF: Final = r"wanted off by okta"
REPORTED: Final = rf"claimed: reported \({CASE} offboard\)"


def planning(given: Any, wanted: str) -> Shows:
    """A plan."""
    return Shows(wanted, r"From R-2 “members.csv”", IN_THE_CASE, given)


TOOLS: Final[Mapping[str, Entry]] = {
    "check_user": Shows(
        r"Wanted: okta wants ana@acme\.example off since .*; known: on by R-2; ",
        r"cloud_for_business at acme\.axure\.cloud: active, role Member, .*\[R-2",
        r"claimed: 3 of 9 steps settled; done, reported K-4",
        {"person": ANA},
    ),
    "list_users": Shows(rf"ana@.*{WANTED_OFF}", r"ana@.*: active, Member", rf"ana@.*{REPORTED}"),
    "import_roster": MAKES_KNOWN,
    "list_sources": Shows(
        r"okta \(okta, by SCIM\): wants .* off, .* 5 of them held; .* kept aside",
        r"R-2 “members\.csv”",
        Not("A source is known; what is claimed is claimed of steps."),
    ),
    "sync_directory": MAKES_KNOWN,
    "retract_source": MAKES_KNOWN,
    "find_discrepancies": Shows(
        rf"ana@.*{WANTED_OFF}", r"ana@.*: active, Member", r"ana@.*, claimed: reported", {"verdict": "active"}
    ),
    "record_decision": Not("It is about whose an address is, before anything is wanted of them; check_user shows it."),
    "plan_onboard": Shows(
        r"okta wants gus@acme\.example on since .*: this plan is for that",
        r"C-2 is open for that already",
        IN_THE_CASE,
        {"people": ["gus@acme.example"]},
    ),
    "plan_offboard": planning({"person": BO}, r"okta wants bo@.* on as admin since .*: this plan goes against it"),
    "plan_role_change": planning(
        {"person": BO, "role": "guest"}, r"okta wants bo@.* on as admin since .*: this plan goes against it"
    ),
    "plan_reactivation": planning({"person": ANA}, r"okta wants ana@.* off since .*: this plan goes against it"),
    "plan_operation": planning(
        {"operation": "assign-seat", "people": [ANA]}, r"okta wants ana@.* off since .*: this plan goes against it"
    ),
    "open_case": OPENED,
    "list_cases": Shows(
        rf"{CASE} .*; the person is {WANTED_OFF}",
        Not("A line is how far a case is; get_case shows which roster shows it."),
        rf"{CASE} offboard ana@acme\.example: open, 3/9 settled",
    ),
    "get_case": Shows(
        r"Wanted: okta wants ana@.* off since",
        Not("No roster shows a step of it yet; the line of a step names the roster that does."),
        r"\[r\] 4\. Deactivate .*: done, reported K-4",
        {"case": CASE},
    ),
    "assign_case": ONE_WORD,
    "cancel_case": ONE_WORD,
    "approve_case": OPENED,
    "record_step": ONE_WORD,
    "record_deactivation": ONE_WORD,
    "attach_evidence": ONE_WORD,
    "explain_axure": KNOWLEDGE,
    "record_fact": KNOWLEDGE,
    "record_screen_change": KNOWLEDGE,
    "build_report": Not("It answers with a file; the reports have a table of their own."),
    "verify_audit_trail": ITSELF,
    "open_review": By(f"{BESIDE}.test_a_full_part_of_a_review_in_which_everybody_is_pushed_is_short"),
    "get_review": Shows(r"ana@.*wanted off by okta since", r"ana@.*: Member, active, .*by R-2", rf"ana@.*{REPORTED}"),
    "record_review_decision": By(
        f"{BESIDE}.test_whoever_decides_is_told_where_it_goes_against_what_is_wanted_and_decides_all_the_same"
    ),
    "close_review": Not("It ends the whole review; each decision was made beside what is wanted."),
}

SAME_TOOL: Final = {
    "check": ("check_user", (ANA,)),
    "users": ("list_users", ()),
    "sources": ("list_sources", ()),
    "plan onboard": ("plan_onboard", ("gus@acme.example",)),
    "plan offboard": ("plan_offboard", (BO,)),
    "plan role-change": ("plan_role_change", (BO, "--role", "guest")),
    "plan reactivation": ("plan_reactivation", (ANA,)),
    "plan operation": ("plan_operation", ("assign-seat", ANA)),
    "cases": ("list_cases", ()),
    "case": ("get_case", (CASE,)),
    "review show": ("get_review", ()),
}
"""Commands that answer as a tool does."""
LIKE: Final = {
    "import": "import_roster",
    "sync": "sync_directory",
    "decide": "record_decision",
    "retract": "retract_source",
    "open": "open_case",
    "record": "record_step",
    "confirm": "record_step",
    "approve": "approve_case",
    "deactivated": "record_deactivation",
    "attach": "attach_evidence",
    "assign": "assign_case",
    "cancel": "cancel_case",
    "explain": "explain_axure",
    "record-fact": "record_fact",
    "record-screen-change": "record_screen_change",
    "report": "build_report",
    "review open": "open_review",
    "review decide": "record_review_decision",
    "review close": "close_review",
    "audit verify": "verify_audit_trail",
}
"""Commands whose entry is the one of a tool, without a look at both."""
OWN_COMMANDS: Final[Mapping[str, Entry]] = {
    "discrepancies": Shows(
        rf"ana@.*{WANTED_OFF}", r"ACTIVE(?s:.*)ana@acme\.example +ana; Member", r"ana@.*; claimed: reported", ("--all",)
    ),
    "run": By(
        "tests.scim.wanting.test_settling.test_a_mass_of_departures_is_held_back_whole_until_a_person_lets_exactly_them_pass"
    ),
    "notices list": Not("Messages name cases and counts, and never whom an identity provider wants."),
    "ticket": ONE_WORD,
    "review list": Not("A line is the count of a whole review; `review show` names people."),
    "erase": Not("It says how much of what was pushed is erased with them: what was wanted is gone after that."),
    "scim waiting": Shows(r"cy@.*: wanted off by okta since", NOT_SAID, NOT_SAID),
    "scim aside": Shows(
        r"group “Design” of okta: members\[value eq \"stranger\"\] \(no User has this id\)(?s:.*)bo@.*emails \(Input",
        NOT_SAID,
        NOT_SAID,
    ),
    **dict.fromkeys(
        (
            *("demo", "init", "install", "doctor", "backup", "restore", "mcp", "serve", "db copy"),
            *("audit export", "audit key", "audit checkpoint", "audit bundle", "audit verifier"),
            *("token create", "token list", "token revoke", "session list", "session end"),
            *("factor invite", "factor list", "factor remove"),
            *("scim token create", "scim token list", "scim token revoke"),
        ),
        ITSELF,
    ),
}

A_FORM: Final = Not("It takes a form and leads back to the page that shows all three.")
ASKED: Final = Not("It asks about one step in the words that are recorded; the page of the case shows all three.")
CONSOLE: Final[Mapping[str, Entry]] = {
    "/": Shows(
        r"5 wanted, waiting .* Wanted, and waiting .* cy@acme\.example , .* wanted off by okta since .* Held back",
        Not("It shows what waits; whatever is known waits for nobody."),
        r"Steps to confirm .*Deactivate the account .* Reported by pat@acme\.example through an assistant",
        "/",
    ),
    "/cases": Shows(
        rf"Offboard {ANA} .*? The person is wanted off by okta",
        Not("A line is how far a case is; its page shows which roster shows it."),
        rf"Offboard {ANA} .*? 3 of 9 settled",
        "/cases",
    ),
    "/cases/{case}": Shows(
        r"Wanted off by okta since",
        r"Membership cloud for business at acme\.axure\.cloud|Known active, role Member",
        r"Claimed done – reported by pat@acme\.example",
        f"/cases/{CASE}",
    ),
    "/cases/{case}/trail": Not("It shows records as they were written; pushes are records of their own."),
    "/cases/{case}/assign": A_FORM,
    "/cases/{case}/ticket": A_FORM,
    "/cases/{case}/cancel": ASKED,
    "/cases/{case}/approve": OPENED,
    "/cases/{case}/steps/{step}/evidence": A_FORM,
    "/cases/{case}/steps/{step}/{outcome}": ASKED,
    "/evidence/{evidence}": Not("It gives a file."),
    "/discrepancies": Shows(
        rf"{ANA} .*? {WANTED_OFF}",
        rf"{ANA} .*? Active Member active",
        rf"{ANA} .*? claimed: reported",
        "/discrepancies?verdict=active",
    ),
    "/people": Shows(
        rf"{ANA} ana {WANTED_OFF}", Not("It finds somebody; their page shows what is known."), REPORTED, "/people?q=ana"
    ),
    "/people/{person}": Shows(
        r"Wanted off okta, by SCIM since",
        r"Known: on by R-2",
        r"Claimed: 3 of 9 steps settled; done, reported K-4",
        f"/people/{ANA}",
    ),
    "/reviews": Not("A line is the count of a whole review; its page names people."),
    "/reviews/{review}": Shows(
        rf"{ANA} .*? Wanted off by okta since",
        rf"{ANA} Member, active, .*? by R-2",
        rf"{ANA} .*? Claimed reported \({CASE} offboard\)",
        "/reviews/V-1",
    ),
    "/reviews/{review}/close": Not("It ends the whole review; each decision was made beside what is wanted."),
    "/reviews/{review}/{person}": Shows(
        r"Wanted off by okta",
        Not("The question on the next page shows it, beside the other two."),
        rf"Claimed reported \({CASE} offboard\)",
        f"/reviews/V-1/{ANA}",
    ),
    "/reports": Not("It lists files; the reports have a table of their own."),
    "/reports/{name}": Not("It gives a file."),
    "/sources": Shows(
        r"Identity providers that push okta okta, by SCIM .* 5 wait .* Kept aside: 2 .* Design group of okta "
        r"members\[value eq \"stranger\"\] \(no User has this id\) .*bo@acme\.example person of okta emails \(Input",
        r"R-2 members\.csv members",
        Not("A source is known; what is claimed is claimed of steps."),
        "/sources",
    ),
    "/sources/{source}/confirm": MAKES_KNOWN,
    "/trail": Not("It shows records as they were written."),
    "/trail/verify": ITSELF,
    **dict.fromkeys(
        (
            *("/account", "/account/sessions/{session}/end", "/account/factors/totp", "/account/factors/totp/finish"),
            *("/account/factors/passkey", "/account/factors/passkey/finish"),
        ),
        ITSELF,
    ),
}

REPORTS: Final[Mapping[ReportKind, Entry]] = {
    ReportKind.ACCESS_REVIEW: Shows(
        r"\| ana@.* off by okta \|", r"\| ana@.* Member \| active .* R-2 \|", r"\| ana@.* C-3 offboard \| reported \|"
    ),
    ReportKind.LEAVERS: Shows(
        r"\| cy@.* off by okta, held back \|(?s:.*)\| ana@.* off by okta \|",
        Not("It is about who leaves and when a roster showed that; none shows it yet."),
        r"\| ana@acme\.example \| off by okta \| reported \|",
    ),
    ReportKind.SEATS: Shows(
        r"5 waiting",
        r"Licences: R-3|Members: R-2",
        Not("It is about subscriptions; the access review shows what is claimed of people."),
    ),
    ReportKind.CASES: Shows(
        r"\| C-3 \| offboard \| ana@.* off by okta \|",
        Not("It is about cases as they stand; the access review shows what is known of people."),
        r"\| C-3 .*\| 3 of 9 \|.*reported",
    ),
    ReportKind.SCREENS: KNOWLEDGE,
    ReportKind.FACTS: KNOWLEDGE,
}


# -- and whether it does -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Doors:
    """The firm, from a client, at a shell and on the console."""

    scene: Scene
    assistant: Assistant
    visitor: Visitor

    def page(self, path: str) -> str:
        """What somebody reads on a page."""
        answer = self.visitor.get(path)
        assert answer.status_code == 200, path
        main = answer.text[answer.text.index("<main") : answer.text.index("</main>")]
        words = re.sub(r"<wbr>|</?bdi>|</?b>", "", main)
        return " ".join(re.sub(r"<[^>]+>", " ", words).replace("&#34;", '"').split())


@pytest.fixture(scope="module")
def doors(tmp_path_factory: pytest.TempPathFactory) -> Generator[Doors]:
    """All of them to one home."""
    with ExitStack() as stack:
        scene = stack.enter_context(play(tmp_path_factory.mktemp("everywhere")))
        workshop = scene.pushed.firm.workshop
        office = Office(scene.pushed.firm.home, workshop)
        token = office.token_for(ADMIN)
        url = stack.enter_context(served(office))
        portal = stack.enter_context(start_blocking_portal())
        client = Client(build_server(workshop.desk_for_client, toolsets=TOOLSETS, reads_only=False))
        stack.enter_context(portal.wrap_async_context_manager(client))
        visitor = enter(url, token)
        stack.callback(visitor.client.close)
        yield Doors(scene, Assistant(portal, client), visitor)


def check(told: str, entry: Shows) -> None:
    """Hold an answer to its entry."""
    for what, expected in (("wanted", entry.wanted), ("known", entry.known), ("claimed", entry.claimed)):
        if isinstance(expected, str):
            assert re.search(expected, told), f"{what} {expected!r} is not in\n{told}"


def looked_at(entries: Mapping[Any, Entry]) -> Iterable[Any]:
    """Those that are called here."""
    return [name for name, entry in entries.items() if isinstance(entry, Shows)]


def test_everything_has_an_entry_with_a_reason_or_a_test_that_is_there() -> None:
    assert {verb.name for verb in CATALOG} == set(TOOLS)
    commands = {" ".join(one.words) for one in COMMANDS}
    assert commands == {*SAME_TOOL, *LIKE, *OWN_COMMANDS}
    assert {path for path, _, _ in PAGES} == set(CONSOLE)
    assert set(ReportKind) == set(REPORTS)
    for entry in (*TOOLS.values(), *OWN_COMMANDS.values(), *CONSOLE.values(), *REPORTS.values()):
        if isinstance(entry, By):
            module, _, test = entry.test.rpartition(".")
            assert hasattr(import_module(module), test), test


@pytest.mark.parametrize("name", looked_at(TOOLS))
def test_a_tool_shows_it(doors: Doors, name: str) -> None:
    entry = TOOLS[name]
    assert isinstance(entry, Shows)
    check(doors.assistant.call(name, **dict(entry.given)).text, entry)


@pytest.mark.parametrize("name", SAME_TOOL)
def test_a_command_shows_what_its_tool_does(doors: Doors, name: str) -> None:
    tool, arguments = SAME_TOOL[name]
    entry = TOOLS[tool]
    assert isinstance(entry, Shows)
    home = doors.scene.pushed.firm.home
    if name.startswith("plan "):
        check(run(*name.split(), *arguments, home=home).out, replace(entry, known=WITH_FULL))
        arguments = (*arguments, "--full")
    check(run(*name.split(), *arguments, home=home).out, entry)


@pytest.mark.parametrize("name", looked_at(OWN_COMMANDS))
def test_a_command_shows_it(doors: Doors, name: str) -> None:
    entry = OWN_COMMANDS[name]
    assert isinstance(entry, Shows)
    check(run(*name.split(), *entry.given, home=doors.scene.pushed.firm.home).out, entry)


@pytest.mark.parametrize("path", looked_at(CONSOLE))
def test_a_page_shows_it(doors: Doors, path: str) -> None:
    entry = CONSOLE[path]
    assert isinstance(entry, Shows)
    check(doors.page(entry.given), entry)


def test_the_page_of_a_case_that_goes_against_what_is_wanted_says_so(doors: Doors) -> None:
    said = r"okta wants ida@acme\.example on since .*, by SCIM: not what this case is for\."
    assert re.search(said, doors.page(f"/cases/{doors.scene.against}"))
    assert not re.search("not what this case is for", doors.page(f"/cases/{CASE}"))


@pytest.mark.parametrize("kind", looked_at(REPORTS))
def test_a_report_shows_it(doors: Doors, kind: ReportKind) -> None:
    entry = REPORTS[kind]
    assert isinstance(entry, Shows)
    built = doors.assistant.call("build_report", kind=kind.value, format="md")
    check(Path(built.data["file"]).read_text("utf-8"), entry)
