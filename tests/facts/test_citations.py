"""Whatever the product tells leans on facts, and says how sure they are: steps, guards, warnings, explanations.

Plans and explanations come through the real server, as an assistant gets them.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest
from anyio.from_thread import start_blocking_portal

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.organization import Deployment, Idp, Organization, Screens, SignIn
from axure_lifecycle.domain.playbooks import Guard, Playbook, StepPattern, Subject
from axure_lifecycle.facts import shipped_register
from axure_lifecycle.playbooks import shipped, shipped_names
from axure_lifecycle.playbooks.applications import shipped_application, shipped_applications
from tests.conversations.party import ANA, BEN, OPERATOR, STAFF, SUPER, Told, members_page, says_yes, with_status
from tests.mcp.offices import Bureau, open_bureau

REGISTER: Final = shipped_register()
SURENESS: Final = ("unknown", "reported", "older", "vendor")
"""From the weakest to the strongest, said a second time by hand."""
SIGNS: Final = {"blocker": "STOP:", "warning": "Mind:", "unknown": "Unknown:"}
NAMES: Final = shipped_names()
each_playbook = pytest.mark.parametrize(("application", "operation"), NAMES)


def weakest(facts: Sequence[str]) -> str:
    """The confidence of the least sure of these facts."""
    return min((REGISTER.facts[fact].confidence.value for fact in facts), key=SURENESS.index)


def parts_of(playbook: Playbook) -> tuple[StepPattern | Guard, ...]:
    return (*playbook.steps, *playbook.guards)


# -- what is written down ---------------------------------------------------------------------------------------------


@each_playbook
def test_every_step_and_every_guard_cites_facts_of_the_register_each_once(application: str, operation: str) -> None:
    for part in parts_of(shipped(application, operation)):
        assert part.facts, part.key
        assert [fact for fact in part.facts if fact not in REGISTER.facts] == [], part.key
        assert len(set(part.facts)) == len(part.facts), part.key


@pytest.mark.parametrize("application", [application.id for application in shipped_applications()])
def test_every_application_cites_what_says_that_it_is_one(application: str) -> None:
    cited = shipped_application(application).facts

    assert cited
    assert set(cited) <= REGISTER.facts.keys()


ADMITS: Final = re.compile(
    r"\bunknown\b|\bnot (?:known|settled|told)\b|\bnobody (?:else is known|knows|found|(?:else )?has tested)"
    r"|\buntil you have tested\b|\bis known, from a third party\b|\bare known, from a third party\b",
    re.IGNORECASE,
)
"""The words by which a sentence says that something is not known."""


@each_playbook
def test_a_guard_that_leans_on_something_unknown_says_that_it_is_unknown(application: str, operation: str) -> None:
    for guard in shipped(application, operation).guards:
        unknown = [fact for fact in guard.facts if REGISTER.facts[fact].question]
        assert not unknown or ADMITS.search(guard.sentence), (guard.key, unknown)


TOLD_BY: Final = {
    "Organization settings and members": "screens.new.organization",
    "Account settings › Authentication": "screens.new.authentication",
    "avatar › Admin Settings": "screens.mid.",
    "Admin Settings, at the bottom left": "screens.old.",
    "Setup": "screens.2017.",
    "system administrator": "screens.2017.who",
    "Move": "workspace.move-projects",
    "Axure RP": "public-account.activates-rp",
    "Google Admin console › Apps › Web and mobile apps › the app": "google.user-access",
    "Google Admin console › Apps › Web and mobile apps › the SAML app": "google.user-access",
    "Okta Admin Console › Applications": "okta.",
    "Entra admin center › Entra ID › Enterprise apps": "entra.",
}
"""Words of a path → the fact that tells them, or how its id begins."""


@each_playbook
def test_whatever_a_path_names_is_told_by_a_fact_that_the_step_cites(application: str, operation: str) -> None:
    for step in shipped(application, operation).steps:
        texts = [text for part in (step.place, step.look_for) for text in texts_of(part)]
        for words, fact in TOLD_BY.items():
            if any(words in text for text in texts):
                assert any(cited.startswith(fact) for cited in step.facts), (step.key, words)


def texts_of(part: str | Mapping[str, str]) -> Sequence[str]:
    """The paths of a step, for all screens or for each."""
    return [part] if isinstance(part, str) else list(part.values())


def test_moving_projects_and_activating_axure_rp_have_no_place_because_no_fact_tells_one() -> None:
    leaning = {
        (operation, step.key): bool(step.place)
        for application, operation in NAMES
        for step in shipped(application, operation).steps
        if {"workspace.move-screens", "axure-rp.activate-where"} & set(step.facts)
    }

    assert leaning == {
        ("assign-seat", "activate"): False,
        ("change-address", "move-private-workspace"): False,
        ("change-address", "activate-axure-rp"): False,
        ("hand-over-private-workspace", "move-projects"): False,
        ("offboard", "move-private-workspace"): False,
        ("onboard", "activate-axure-rp"): False,
        ("transfer-seat", "activate"): False,
    }


IN_NO_PLAN: Final = {
    "deactivate.ends-trial": "a trial costs nothing, and whoever is deactivated publishes nothing either way",
    "seat.price": "a price is configured, and no step depends on one",
}
"""Open questions that no plan asks, and why the topic is enough."""


def test_every_open_question_is_asked_by_some_plan() -> None:
    cited = {fact for name in NAMES for part in parts_of(shipped(*name)) for fact in part.facts}
    asked = {fact.id for fact in REGISTER.facts.values() if fact.question}

    assert asked - cited == IN_NO_PLAN.keys()


# -- plans as they come -----------------------------------------------------------------------------------------------

HERON: Final = Organization(
    name="Heron",
    deployment=Deployment.PRIVATE_INSTANCE,
    host="heron.axure.cloud",
    sign_in=SignIn.SAML,
    idp=Idp.OKTA,
    screens=Screens.NEW,
    operator=Address(OPERATOR),
    time_zone=ZoneInfo("Europe/Amsterdam"),
)
CRANE: Final = replace(
    HERON,
    name="Crane",
    deployment=Deployment.ON_PREMISES,
    host="axure.heron.example",
    sign_in=SignIn.LDAP,
    idp=Idp.OTHER,
    screens=Screens.YEAR_2017,
)


@pytest.fixture(scope="module", params=[HERON, CRANE], ids=["private-instance", "on-premises"])
def bureau(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bureau]:
    """An office with all three lists, in which Ana's account is off."""
    folder = tmp_path_factory.mktemp("office")
    with start_blocking_portal() as portal, open_bureau(folder, portal, request.param) as bureau:
        bureau.move_in()
        bureau.bring("members", members_page(with_status(STAFF, ANA, "Deactivated")))
        yield bureau


NEWCOMER: Final = "nia.berg@heron.example"
VERBS: Final = {
    "onboard": "plan_onboard",
    "offboard": "plan_offboard",
    "change-role": "plan_role_change",
    "reactivate": "plan_reactivation",
}


def question_for(application: str, operation: str, person: str) -> tuple[str, dict[str, Any]]:
    """The verb that plans an operation, and what it is asked."""
    playbook = shipped(application, operation)
    asked: dict[str, Any] = {}
    if "role" in playbook.options:
        asked["role"] = next(iter(shipped_application(application).roles[-1:]), "member")
    if "successor" in playbook.options:
        asked["successor"] = BEN
    if "new_address" in playbook.options:
        asked["new_address"] = "sue.berg@heron.example"
    asked |= {option: "Checkout" for option in ("workspaces", "leave_workspaces") if option in playbook.options}
    if application != "axure":
        asked["application"] = application
    if operation in VERBS:
        about = {"people": [person]} if playbook.subject is Subject.PEOPLE else {"person": person}
        return VERBS[operation], {**about, **asked}
    people = [] if playbook.subject is Subject.SERVER else [person]
    return "plan_operation", {"operation": operation, "people": people, **asked}


def told(bureau: Bureau, application: str, operation: str, person: str) -> list[Told]:
    """A plan with all its parts."""
    verb, asked = question_for(application, operation, person)
    parts = [bureau.assistant.call(verb, **asked)]
    while cursor := parts[-1].data["cursor"]:
        parts.append(bureau.assistant.call(verb, **asked, cursor=cursor))
    return parts


@each_playbook
def test_a_plan_shows_how_sure_each_step_and_each_notice_is_as_data_and_in_words(
    bureau: Bureau, application: str, operation: str
) -> None:
    seen: set[str] = set()
    for person in (SUPER, OPERATOR, ANA, NEWCOMER):
        for part in told(bureau, application, operation, person):
            lines = part.text.split("\n")
            for notice in part.data["notices"]:
                assert notice["facts"]
                assert set(notice["facts"]) <= REGISTER.facts.keys()
                assert notice["how_sure"] == weakest(notice["facts"])
                label = "" if notice["how_sure"] == "vendor" else f" (source: {notice['how_sure']})"
                assert f"{SIGNS[notice['kind']]} {notice['said']}{label}" in lines
            for step in part.data["steps"]:
                [line] = [line for line in lines if f" [{step['key']}] – " in line]
                assert step["how_sure"] == weakest(step["facts"])
                label = "" if step["how_sure"] == "vendor" else f"(source: {step['how_sure']})"
                assert re.findall(r"\(source: \w+\)", line) == ([label] if label else []), line
                seen.add(step["key"])
    assert seen or shipped(application, operation).subject is Subject.SERVER


def test_what_was_found_out_here_stands_below_every_notice_that_leans_on_it(tmp_path: Path) -> None:
    with start_blocking_portal() as portal, open_bureau(tmp_path, portal, HERON) as bureau:
        bureau.move_in()
        with bureau.assistant.answered_by(says_yes):
            bureau.assistant.call("record_fact", fact="deactivate.who", local_answer="only the Super Admin")
        parts = told(bureau, "axure", "offboard", ANA)

    leaning = [one for part in parts for one in part.data["notices"] if "deactivate.who" in one["facts"]]
    assert [one["said"].partition(":")[0] for one in leaning] == ["Which role may deactivate is not settled"]
    [note] = leaning[0]["notes"]
    assert note.endswith(", about deactivate.who: “only the Super Admin”")
    assert f"{leaning[0]['said']} (source: unknown)\n   {note}\n" in "\n".join(part.text for part in parts)


# -- explanations as they come ----------------------------------------------------------------------------------------


def explained(bureau: Bureau, topic: str) -> list[dict[str, Any]]:
    """Every fact that is told of a topic, each checked against the register and the text that goes with it."""
    answers = [bureau.assistant.call("explain_axure", topic=topic)]
    while cursor := answers[-1].data["cursor"]:
        answers.append(bureau.assistant.call("explain_axure", topic=topic, cursor=cursor))
    for answer in answers:
        for fact in answer.data["facts"]:
            known = REGISTER.facts[fact["id"]]
            assert (fact["said"], fact["confidence"]) == (known.sentence, known.confidence.value)
            assert f"[{fact['confidence']}; {', '.join(fact['sources'])}, {fact['as_of']}; {fact['id']}" in answer.text
            assert fact["sources"] or fact["confidence"] == "unknown"
            assert (fact["ask"] is not None) == (fact["confidence"] == "unknown")
            assert fact["ask"] is None or fact["ask"] in answer.text
    facts = [fact for answer in answers for fact in answer.data["facts"]]
    assert [answer.data["in_all"] for answer in answers] == [len(facts)] * len(answers)
    return facts


def test_every_explanation_carries_its_facts_and_every_fact_is_reached_by_a_topic(bureau: Bureau) -> None:
    topics = bureau.assistant.call("explain_axure").data["topics"]
    reached = {fact["id"] for topic in REGISTER.headings for fact in explained(bureau, topic)}

    assert REGISTER.headings.keys() <= set(topics)
    assert reached == REGISTER.facts.keys()


def test_every_fact_that_a_plan_cites_is_explained_by_its_id(bureau: Bureau) -> None:
    cited = {fact for name in NAMES for part in parts_of(shipped(*name)) for fact in part.facts}

    for fact in sorted(cited):
        assert explained(bureau, fact)[0]["id"] == fact
