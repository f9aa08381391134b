"""Situations to plan for, and plans as a reader sees them."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import product

from axure_lifecycle.domain.plans import NoticeKind, Plan, Step
from axure_lifecycle.domain.playbooks import Playbook, Situation, build, slots
from axure_lifecycle.domain.vocabulary import VALUES

HOST = "acme.axure.cloud"
ADDRESS = "ana.silva@acme.example"
SUCCESSOR = "ben.okafor@acme.example"

USUAL = {
    "deployment": "private_instance",
    "sign_in": "saml",
    "idp": "okta",
    "screens": "new",
    "membership": "active",
    "role": "member",
    "only_one_with_role": "no",
    "use_sso": "yes",
    "licence": "none",
    "directory": "deprovisioned",
    "leave_day": "none",
    "personal": "yes",
    "decision": "none",
    "other_addresses": "no",
    "other_case": "no",
    "roster": "confirmed",
}
"""Somebody who has left, with an account and nothing else."""


def situation(
    records: Mapping[str, tuple[str, ...]] | None = None, values: Mapping[str, str] | None = None, /, **traits: str
) -> Situation:
    """The usual situation but for what is given; several answers to one trait are separated by blanks."""
    return Situation(
        subject=ADDRESS,
        addresses=(ADDRESS,),
        systems={},
        traits={trait: frozenset(answers.split()) for trait, answers in {**USUAL, **traits}.items()},
        values={
            "address": ADDRESS,
            "host": HOST,
            "everybody": ADDRESS,
            "how_many": "1",
            "successor": SUCCESSOR,
            "spare_seats": "SUB-9",
            "organization": "Acme",
            "idp": "Okta",
            **(values or {}),
        },
        records=records or {},
        holdings=({"holding": "membership", "address": ADDRESS, "status": "active"},),
        options={},
    )


def keys(plan: Plan) -> list[str]:
    """The keys of the steps, in their order."""
    return [step.key for step in plan.steps]


def notices(plan: Plan, kind: NoticeKind | None = None) -> set[str]:
    """The keys of the notices of a kind, or of all."""
    return {notice.key for notice in plan.notices if kind in (None, notice.kind)}


def step(plan: Plan, key: str) -> Step:
    """The step with that key, which must be there."""
    return next(step for step in plan.steps if step.key == key)


def rendered(title: str, plan: Plan) -> str:
    """A plan as Markdown, with everything that a person gets to read."""
    lines = [f"# {title}", "", f"{plan.playbook}, {plan.subject}, {len(plan.steps)} steps", ""]
    for kind in NoticeKind:
        lines += [
            f"- {kind.value} `{notice.key}`: {notice.sentence} ({', '.join(notice.facts)})"
            for notice in plan.notices
            if notice.kind is kind
        ]
    for number, one in enumerate(plan.steps, start=1):
        end = "no roster shows it"
        if one.end is not None:
            end = f"{one.end.holding.value} {one.end.becomes}"
            end += f": {', '.join(one.end.records)}" if one.end.records else ""
        lines += [
            "",
            f"## {number}. {one.title} (`{one.key}`)",
            "",
            f"- who: {one.doer.value}",
            f"- where: {one.place}",
            f"- what: {one.instruction}",
            f"- evidence: {one.evidence}",
            f"- question: {one.question}",
            f"- first: {', '.join(one.after) or 'nothing'}",
            f"- shown by: {end}",
            f"- facts: {', '.join(one.facts)}",
        ]
    return "\n".join([*lines, ""])


SERVERS = [
    {"deployment": deployment, "sign_in": sign_in, "idp": idp, "screens": screens}
    for deployment, sign_in, idp, screens in product(
        ("private_instance", "on_premises"),
        ("password", "saml", "ldap"),
        ("okta", "entra", "google", "other"),
        ("new", "mid", "old", "2017"),
    )
    if (deployment, sign_in) != ("private_instance", "ldap")
]
"""Every server that can exist, as traits."""


def on_every_server(
    records: Mapping[str, tuple[str, ...]] | None = None, /, **axes: Iterable[str]
) -> Iterator[Situation]:
    """The usual situation on every server, with every combination of these answers."""
    for server in SERVERS:
        for answers in product(*axes.values()):
            yield situation(records, **server, **dict(zip(axes, answers, strict=True)))


PATHS = {
    "new": ("Organization settings and members", "Account settings"),
    "mid": ("avatar",),
    "old": ("bottom left",),
    "2017": ("Setup",),
}
"""What only the paths of one generation of screens name."""


def check_whole(playbook: Playbook, some: Situation) -> None:
    """Every step of the plan is whole, no slot is left unfilled, and no path is another generation's."""
    plan = build(playbook, some, "7")
    texts = [notice.sentence for notice in plan.notices]
    (screens,) = some.traits["screens"]
    foreign = [mark for name, marks in PATHS.items() if name != screens for mark in marks]
    for one in plan.steps:
        assert all((one.title, one.place, one.instruction, one.evidence, one.question, one.facts)), one.key
        assert not [mark for mark in foreign if mark in one.place + one.instruction], (one.key, screens)
        texts += [one.title, one.place, one.instruction, one.evidence, one.question]
    assert not [text for text in texts if slots(text) & VALUES or "(not stated)" in text]
