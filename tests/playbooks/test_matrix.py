"""Every combination of server, role, licences and operation yields a plan that somebody can follow, or says why not.

The whole product is gone through: deployment × sign-in × IdP × screens × role × licence roles × operation. What else a
plan depends on – how the person is listed, what the directory says, who stands for the rosters, who takes over – is
gone through in all pairs of answers, the axes of the product among them.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations, pairwise, product
from typing import Any, Final

import pytest

from axure_lifecycle.domain.organization import OrganizationRefused
from axure_lifecycle.domain.plans import Doer, Notice, Plan, Step
from axure_lifecycle.domain.playbooks import Situation, Subject, build
from axure_lifecycle.facts import shipped_register
from axure_lifecycle.playbooks import shipped, shipped_names
from tests.playbooks.matrix import LICENCE_ROLES, Circumstances, Server, situation_of

SERVERS: Final = [
    Server(*answers)
    for answers in product(
        ("private_instance", "on_premises"),
        ("password", "saml", "ldap"),
        ("okta", "entra", "google", "other"),
        ("new", "mid", "old", "2017"),
    )
]
ROLES: Final[tuple[str, ...]] = ("guest", "member", "admin", "technical_admin", "super_admin", "other", "not_stated")
NEXT_HIGHER: Final[Mapping[str, str]] = dict(pairwise(ROLES[:5]))
OPERATIONS: Final = tuple(operation for application, operation in shipped_names() if application == "axure")
POSSIBLE: Final = [server for server in SERVERS if (server.deployment, server.sign_in) != ("private_instance", "ldap")]


def circumstances(operation: str, role: str, licences: str) -> Circumstances:
    """Somebody with this role and these licences to whom the operation is meant to happen.

    Who joins is on no roster yet and gets the role; somebody who changes it gets the next higher one, or Guest.
    """
    somebody = Circumstances(role=role, licences=licences, peers="as_usual")
    match operation:
        case "onboard" if role in ROLES[:5]:
            return replace(somebody, membership="not_listed", wanted_role=role, wants_seat="yes")
        case "change-role":
            return replace(somebody, wanted_role=NEXT_HIGHER.get(role, "guest"))
        case "reactivate":
            return replace(somebody, membership="deactivated", wants_seat="yes")
        case "change-workspaces":
            return replace(somebody, workspaces="both")
        case _:
            return somebody


def every_plan(operation: str) -> Iterator[tuple[Server, Plan]]:
    """The plans of the whole product for one operation.

    An operation on the server itself is for nobody, so nobody's role or licences are part of it: one plan a server.
    """
    playbook = shipped("axure", operation)
    whose = list(product(ROLES, LICENCE_ROLES)) if playbook.subject is not Subject.SERVER else [("member", "none")]
    for pair in sorted({(server.deployment, server.sign_in) for server in POSSIBLE}):
        alike = [server for server in POSSIBLE if server[:2] == pair]
        on_each = {server: situation_of(playbook, server, circumstances(operation, *whose[0])) for server in alike}
        for role, licences in whose:
            some = situation_of(playbook, alike[0], circumstances(operation, role, licences))
            for server in alike:
                yield server, build(playbook, moved(some, on_each[server]), "7")


def moved(some: Situation, there: Situation) -> Situation:
    """The situation on a server that differs in nothing but its identity provider and its screens."""
    return replace(
        some,
        traits={**some.traits, "idp": there.traits["idp"], "screens": there.traits["screens"]},
        values={**some.values, "idp": there.values["idp"]},
    )


# -- what every plan has to be ----------------------------------------------------------------------------------------

FACTS: Final = shipped_register().facts
_CLOSED: Final = re.compile(r"[.?!)”]")
_UNKNOWN: Final = re.compile(r"path unknown(?: on this generation of screens)?: \S.{9,}", re.DOTALL)


def faults_of_text(text: str) -> list[str]:
    """What is wrong with a text as a person gets it."""
    faults = [] if text.strip() else ["is empty"]
    if "{" in text or "}" in text:
        faults.append("has an unfilled slot")
    if "(not stated)" in text or "None" in text.split():
        faults.append("inserts what nobody stated")
    return faults


def faults_of_facts(facts: Sequence[str]) -> list[str]:
    return [f"cites {fact}, which the register does not hold" for fact in facts if fact not in FACTS] + (
        [] if facts else ["cites no fact"]
    )


def faults_of_step(step: Step) -> list[str]:
    """What is wrong with a step by itself."""
    texts = {
        "title": step.title,
        "place": step.place,
        "instruction": step.instruction,
        "evidence": step.evidence,
        "question": step.question,
    }
    faults = [f"{name} {fault}" for name, text in texts.items() for fault in faults_of_text(text)]
    if not step.question.endswith("?"):
        faults.append("asks nothing")
    if step.is_place_known == step.place.startswith("path unknown"):
        faults.append("does not say whether its place is known")
    if not step.is_place_known and not _UNKNOWN.fullmatch(step.place):
        faults.append("does not say what to look for")
    if step.doer not in Doer:
        faults.append("is done by nobody")
    return [f"{step.key} {fault}" for fault in [*faults, *faults_of_facts(step.facts)]]


def faults_of_notice(notice: Notice) -> list[str]:
    faults = [*faults_of_text(notice.sentence), *faults_of_facts(notice.facts)]
    if not _CLOSED.fullmatch(notice.sentence[-1:]):
        faults.append("is no sentence")
    return [f"{notice.key} {fault}" for fault in faults]


def faults_of_order(plan: Plan) -> list[str]:
    """What is wrong with the steps among each other."""
    earlier: set[str] = set()
    faults: list[str] = []
    for step in plan.steps:
        faults += [f"{step.key} comes after {key}, no earlier step" for key in step.after if key not in earlier]
        faults += [f"{step.key} stands twice"] if step.key in earlier else []
        earlier.add(step.key)
    return faults


def faults(plans: Iterable[tuple[Server, Plan]]) -> tuple[int, list[str]]:
    """How many plans there are, and everything that is wrong with them, each once."""
    count, found, seen = 0, dict[str, None](), set[Step | Notice]()
    for server, plan in plans:
        count += 1
        told = faults_of_order(plan)
        for step in plan.steps:
            told += [f"{step.key} shows {word!r} on {server.screens}" for word in foreign(step, server)]
            if step not in seen:
                seen.add(step)
                told += faults_of_step(step)
        for notice in plan.notices:
            if notice not in seen:
                seen.add(notice)
                told += faults_of_notice(notice)
        if not plan.steps and not plan.notices:
            told.append("a plan without a step does not say why")
        found |= {f"{plan.operation}: {fault}": None for fault in told}
    return count, list(found)


# -- the whole product ------------------------------------------------------------------------------------------------


def test_the_servers_that_cannot_exist_are_refused_and_no_others() -> None:
    refused, said = list[Server](), set[str]()
    for server in SERVERS:
        try:
            situation_of(shipped("axure", "offboard"), server, Circumstances())
        except OrganizationRefused as refusal:
            refused.append(server)
            said.add(refusal.sentence)
    assert (len(SERVERS), len(refused), len(POSSIBLE)) == (96, 16, 80)
    assert ["AD or LDAP exists on on-premises servers only" in sentence for sentence in said] == [True]
    assert {server[:2] for server in refused} == {("private_instance", "ldap")}
    assert [server for server in SERVERS if server not in refused] == POSSIBLE


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_combination_yields_a_plan_that_can_be_followed_or_says_why_not(operation: str) -> None:
    count, found = faults(every_plan(operation))

    assert found == []
    is_for_the_server = shipped("axure", operation).subject is Subject.SERVER
    assert count == 80 if is_for_the_server else count == 80 * 7 * 10


def test_no_operation_of_axure_is_left_out() -> None:
    assert set(OPERATIONS) >= {
        "onboard",
        "offboard",
        "change-role",
        "reactivate",
        "hand-over-super-admin",
        "hand-over-workspaces",
        "hand-over-private-workspace",
        "assign-seat",
        "release-seat",
        "transfer-seat",
        "transfer-licences",
        "change-address",
        "change-workspaces",
        "configure-saml",
        "configure-ldap",
        "remove-integrations",
        "state-public-account",
    }


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_situation_is_the_same_whether_it_is_made_for_a_server_or_moved_to_it(operation: str) -> None:
    """The product above moves situations between servers, because making one takes as long as a plan."""
    playbook = shipped("axure", operation)
    for how in (circumstances(operation, "super_admin", "all_three"), circumstances(operation, "guest", "no_roster")):
        for server in POSSIBLE:
            first = server._replace(idp="okta", screens="new")
            assert moved(situation_of(playbook, first, how), situation_of(playbook, server, how)) == situation_of(
                playbook, server, how
            )


# -- all pairs of whatever else a plan depends on ---------------------------------------------------------------------

AXES: Final[Mapping[str, Sequence[str | int]]] = {
    "deployment": ("private_instance", "on_premises"),
    "sign_in": ("password", "saml", "ldap"),
    "idp": ("okta", "entra", "google", "other"),
    "screens": ("new", "mid", "old", "2017"),
    "role": ROLES,
    "licences": LICENCE_ROLES,
    "membership": ("active", "deactivated", "invited", "other", "not_stated", "not_listed", "no_roster"),
    "use_sso": ("yes", "no", "not_stated"),
    "peers": ("yes", "no"),
    "directory": ("active", "hold", "disabled", "deprovisioned", "unknown", "gone", "never_known", "no_read"),
    "last_day": ("none", "ahead", "passed"),
    "whose": ("one_person", "shared", "two_people"),
    "decision": ("none", "belongs_to", "external", "non_personal", "keep"),
    "roster": ("confirmed", "reported", "disputed", "old", "part"),
    "spare": ("enough", "too_few", "none"),
    "how_many": (1, 3),
    "successor": ("active", "deactivated", "invited", "not_listed", "same_person"),
    "successor_directory": ("active", "deprovisioned", "hold", "never_known"),
    "wanted_role": ROLES[:5],
    "wants_sso": ("as_server", "yes", "no"),
    "wants_seat": ("no", "yes"),
    "workspaces": ("none", "join", "leave", "both"),
}
Row = dict[str, str | int]
Pair = tuple[str, str | int, str, str | int]


def all_pairs(axes: Mapping[str, Sequence[str | int]]) -> list[Row]:
    """Rows in which every answer to every axis meets every answer to every other one, but LDAP a private instance.

    Greedy: each row begins with a pair that has not been met, and takes of each axis the answer that meets most.
    """
    missing: dict[Pair, None] = {
        (one, this, other, that): None
        for one, other in combinations(axes, 2)
        for this, that in product(axes[one], axes[other])
        if (this, that) != ("private_instance", "ldap")
    }
    rows: list[Row] = []
    while missing:
        one, this, other, that = next(iter(missing))
        row: Row = {one: this, other: that}
        for axis in axes:
            if axis not in row:
                row[axis] = most_needed(row, axis, axes, missing)
        rows.append({axis: row[axis] for axis in axes})
        for pair in pairs_of(rows[-1], axes):
            missing.pop(pair, None)
    return rows


def most_needed(
    row: Row, axis: str, axes: Mapping[str, Sequence[str | int]], missing: Mapping[Pair, None]
) -> str | int:
    """The answer that makes most new pairs with what the row has; the first of several."""
    possible = [answer for answer in axes[axis] if can_exist({**row, axis: answer})]
    made = [sum(pair in missing for pair in pairs_with(row, axis, answer, axes)) for answer in possible]
    return possible[made.index(max(made))]


def can_exist(row: Row) -> bool:
    return (row.get("deployment"), row.get("sign_in")) != ("private_instance", "ldap")


def pairs_with(row: Row, axis: str, answer: str | int, axes: Iterable[str]) -> Iterator[Pair]:
    order = list(axes)
    for other, that in row.items():
        yield (axis, answer, other, that) if order.index(axis) < order.index(other) else (other, that, axis, answer)


def pairs_of(row: Row, axes: Iterable[str]) -> Iterator[Pair]:
    for one, other in combinations(axes, 2):
        yield one, row[one], other, row[other]


PAIRED: Final = all_pairs(AXES)


def plan_of(operation: str, row: Row) -> tuple[Server, Plan]:
    server = Server(*(str(row[axis]) for axis in Server._fields))
    rest: dict[str, Any] = {axis: answer for axis, answer in row.items() if axis not in Server._fields}
    playbook = shipped("axure", operation)
    return server, build(playbook, situation_of(playbook, server, Circumstances(**rest)), "7")


def test_all_pairs_of_answers_meet() -> None:
    met = {pair for row in PAIRED for pair in pairs_of(row, AXES)}
    wanted = sum(len(AXES[one]) * len(AXES[other]) for one, other in combinations(AXES, 2))

    assert len(met) == wanted - 1  # a private instance has no LDAP
    assert 80 <= len(PAIRED) <= 130


@pytest.mark.parametrize("operation", OPERATIONS)
def test_all_pairs_of_answers_yield_a_plan_that_can_be_followed_or_says_why_not(operation: str) -> None:
    count, found = faults(plan_of(operation, row) for row in PAIRED)

    assert found == []
    assert count == len(PAIRED)


def quiet_plans(operation: str) -> Iterator[tuple[Server, Plan]]:
    """Plans about which nothing has to be said but how the person is listed and what they hold."""
    playbook, server = shipped("axure", operation), Server()
    for membership, licences, seat in product(AXES["membership"], LICENCE_ROLES, ("no", "yes")):
        how = Circumstances(membership=str(membership), licences=licences, wants_seat=seat, directory="deprovisioned")
        yield server, build(playbook, situation_of(playbook, server, how), "7")


@pytest.mark.parametrize("operation", OPERATIONS)
def test_where_there_is_nothing_to_do_the_plan_says_why(operation: str) -> None:
    count, found = faults(quiet_plans(operation))

    assert found == []
    assert count == 7 * 10 * 2


# -- paths stay on their generation of screens ------------------------------------------------------------------------

WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "sidebar": {"new": "screens.new.members"},
    "beside the organization": {"new": "screens.new.members"},
    "Organization settings and members": {"new": "screens.new.organization"},
    "› Members": {"new": "screens.new.members"},
    "Add members": {"new": "screens.new.add"},
    "System Role": {"new": "screens.new.role"},
    "Account settings › Authentication": {"new": "screens.new.authentication"},
    "avatar": {"mid": "screens.mid.members"},
    "Manage Accounts": {"mid": "screens.mid.members", "old": "screens.old.members"},
    "Add Account,": {"mid": "screens.mid.add", "old": "screens.old.add"},
    "Admin Settings": {"mid": "screens.mid.members", "old": "screens.old.members"},
    "bottom left": {"old": "screens.old.members"},
    "Setup": {"2017": "screens.2017.add"},
    "Add Accounts": {"2017": "screens.2017.add"},
    "leftmost": {"2017": "screens.2017.add"},
}
"""Words of a path → the generations that have them, each with the fact that says so."""

_FOREIGN: Final = {
    server.screens: tuple(word for word in WORDS if server.screens not in WORDS[word]) for server in SERVERS
}


def foreign(step: Step, server: Server) -> list[str]:
    """The words of another generation's paths in a step's place; an identity provider has screens of its own."""
    if step.doer is Doer.IDP_ADMIN:
        return []
    return [word for word in _FOREIGN[server.screens] if word in step.place]


@pytest.mark.parametrize("word", WORDS)
def test_the_facts_give_a_paths_words_to_these_generations_and_to_no_others(word: str) -> None:
    for generation in _FOREIGN:
        about = [fact for id_, fact in FACTS.items() if id_.startswith(f"screens.{generation}.")]
        says = {fact.id for fact in about if word in fact.sentence}
        given = WORDS[word].get(generation)
        assert given in says if given else not says, generation


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_playbook_gives_one_place_to_two_generations_only_where_facts_give_both(operation: str) -> None:
    """A word of a path that the table above does not know is one that no fact was asked about."""
    for step in shipped("axure", operation).steps:
        places: Mapping[str, str] = {} if isinstance(step.place, str) else step.place
        for (one, this), (other, that) in combinations(places.items(), 2):
            shared = [word for word in WORDS if word in this and word in that]
            assert all({one, other} <= WORDS[word].keys() for word in shared), (step.key, one, other)
