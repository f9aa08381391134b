"""A seat for each who has none: looked for or bought first, assigned, activated; stated here a second time by hand."""

from collections.abc import Callable

import pytest

from axure_lifecycle.domain.plans import Plan
from axure_lifecycle.domain.playbooks import Subject
from axure_lifecycle.domain.vocabulary import TRAITS
from axure_lifecycle.playbooks import shipped
from tests.playbooks.situations import ADDRESS, keys, notices, step
from tests.playbooks.staying import GROUPS, OLGA, TIM, blockers, check_everywhere, read_aloud, shown_by, stays
from tests.playbooks.staying import planned as planned_for
from tests.playbooks.taking_over import ROSTERS

OPERATION = "assign-seat"
BARE: GROUPS = {"without_seat": (OLGA, TIM), "members_on": (OLGA, TIM)}
SEATED: GROUPS = {"with_seat": (ADDRESS,), "members_on": (ADDRESS,)}


def planned(records: GROUPS | None = None, /, **traits: str) -> Plan:
    return planned_for(OPERATION, BARE if records is None else records, None, **{"spare_seat": "yes", **traits})


@pytest.mark.parametrize(
    ("spare", "first"),
    [
        ("yes", []),
        ("no", ["buy-seats"]),
        ("yes too_few", ["buy-seats"]),
        ("not_stated", ["look-for-free-seats"]),
        ("no_roster", ["look-for-free-seats"]),
    ],
)
def test_a_free_seat_is_there_before_it_is_assigned(spare: str, first: list[str]) -> None:
    plan = planned(spare_seat=spare)
    assert keys(plan) == [*first, "assign", "activate"]
    assert step(plan, "assign").after == tuple(first)
    assert step(plan, "activate").after == ("assign",)


def test_who_does_what() -> None:
    doers = {
        one.key: one.doer.value for one in (*planned(spare_seat="no").steps, *planned(spare_seat="no_roster").steps)
    }
    assert doers == {
        "look-for-free-seats": "licence_manager",
        "buy-seats": "licence_owner",
        "assign": "licence_manager",
        "activate": "person",
    }


def test_whoever_has_a_seat_gets_no_other() -> None:
    assert keys(planned(SEATED)) == []
    assert "has-seat" in notices(planned(SEATED))
    both = planned({**BARE, **SEATED})
    assert OLGA in step(both, "assign").question
    assert ADDRESS not in step(both, "assign").question


def test_the_next_licence_list_shows_it_of_everybody() -> None:
    assert shown_by(planned(spare_seat="no")) == {"assign": ("seat assigned", (OLGA, TIM), ())}


def test_where_a_seat_is_assigned_is_one_portal_for_every_server() -> None:
    for screens in ("new", "mid", "old", "2017"):
        places = {one.key: one.place for one in planned(spare_seat="no", screens=screens).steps}
        assert places["buy-seats"] == "License Portal › Buy"
        assert places["assign"] == "License Portal › Manage Products › “Unassigned”, beside a free subscription"


BARELY = {"which-kind-of-seat", "trial"}
ALWAYS = BARELY | {"free-seats"}


@pytest.mark.parametrize(("traits", "said"), [line[1:] for line in ROSTERS], ids=[line[0] for line in ROSTERS])
def test_what_is_said_about_the_sources(traits: dict[str, str], said: set[str]) -> None:
    assert notices(planned(**traits)) == ALWAYS | said


GUARDS: list[tuple[str, GROUPS, dict[str, str], set[str]]] = [
    ("two without a seat", BARE, {}, ALWAYS),
    ("none free", BARE, {"spare_seat": "no"}, BARELY | {"none-free"}),
    ("too few free", BARE, {"spare_seat": "yes too_few"}, BARELY | {"too-few-free"}),
    (
        "no licence list",
        BARE,
        {"spare_seat": "no_roster", "licence": "no_roster"},
        BARELY | {"seats-unknown"},
    ),
    ("a list that does not say", BARE, {"licence": "not_stated"}, ALWAYS | {"seats-not-stated"}),
    ("everybody has one", SEATED, {"licence": "assigned"}, {"has-seat"}),
    ("one of two has one", {**BARE, **SEATED}, {"licence": "assigned"}, ALWAYS | {"has-seat"}),
    (
        "not listed",
        {"without_seat": (OLGA,), "joining": (OLGA,)},
        {"membership": "not_listed"},
        {"which-kind-of-seat", "free-seats", "not-listed"},
    ),
    (
        "one listed, one not",
        {"without_seat": (OLGA, TIM), "joining": (OLGA,)},
        {"membership": "active not_listed"},
        ALWAYS | {"not-listed"},
    ),
    (
        "no members roster",
        {"without_seat": (OLGA,), "joining": (OLGA,)},
        {"membership": "no_roster"},
        {"which-kind-of-seat", "free-seats", "no-members-roster"},
    ),
    (
        "deactivated",
        {"without_seat": (OLGA,), "members_off": (OLGA,)},
        {"membership": "deactivated"},
        {"which-kind-of-seat", "free-seats", "deactivated"},
    ),
    ("left by the directory", BARE, {"directory": "active gone"}, ALWAYS | {"may-have-left"}),
    ("never known", BARE, {"directory": "never_known"}, ALWAYS | {"never-known-to-directory"}),
    ("on-premises", BARE, {"deployment": "on_premises"}, ALWAYS | {"seat-in-product"}),
]


@pytest.mark.parametrize(("records", "traits", "said"), [line[1:] for line in GUARDS], ids=[line[0] for line in GUARDS])
def test_what_is_said(records: GROUPS, traits: dict[str, str], said: set[str]) -> None:
    assert notices(planned(records, **traits)) == said


def test_what_no_case_is_opened_on() -> None:
    assert blockers(planned(personal="ambiguous", roster="disputed")) == {"ambiguous-address", "disputed-roster"}
    assert not blockers(planned(spare_seat="no", membership="not_listed", licence="no_roster"))


def test_it_is_for_several_people_and_contradicts_what_takes_a_seat_away() -> None:
    playbook = shipped("axure", OPERATION)
    assert (playbook.subject, playbook.options) == (Subject.PEOPLE, {})
    assert playbook.contradicts == {"offboard", "release-seat"}


def test_on_every_server_every_step_is_whole() -> None:
    spare, licence = TRAITS["spare_seat"], ("none", "assigned", "no_roster", "not_stated")
    both = {**BARE, **SEATED}
    assert check_everywhere(OPERATION, both, spare_seat=spare, licence=licence, membership=["active"]) == 80 * 20


@pytest.mark.parametrize(
    ("name", "title", "records", "traits"),
    [
        ("two-with-free-seats", "Two people, seats are free", BARE, {}),
        (
            "on-premises-none-free",
            "Three people on-premises, no seat is free, one has one, one is not listed",
            {"without_seat": (OLGA, TIM), "joining": (TIM,), "members_on": (OLGA, ADDRESS), "with_seat": (ADDRESS,)},
            {"deployment": "on_premises", "sign_in": "ldap", "membership": "active not_listed", "spare_seat": "no"},
        ),
        ("no-licence-list", "Before any licence list", BARE, {"spare_seat": "no_roster", "licence": "no_roster"}),
    ],
)
def test_the_plan_as_a_person_reads_it(
    name: str, title: str, records: GROUPS, traits: dict[str, str], golden: Callable[[str, str], None]
) -> None:
    some = stays(records, **{"spare_seat": "yes", **traits})
    golden(f"playbooks/axure.{OPERATION}/{name}.md", read_aloud(OPERATION, title, some))
