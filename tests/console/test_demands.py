"""Where policy wants a device for an approval and for standing for a roster, nothing counts without it; and these pages
can be used by everybody."""

from collections.abc import Callable, Generator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, expect

from axure_lifecycle.cli.demo import LEAVER, SetClock, directory_table, licence_list, people
from axure_lifecycle.domain.access import Role
from axure_lifecycle.domain.holdings import Assurance, Channel
from axure_lifecycle.domain.organization import Demands
from axure_lifecycle.domain.sources import Source
from axure_lifecycle.ports import Page
from axure_lifecycle_tools.confirming import ask_to_confirm_source, confirm_source
from axure_lifecycle_tools.reviewing import open_review
from axure_lifecycle_tools.spec import Answered
from axure_lifecycle_tools.standing import waits
from tests.console.browsing import AUTHENTICATOR, sign_in, violations
from tests.console.conftest import Visitor, enter
from tests.console.office import OPERATOR, Office, make_office, served
from tests.console.scene import STRICT, Scene
from tests.console.test_saying import case_of
from tests.console.test_second_factor import enrol, give, say

APPROVED = "ada.abel@birchwood.example"
OWNERS = {"light": "kira.abel@birchwood.example", "dark": "liam.abel@birchwood.example"}


def licences(year: int) -> str:
    """A licence list in which three more people own something, renewed in some year."""
    text = licence_list(people()).replace("2027-03-01", f"{year}-03-01")
    for number, owner in enumerate((*OWNERS.values(), APPROVED), 5):
        text = text.replace(f"BW-00{number},Team,{OPERATOR}", f"BW-00{number},Team,{owner}")
    return text


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """An office that wants a second person, and their device; a roster that an assistant brought, and a review."""
    clock = SetClock(datetime.now(UTC))
    office = make_office(tmp_path_factory.mktemp("strict") / "home", clock)
    office.demand_approvals("licence_owner")
    demand(office)
    case = office.open_offboarding(LEAVER)
    office.bring("seats", "licences-2.csv", licences(2028), Channel.ASSISTANT)
    review = open_review(office.desk(), title="Q4", due_on="2099-12-31").review
    assert review is not None
    return Scene(office, clock, case, case, case, case, review)


@pytest.fixture(scope="module")
def at(strict: Scene) -> Generator[str]:
    """Where its server is."""
    with served(strict.office) as address:
        yield address


@pytest.fixture
def coming(strict: Scene, at: str) -> Generator[Callable[[str, Role], Visitor]]:
    """Signs in people of this test's own."""
    with ExitStack() as stack:

        def begin(name: str, role: Role) -> Visitor:
            found = enter(at, strict.office.token_for(name, frozenset({role})))
            stack.callback(found.client.close)
            return found

        yield begin


def source_of(office: Office) -> Source:
    """The roster that an assistant brought."""
    with office.workshop.store().reading() as view:
        return view.source(4)


def test_an_approval_counts_with_a_device_alone_where_policy_says_so(
    strict: Scene, coming: Callable[[str, Role], Visitor]
) -> None:
    name, path = "ivo.lund@birchwood.example", f"/cases/{strict.approval}/approve"
    ivo = coming(name, Role.APPROVER)
    assert "you have none here" in ivo.get(path).text
    assert say(ivo, path).status_code == 409
    app = enrol(ivo, strict.office.invitation_for(name), strict)
    asked = say(ivo, path, note="seen with her manager")
    assert asks_for_device(asked)
    assert give(ivo, path, asked, "000000").status_code == 409
    assert case_of(strict, strict.approval).approvals == ()
    strict.clock.forward(seconds=30)
    assert give(ivo, path, say(ivo, path, note="seen"), app.at(strict.clock.at)).status_code == 303
    given = case_of(strict, strict.approval).approval
    assert given is not None
    assert (given.approved_by.name, given.approved_by.channel) == (name, Channel.CONSOLE_SECOND_FACTOR)
    assert given.assurance is Assurance.CONFIRMED


def test_an_approval_in_a_browser_takes_what_policy_demands_a_page_an_app_or_a_passkey(
    browser: Browser, strict: Scene, at: str, coming: Callable[[str, Role], Visitor]
) -> None:
    office, name = strict.office, "mika.sand@birchwood.example"
    case = office.open_offboarding(APPROVED)
    mika = coming(name, Role.APPROVER)
    context = browser.new_context()
    page = context.new_page()
    sign_in(page, at, office.tokens[name])

    def approve(*then: str) -> Channel:
        """By which channel it counts; it is taken back again."""
        page.goto(f"{at}/cases/{case}/approve")
        for button in ("Approve", *then):
            page.get_by_role("button", name=button, exact=True).click()
        expect(page.get_by_role("status")).to_contain_text("approved")
        given = case_of(strict, case).approval
        assert given is not None
        assert (given.approved_by.name, given.assurance) == (name, Assurance.CONFIRMED)
        with office.workshop.store().writing(office.desk().actor) as change:
            change.retract_approval(given.id, "once more")
        return given.approved_by.channel

    try:
        demand(office, approval="console")
        assert approve() is Channel.CONSOLE
    finally:
        demand(office)
    page.goto(f"{at}/cases/{case}/approve")
    expect(page.get_by_text("you have none here")).to_be_visible()
    expect(page.get_by_role("button", name="Approve", exact=True)).to_have_count(0)

    devices: Any = context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    page.goto(f"{at}/account")
    page.get_by_label("Invitation").fill(office.invitation_for(name))
    page.get_by_role("button", name="Passkey").click()
    page.get_by_role("button", name="Make a passkey").click()
    expect(page.get_by_role("status")).to_contain_text("Passkey was added")
    assert approve("Use my passkey") is Channel.CONSOLE_SECOND_FACTOR

    app = enrol(mika, office.invitation_for(name), strict)
    page.goto(f"{at}/cases/{case}/approve")
    page.get_by_role("button", name="Approve", exact=True).click()
    page.get_by_label("Six digits").fill(app.at(strict.clock.at))
    page.get_by_role("button", name="Record my answer").click()
    expect(page.get_by_role("status")).to_contain_text("approved")
    given = case_of(strict, case).approval
    assert given is not None
    assert given.approved_by.channel is Channel.CONSOLE_SECOND_FACTOR
    context.close()


def demand(office: Office, **other: str) -> None:
    """Have policy want a device for an approval, a roster and a step, and what else is said."""
    demands = dict.fromkeys(("approval", "roster", STRICT), "second_factor")
    office.set_policy("policy.confirmation", least="client", **{**demands, **other})


def test_a_roster_verifies_once_somebody_stands_for_it_with_a_device_where_policy_says_so(
    strict: Scene, coming: Callable[[str, Role], Visitor]
) -> None:
    office, name, path = strict.office, "una.berg@birchwood.example", "/sources/R-4/confirm"
    desk = office.desk()
    question = ask_to_confirm_source(desk, source="R-4")
    assert question is not None
    typed = Answered(yes=True, note="", question=question, channel=Channel.TERMINAL)
    told = confirm_source(desk, source="R-4", answer=typed)
    assert told.said[0] == (
        "Nothing changed: policy demands second_factor, and it came by terminal. It counts on the console, with a "
        "second factor, under Sources, R-4."
    )
    una = coming(name, Role.OPERATOR)
    assert say(una, path).status_code == 409
    assert not source_of(office).can_verify
    app = enrol(una, office.invitation_for(name), strict)
    assert give(una, path, say(una, path), app.at(strict.clock.at)).status_code == 303
    found = source_of(office)
    assert found.can_verify
    assert found.confirmed_by is not None
    assert (found.confirmed_by.name, found.confirmed_by.channel) == (name, Channel.CONSOLE_SECOND_FACTOR)
    office.bring("seats", "licences-3.csv", licences(2029))
    with office.workshop.store().reading() as view:
        [typed_in], _, _ = view.sources(Page(1, None))
    assert not typed_in.can_verify, "a terminal is no way around it"


def test_what_waits_for_a_person_names_the_place_where_their_word_counts(strict: Scene) -> None:
    office, kept = strict.office, people()[1:]
    office.bring("directory", "directory-2.csv", directory_table(kept), Channel.ASSISTANT)
    with office.workshop.store().reading() as view:
        [brought], _, _ = view.sources(Page(1, None))
        demanded, free = office.desk(), replace(office.desk(), policy=replace(office.desk().policy, demands=Demands()))
        [told], [typed], [signed_in] = (
            waits(view, desk, desk.now) for desk in (demanded, free, replace(free, roles=frozenset({Role.OPERATOR})))
        )
    number = brought.name
    assert told.endswith(f"a person stands for it: on the console, with a second factor, under Sources, {number}.")
    assert typed.endswith(f"a person stands for it: `axure-lifecycle confirm {number}` at a terminal.")
    assert signed_in.endswith(f"a person stands for it: on the console, under Sources, {number}."), "nobody has a shell"


def asks_for_device(page: httpx.Response) -> bool:
    return page.status_code == 200 and "Your device, for this answer" in page.text


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation_on_the_pages_of_a_question(
    scheme: Any, browser: Browser, strict: Scene, at: str, axe: str, coming: Callable[[str, Role], Visitor]
) -> None:
    office, name = strict.office, f"{scheme}@birchwood.example"
    guarded = office.open_offboarding(OWNERS[scheme])
    case = office.open_offboarding(OWNERS[scheme].replace("abel", "bondi"))
    office.bring("seats", f"licences-{scheme}.csv", licences(2040 + len(scheme)), Channel.ASSISTANT)
    with office.workshop.store().reading() as view:
        [roster], _, _ = view.sources(Page(1, None))
    enrol(coming(name, Role.ADMIN), office.invitation_for(name), strict)
    context = browser.new_context(color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    found: list[str] = []
    sign_in(page, at, office.tokens[name])
    for path, button in (
        (f"/cases/{guarded}/approve", "Approve"),
        (f"/cases/{case}/steps/{STRICT}/done", "Yes, I did or saw it"),
        (f"/sources/{roster.name}/confirm", "Yes, I stand for it"),
    ):
        page.goto(at + path)
        found += violations(page, axe, path)
        page.get_by_role("button", name=button, exact=True).click()
        expect(page.get_by_label("Six digits")).to_be_visible()
        found += violations(page, axe, f"{path}, its device")
        page.get_by_label("Six digits").fill("000000")
        page.get_by_role("button", name="Record my answer").click()
        expect(page.get_by_role("alert")).to_be_visible()
        found += violations(page, axe, f"{path}, refused")
    page.goto(f"{at}/reviews/{strict.review}/close")
    found += violations(page, axe, "closing a review, its reason")
    page.get_by_label("undecided").fill("the auditor asked for it as it is")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("button", name="Close it")).to_be_visible()
    found += violations(page, axe, "closing a review")
    page.goto(f"{at}/account")
    page.get_by_label("Invitation").fill(office.invitation_for(name))
    page.get_by_role("button", name="Passkey").click()
    expect(page.get_by_role("button", name="Make a passkey")).to_be_visible()
    found += violations(page, axe, "a new passkey")
    context.close()
    assert not found, "\n".join(found)
