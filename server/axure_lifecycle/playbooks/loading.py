"""From a TOML file to a playbook, or to everything that is wrong with the file."""

import tomllib
from collections.abc import Collection, Iterable, Mapping
from typing import Final, NamedTuple, Protocol, cast

from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.holdings import HoldingKind
from axure_lifecycle.domain.plans import Doer, NoticeKind
from axure_lifecycle.domain.playbooks import Conditions, Guard, Playbook, StepPattern, Subject, slots
from axure_lifecycle.domain.text import shown
from axure_lifecycle.domain.vocabulary import (
    ENDS,
    GROUP_VALUES,
    OPTIONS,
    PEOPLE,
    RECORDS,
    ROLES,
    TRAITS,
    VALUES,
)
from axure_lifecycle.playbooks.reading import Fields, Findings, kind_of, unknown

_SCREENS: Final = "screens"
"""The trait whose answers are the generations of screens."""


class PlaybookFile(Protocol):
    """Where a playbook lies: a path, or a resource of a package."""

    @property
    def name(self) -> str:
        """What the file is called, without its folder."""
        ...

    def read_bytes(self) -> bytes:
        """The whole content. Raises `OSError`."""
        ...


class PlaybookBroken(LifecycleError):
    """A playbook that cannot be followed."""

    code = "playbook_broken"

    def __init__(self, file: str, mistakes: tuple[str, ...]) -> None:
        self.file, self.mistakes = file, mistakes
        count = "1 mistake" if len(mistakes) == 1 else f"{len(mistakes)} mistakes"
        super().__init__(
            "\n".join(
                (
                    f"Nothing can be planned by {file}: it has {count}.",
                    *(f"- {mistake}" for mistake in mistakes),
                    "Correct the file; a playbook that came with the product is mended by installing it again.",
                )
            )
        )


class _Terms(NamedTuple):
    """What the texts and conditions of one file may name."""

    traits: Conditions
    facts: Collection[str] | None


def load_playbook(
    file: PlaybookFile, *, known_facts: Collection[str] | None = None, expected_id: str | None = None
) -> Playbook:
    """Read a playbook.

    Facts are checked against `known_facts`, the ids of a register, where it is given; the id against `expected_id`.
    Raises `PlaybookBroken` with every mistake of the file, also when it cannot be read.
    """
    findings = Findings()
    content = _parse(file, findings)
    if findings.mistakes:
        raise PlaybookBroken(file.name, tuple(findings.mistakes))
    root = Fields("", content, findings)
    name = root.take_text("id")
    application, operation = root.take_id("application"), root.take_id("operation")
    if name and application and operation and name != f"{application}.{operation}":
        root.note(f"id should be application and operation, {application}.{operation}")
    elif expected_id is not None and name and name != expected_id:
        root.note(f"id should be {expected_id}, as the file is called")
    terms = _Terms(_read_own_traits(root), known_facts)
    version, title = root.take_count("version"), root.take_text("title")
    if slots(title):
        root.note("title can insert nothing")
    playbook = Playbook(
        id=name,
        version=version,
        application=application,
        operation=operation,
        title=title,
        steps=_read_steps(root, terms),
        guards=_read_guards(root, terms),
        subject=root.take_choice("subject", Subject, is_needed=False) or Subject.PERSON,
        options=_read_options(root),
        contradicts=frozenset(root.take_texts("contradicts")),
    )
    root.close()
    if findings.mistakes:
        raise PlaybookBroken(file.name, tuple(findings.mistakes))
    return playbook


def _parse(file: PlaybookFile, findings: Findings) -> Mapping[str, object]:
    try:
        return tomllib.loads(file.read_bytes().decode())
    except FileNotFoundError:
        findings.note("", "it is not there")
    except OSError as error:
        findings.note("", f"it cannot be read: {error.strerror}")
    except UnicodeDecodeError as error:
        findings.note("", f"it is not UTF-8 from byte {error.start} on")
    except tomllib.TOMLDecodeError as error:
        findings.note("", f"it is no TOML: {error}")
    return {}


def _read_own_traits(root: Fields) -> Conditions:
    found = root.take("traits")
    own = _read_answers("traits", {} if found is None else found, root.findings)
    return {**TRAITS, **own}


def _read_options(root: Fields) -> Mapping[str, bool]:
    found = root.take("options")
    if found is None:
        return {}
    table = Fields("options", found, root.findings)
    options: dict[str, bool] = {}
    for name in cast("Mapping[str, object]", found) if isinstance(found, Mapping) else ():
        if name not in OPTIONS:
            table.note(unknown("option", name, OPTIONS))
        word = table.take_text(name)
        if word not in ("", "needed", "possible"):
            table.note(f'{name} should be "needed" or "possible", found "{shown(word, 40)}"')
        options[name] = word == "needed"
    table.close()
    return options


def _read_steps(root: Fields, terms: _Terms) -> tuple[StepPattern, ...]:
    tables = root.take_tables("steps")
    if not tables:
        root.note("there is no step")
    earlier: dict[str, None] = {}
    steps: list[StepPattern] = []
    for number, table in enumerate(tables, start=1):
        fields = _open("step", number, table, root.findings, earlier)
        steps.append(_read_step(fields, terms, earlier))
        earlier[steps[-1].key] = None
    return tuple(steps)


def _read_step(fields: Fields, terms: _Terms, earlier: Collection[str]) -> StepPattern:
    key = fields.take_id("id")
    title = fields.take_text("title")
    doer = fields.take_choice("doer", Doer)
    place, look_for = _read_place(fields, terms)
    instruction, evidence = fields.take_text("instruction"), fields.take_text("evidence")
    question = fields.take_text("question")
    if question and not question.endswith("?"):
        fields.note("question should end with a question mark")
    after = fields.take_texts("after")
    for name in after:
        if name not in earlier:
            fields.note(f'after names "{shown(name, 60)}", which is no earlier step')
    about = _read_about(fields)
    holding, ends_as, ends_role = _read_end(fields, about)
    paths = (text for part in (place, look_for) for text in ((part,) if isinstance(part, str) else part.values()))
    _check_slots(fields, (title, *paths, instruction, evidence, question), about)
    facts, when, unless = _read_facts(fields, terms), *_read_conditions(fields, terms)
    fields.close()
    return StepPattern(
        key=key,
        title=title,
        doer=doer or Doer.ADMIN,
        place=place,
        look_for=look_for,
        instruction=instruction,
        evidence=evidence,
        question=question,
        facts=facts,
        after=after,
        when=when,
        unless=unless,
        about=about,
        ends_holding=holding,
        ends_as=ends_as,
        ends_role=ends_role,
    )


def _read_guards(root: Fields, terms: _Terms) -> tuple[Guard, ...]:
    earlier: dict[str, None] = {}
    guards: list[Guard] = []
    for number, table in enumerate(root.take_tables("guards"), start=1):
        fields = _open("guard", number, table, root.findings, earlier)
        key, kind = fields.take_id("id"), fields.take_choice("kind", NoticeKind)
        sentence, about = fields.take_text("sentence"), _read_about(fields)
        if sentence and not sentence.endswith((".", "?", ")")):
            fields.note("sentence should end like one")
        _check_slots(fields, (sentence,), about)
        facts, when, unless = _read_facts(fields, terms), *_read_conditions(fields, terms)
        fields.close()
        if not when and about is None:
            fields.note("it needs a condition (when) or a group (about), else it is said in every plan")
        guards.append(Guard(key, kind or NoticeKind.WARNING, sentence, facts, when, unless, about))
        earlier[key] = None
    return tuple(guards)


def _open(what: str, number: int, table: object, findings: Findings, earlier: Collection[str]) -> Fields:
    fields = Fields(f"{what} {number}", table, findings)
    key = fields.take("id")
    if isinstance(key, str):
        fields.where += f" ({shown(key, 60)})"
        if key in earlier:
            fields.note("an earlier one has the same id")
    return fields


def _read_place(fields: Fields, terms: _Terms) -> tuple[str | Mapping[str, str], str | Mapping[str, str]]:
    place, look_for = _read_by_screens(fields, "place", terms), _read_by_screens(fields, "look_for", terms)
    if isinstance(place, str):
        if look_for:
            fields.note("look_for is for a place that is unknown somewhere, and this one is the same everywhere")
        return place, look_for or ""
    if look_for is None and fields.is_table:
        fields.note(
            "place is missing; where nobody knows it, look_for says what to look for"
            if place is None
            else "look_for is missing: what to look for on screens whose path is unknown"
        )
    if isinstance(look_for, Mapping):
        for screens in sorted(terms.traits[_SCREENS] - (place or {}).keys() - look_for.keys()):
            fields.note(f"neither place nor look_for says anything for the screens {screens}")
    return place or {}, look_for or ""


def _read_by_screens(fields: Fields, key: str, terms: _Terms) -> str | Mapping[str, str] | None:
    found = fields.take(key)
    if found is None or isinstance(found, str):
        return None if found is None else fields.take_text(key)
    if not isinstance(found, Mapping):
        fields.note(f"{key} should be a text or a table by generation of screens, found {kind_of(found)}")
        return {}
    table = Fields(f"{fields.where}, {key}", cast("Mapping[str, object]", found), fields.findings)
    texts = {screens: table.take_text(screens, is_needed=False) for screens in sorted(terms.traits[_SCREENS])}
    table.close()
    return {screens: text for screens, text in texts.items() if text}


def _read_about(fields: Fields) -> str | None:
    about = fields.take_text("about", is_needed=False) or None
    if about is not None and about not in RECORDS | PEOPLE:
        fields.note(unknown("group", about, RECORDS | PEOPLE))
    return about


def _read_end(fields: Fields, about: str | None) -> tuple[HoldingKind | None, str | None, str | None]:
    found = fields.take("ends")
    if found is None:
        return None, None, None
    table = Fields(f"{fields.where}, ends", found, fields.findings)
    holding, becomes = table.take_choice("holding", HoldingKind), table.take_text("as")
    role = table.take_text("role", is_needed=False) or None
    table.close()
    if role is not None and role not in ROLES:
        table.note(unknown("role", role, ROLES))
    if role is not None and becomes not in ("has_role", "lacks_role"):
        table.note("a role is for the ends has_role and lacks_role")
    if role is None and becomes == "lacks_role":
        table.note("the end lacks_role names its role")
    if holding is None or not becomes:
        return holding, becomes or None, role
    if holding not in ENDS:
        table.note(f"no roster ever shows a {holding.value}")
    elif becomes not in ENDS[holding]:
        table.note(unknown(f"end of a {holding.value}", becomes, ENDS[holding]))
    if becomes == "assigned":
        if about not in PEOPLE:
            table.note("a seat is assigned to a group of people (about)")
    elif (holding is HoldingKind.SEAT) != (about in RECORDS):
        table.note("a seat ends for a group of subscriptions (about), and nothing else does")
    return holding, becomes, role


def _read_facts(fields: Fields, terms: _Terms) -> tuple[str, ...]:
    facts = fields.take_texts("facts", is_needed=fields.is_table)
    if terms.facts is not None:
        for fact in facts:
            if fact not in terms.facts:
                fields.note(f'no fact has the id "{shown(fact, 60)}"')
    return facts


def _read_conditions(fields: Fields, terms: _Terms) -> tuple[Conditions, Conditions]:
    when, unless = _read_condition(fields, "when", terms), _read_condition(fields, "unless", terms)
    for trait, answers in when.items():
        if answers and answers <= unless.get(trait, frozenset()):
            fields.note(f"it can never apply: unless takes back every {trait} that when asks for")
    return when, unless


def _read_condition(fields: Fields, key: str, terms: _Terms) -> Conditions:
    found = fields.take(key)
    conditions = _read_answers(f"{fields.where}, {key}", {} if found is None else found, fields.findings)
    for trait, answers in conditions.items():
        if trait not in terms.traits:
            fields.note(unknown("trait", trait, terms.traits))
            continue
        for answer in sorted(answers - terms.traits[trait]):
            fields.note(unknown(f"answer to {trait}", answer, terms.traits[trait]))
    return conditions


def _read_answers(where: str, found: object, findings: Findings) -> Conditions:
    table = Fields(where, found, findings)
    conditions: dict[str, frozenset[str]] = {}
    for trait in cast("Mapping[str, object]", found) if isinstance(found, Mapping) else ():
        answers = table.take(trait)
        conditions[trait] = (
            frozenset({answers}) if isinstance(answers, str) else frozenset(table.take_texts(trait, is_needed=True))
        )
    return conditions


def _check_slots(fields: Fields, texts: Iterable[str], about: str | None) -> None:
    allowed = VALUES if about is not None else VALUES - GROUP_VALUES
    named = sorted({slot for text in texts for slot in slots(text)})
    for slot in named:
        if slot in GROUP_VALUES and about is None:
            fields.note(f"a text inserts {{{slot}}}, but the table is about no group")
        elif slot not in allowed:
            fields.note(unknown("slot", f"{{{slot}}}", {f"{{{value}}}" for value in allowed}))
    if any(brace in _without_slots(text) for text in texts for brace in "{}"):
        fields.note("a text holds a brace that inserts nothing")


def _without_slots(text: str) -> str:
    for slot in slots(text):
        text = text.replace(f"{{{slot}}}", "")
    return text
