"""A playbook for readers: every step of every set-up, with its conditions in words.

A plan shows what one person's situation calls for. This shows everything, so that somebody can check the playbook
itself; what the text inserts in a plan stands in braces.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from axure_lifecycle.domain.facts import Confidence, Register
from axure_lifecycle.domain.holdings import HoldingKind
from axure_lifecycle.domain.plans import NoticeKind
from axure_lifecycle.domain.playbooks import Conditions, Guard, Playbook, StepPattern, Subject

_KINDS: Final = {
    NoticeKind.BLOCKER: "Stop",
    NoticeKind.WARNING: "Warning",
    NoticeKind.UNKNOWN: "Nobody knows",
}
_SUBJECTS: Final = {
    Subject.PERSON: "one person",
    Subject.PEOPLE: "one or several people",
    Subject.SERVER: "a server",
}
_TRAITS: Final[Mapping[str, str]] = {
    "deployment": "the server is",
    "sign_in": "people sign in by",
    "idp": "the identity provider is",
    "screens": "the screens are",
    "membership": "the membership is",
    "role": "the role is",
    "new_role": "the role asked for is",
    "role_change": "compared with the present role, the one asked for goes",
    "only_one_with_role": "nobody else has the role:",
    "use_sso": "the account uses SSO:",
    "licence": "by the licence list the person is",
    "bought_by": "the subscription was bought by",
    "only_manager": "the person is the only manager:",
    "directory": "in the directory the person is",
    "leave_day": "the last day is",
    "personal": "the account belongs to a person:",
    "decision": "the decision about the address is",
    "other_addresses": "the person has other addresses:",
    "other_case": "another case is open:",
    "roster": "the roster is",
    "batch": "several people at once:",
    "wants_sso": "SSO is wanted:",
    "wants_seat": "a seat is wanted:",
    "wants_workspaces": "workspaces to be invited to are named:",
    "leaves_workspaces": "workspaces to be taken out of are named:",
    "sso_in_use": "somebody uses SSO already:",
    "spare_seat": "a seat is free:",
    "successor": "the successor's membership is",
    "successor_is_the_person": "the successor is the person:",
    "successor_address": "the successor's address and the person's are",
    "successor_directory": "in the directory the successor is",
    "successor_seat": "the successor has a seat:",
    "successor_leaves": "the successor is about to leave by a",
}
_ANSWERS: Final[Mapping[tuple[str, str], str]] = {
    ("role_change", "none"): "nowhere",
    ("role_change", "not_known"): "nobody knows where",
    ("successor_leaves", "no"): "nothing that is known",
    ("successor_address", "another"): "two",
    ("successor_address", "same"): "one and the same",
}
"""Answers that read badly as they are."""
_ENDS: Final[Mapping[HoldingKind, str]] = {
    HoldingKind.MEMBERSHIP: "the members roster",
    HoldingKind.SEAT: "the licence list",
    HoldingKind.DIRECTORY_ACCOUNT: "a directory read",
    HoldingKind.PUBLIC_ACCOUNT: "nothing",
}


def write_playbook(playbook: Playbook, register: Register) -> list[str]:
    """The page in blocks that belong together: the head, each guard, each step. Markdown."""
    numbers = {step.key: number for number, step in enumerate(playbook.steps, 1)}
    return [
        "\n".join(_head(playbook, register)),
        *("\n".join(_guard(guard, register)) for guard in playbook.guards),
        *("\n".join(_step(step, numbers, register)) for step in playbook.steps),
    ]


def _head(playbook: Playbook, register: Register) -> Iterable[str]:
    yield f"# {playbook.title}"
    yield ""
    yield (
        f"Playbook {playbook.id}/{playbook.version} on facts {register.version}, for {_SUBJECTS[playbook.subject]}: "
        f"{len(playbook.guards)} notices and {len(playbook.steps)} steps. A plan holds only those whose conditions "
        "hold. Facts are named by their ids, weaker ones with their confidence; axure://facts/ID tells one."
    )
    for option, is_needed in playbook.options.items():
        yield f"- Takes the option {_words(option)}{', which must be given' if is_needed else ''}"
    if playbook.contradicts:
        yield f"- Not while a case is open to {' or '.join(map(_words, sorted(playbook.contradicts)))}"


def _guard(guard: Guard, register: Register) -> Iterable[str]:
    yield f"## {_KINDS[guard.kind]}: {_words(guard.key)}"
    yield ""
    yield guard.sentence
    yield from _conditions(guard)
    yield from _facts(guard.facts, register)


def _step(step: StepPattern, numbers: Mapping[str, int], register: Register) -> Iterable[str]:
    yield f"## {numbers[step.key]}. {step.title}"
    yield ""
    yield step.instruction
    yield from _conditions(step)
    yield f"- Done by: {_words(step.doer)}"
    yield from _places(step)
    if step.after:
        yield f"- After: {', '.join(f'{numbers[key]} ({_words(key)})' for key in step.after)}"
    yield f"- Evidence: {step.evidence}"
    yield f"- Confirmed by: {step.question}"
    if step.ends_holding is None or step.ends_as is None:
        yield "- Shown later by: no roster; it stays a person's word"
    else:
        role = f" {_words(step.ends_role)}" if step.ends_role else ""
        yield f"- Shown later by: {_ENDS[step.ends_holding]}, as {_words(step.ends_as)}{role}"
    yield from _facts(step.facts, register)


def _places(step: StepPattern) -> Iterable[str]:
    if isinstance(step.place, str):
        yield f"- Where: {step.place}"
        return
    for screens, place in step.place.items():
        yield f"- Where, on {_words(screens)} screens: {place}"
    hint = step.look_for
    if isinstance(hint, str):
        yield f"- Where, on {'any other' if step.place else 'any'} screens: the path is unknown; look for {hint}"
        return
    for screens, sought in hint.items():
        yield f"- Where, on {_words(screens)} screens: the path is unknown; look for {sought}"


def _conditions(part: StepPattern | Guard) -> Iterable[str]:
    if part.about is not None:
        yield f"- Only where there are any: {_words(part.about)}"
    if part.when:
        yield f"- When {say(part.when, 'and')}"
    if part.unless:
        yield f"- Unless {say(part.unless, 'or')}"


def say(conditions: Conditions, joined_by: str) -> str:
    """Conditions in words.

    >>> say({"deployment": frozenset({"on_premises"}), "role": frozenset({"member", "admin"})}, "and")
    'the server is on premises, and the role is admin or member'
    >>> say({"role_change": frozenset({"down", "not_known"})}, "or")
    'compared with the present role, the one asked for goes down or nobody knows where'
    """
    said = (
        f"{_TRAITS.get(trait, f'{_words(trait)} is')} {' or '.join(_answer(trait, each) for each in sorted(answers))}"
        for trait, answers in conditions.items()
    )
    return f", {joined_by} ".join(said)


def _answer(trait: str, answer: str) -> str:
    return _ANSWERS.get((trait, answer), _words(answer))


def _facts(ids: Iterable[str], register: Register) -> Iterable[str]:
    facts = [register.fact(each) for each in ids]
    said = (f.id if f.confidence is Confidence.VENDOR else f"{f.id} ({f.confidence})" for f in facts)
    yield f"- Facts: {', '.join(said)}"


def _words(name: str) -> str:
    """
    >>> _words("hand-over-super_admin")
    'hand over super admin'
    """
    return name.replace("_", " ").replace("-", " ")
