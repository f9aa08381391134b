"""Situations of people who join or stay: known to the directory, with nobody's account off."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import product

from axure_lifecycle.domain.plans import NoticeKind, Plan
from axure_lifecycle.domain.playbooks import Situation, build
from axure_lifecycle.domain.roles import name_role
from axure_lifecycle.playbooks import shipped
from tests.playbooks.situations import ADDRESS, SERVERS, check_whole, rendered, situation

OLGA, TIM, LEA = "olga.ray@acme.example", "tim.vos@acme.example", "lea.kim@acme.example"
NEW_ADDRESS = "ana.vos@acme.example"

GROUPS = dict[str, tuple[str, ...]]
"""Group → its subscriptions or people."""

STAYING = {
    "directory": "active",
    "sso_in_use": "yes",
    "wants_sso": "yes",
    "wants_seat": "no",
    "new_role": "member",
    "batch": "no",
}
"""Somebody who works here, on a server on which people sign in by SSO."""


def stays(records: GROUPS | None = None, options: Mapping[str, str] | None = None, /, **traits: str) -> Situation:
    """Somebody who stays, but for what is given; several answers to one trait are separated by blanks."""
    answers = {**STAYING, **traits}
    values = {
        "new_role": name_role(answers["new_role"]),
        "role": name_role(answers.get("role", "member")),
        "new_address": NEW_ADDRESS,
        "leave_day": "2026-11-27",
    }
    return replace(situation(records, values, **answers), options=options or {})


def planned(
    operation: str, records: GROUPS | None = None, options: Mapping[str, str] | None = None, /, **traits: str
) -> Plan:
    """The plan for somebody who stays."""
    return build(shipped("axure", operation), stays(records, options, **traits), "7")


def everywhere(records: GROUPS, /, **axes: Iterable[str]) -> Iterator[Situation]:
    """Somebody who stays, on every server, with every combination of these answers."""
    for server in SERVERS:
        for answers in product(*axes.values()):
            yield stays(records, **server, **dict(zip(axes, answers, strict=True)))


def check_everywhere(operation: str, records: GROUPS, /, **axes: Iterable[str]) -> int:
    """Check the plan of every such situation; how many had steps."""
    playbook, count = shipped("axure", operation), 0
    for some in everywhere(records, **axes):
        check_whole(playbook, some)
        plan = build(playbook, some, "7")
        assert plan.steps or plan.notices, "a plan without steps says why"
        count += bool(plan.steps)
    return count


def blockers(plan: Plan) -> set[str]:
    """The keys of what stands in the way."""
    return {notice.key for notice in plan.notices if notice.kind is NoticeKind.BLOCKER}


def shown_by(plan: Plan) -> dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """Step → what a roster shows, of whom, and which records."""
    return {
        one.key: (f"{one.end.holding.value} {one.end.becomes}", one.end.addresses, one.end.records)
        for one in plan.steps
        if one.end is not None
    }


def read_aloud(operation: str, title: str, some: Situation) -> str:
    """The plan as a person reads it."""
    return rendered(title, build(shipped("axure", operation), some, "7"))


__all__ = [
    "ADDRESS",
    "GROUPS",
    "LEA",
    "NEW_ADDRESS",
    "OLGA",
    "TIM",
    "blockers",
    "check_everywhere",
    "everywhere",
    "planned",
    "read_aloud",
    "shown_by",
    "stays",
]
