"""What stands on the shelves: what the verbs tell, as pages; as short as a tool's answer, in parts where it is more.

Each writer takes the desk and the variables of its address as they came, and raises the refusals of what it asks.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import count
from typing import Final

from axure_lifecycle.domain.addresses import normal
from axure_lifecycle.domain.applications import require_manageable
from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.reports import ReportKind
from axure_lifecycle.domain.text import shown
from axure_lifecycle.domain.trail import StoredRecord
from axure_lifecycle.mcp_server.playbook_page import write_playbook
from axure_lifecycle.playbooks import shipped_names
from axure_lifecycle.playbooks.applications import shipped_applications
from axure_lifecycle_tools.arguments import NotAnAddress
from axure_lifecycle_tools.building import report_of
from axure_lifecycle_tools.cases import get_case, list_cases
from axure_lifecycle_tools.knowledge import Explanation, KnownFact, explain_axure
from axure_lifecycle_tools.people import check_user
from axure_lifecycle_tools.reports import verify_audit_trail
from axure_lifecycle_tools.spec import MOST_BYTES, Desk
from axure_lifecycle_tools.wording import at

_ALL: Final = 2**40
_MOST_DIGITS: Final = 12


class NameUnreadable(LifecycleError):
    """An address of a case or a record that names none."""

    code = "name_unreadable"

    def __init__(self, given: str, example: str, where: str) -> None:
        super().__init__(
            f"“{shown(given, 60)}” was not read: it names nothing here. Write {example}; {where} shows what there is."
        )


class PartUnknown(LifecycleError):
    """A long page has fewer parts."""

    code = "part_unknown"

    def __init__(self, given: str, uri: str, parts: int) -> None:
        super().__init__(
            f"Part “{shown(given, 20)}” of {uri} was not read: the parts are 1 to {parts}. "
            "Leave `part` out to begin with the first."
        )


class RecordUnknown(LifecycleError):
    """The trail has no record of that number."""

    code = "record_unknown"

    def __init__(self, seq: int) -> None:
        super().__init__(
            f"Record {seq} of the trail was not read: there is none. axure://audit says how many there are; the first "
            "is 1."
        )


# -- knowledge --------------------------------------------------------------------------------------------------------


def write_topics(desk: Desk) -> str:
    """Every topic with the address of its page."""
    topics = explain_axure(desk).topics
    return "\n".join(
        ["# What is known about Axure", "", *(f"- {title}: axure://facts/{name}" for name, title in topics.items())]
    )


def write_facts(desk: Desk, *, topic: str, part: str) -> str:
    """Every fact about a topic. Raises `TopicUnknown`, `PartUnknown`."""
    wide = replace(desk, most_bytes=_ALL)
    told = explain_axure(wide, topic=topic)
    blocks = [f"# {told.asked}: {told.in_all} facts" if told.local is None else f"# {told.local.line()}"]
    blocks += _write_told(told)
    while told.cursor is not None:
        told = explain_axure(wide, topic=topic, cursor=told.cursor)
        blocks += _write_told(told)
    return _part_of(blocks, part, f"axure://facts/{shown(topic, 80)}")


def _write_told(told: Explanation) -> list[str]:
    """A block for each changed screen and for each fact."""
    return [*(f"- {screen.line()}" for screen in told.screens), *map(_write_fact, told.facts)]


def _write_fact(fact: KnownFact) -> str:
    old = "; old, to be checked" if fact.to_check else ""
    lines = [f"- {fact.said}", f"  ({fact.confidence}; {', '.join(fact.sources)}, {fact.as_of}; `{fact.id}`{old})"]
    if fact.note:
        lines.append(f"  {fact.note}")
    if fact.ask:
        lines.append(f"  Look on your own screen: {fact.ask}")
    return "\n".join([*lines, *(f"  {answer.line()}" for answer in fact.known_here)])


def write_playbooks(desk: Desk) -> str:
    """Every application with its operations; of one that is gone, why there is nothing to plan."""
    lines = ["# Playbooks"]
    for application in shipped_applications():
        lines += ["", f"## {application.title}", ""]
        if application.is_gone:
            lines.append(f"Nothing is planned here: {application.nothing_to_manage}")
        for name, operation in shipped_names():
            if name == application.id:
                title = desk.knowledge.playbook(name, operation).title
                lines.append(f"- {title}: axure://playbooks/{name}/{operation}")
    return "\n".join(lines)


def write_one_playbook(desk: Desk, *, application: str, operation: str, part: str) -> str:
    """A playbook for every set-up.

    Raises `ApplicationUnknown`, `NothingToManage`, `PlaybookMissing`, `PartUnknown`.
    """
    require_manageable(desk.knowledge.application(application))
    blocks = write_playbook(desk.knowledge.playbook(application, operation), desk.knowledge.register())
    return _part_of(blocks, part, f"axure://playbooks/{application}/{operation}")


# -- people and cases -------------------------------------------------------------------------------------------------


def write_person(desk: Desk, *, address: str) -> str:
    """What check_user says. Raises `NotAnAddress`."""
    if normal(address) is None:
        raise NotAnAddress(address)
    return check_user(desk, person=address).text()


def write_cases(desk: Desk) -> str:
    """The newest cases."""
    return list_cases(desk).text()


def write_case(desk: Desk, *, case: str) -> str:
    """What get_case says. Raises `CaseUnknown`, `NameUnreadable`."""
    digits = case.upper().removeprefix("C").removeprefix("-")
    if not _is_number(digits):
        raise NameUnreadable(case, "C-12", "axure://cases")
    return get_case(desk, case=f"C-{digits}").text()


# -- reports ----------------------------------------------------------------------------------------------------------

_MOST_FILES: Final = 30


def write_reports(desk: Desk) -> str:
    """Every kind with the address of its page, and the newest files. Raises `ReportUnreadable`."""
    kept = desk.reports.list()
    lines = ["# Reports", "", *(f"- {kind.value}: axure://reports/{kind.value}" for kind in ReportKind), ""]
    lines.append(f"In the home's `reports` folder: {len(kept):,}{'.' if not kept else ', the newest first:'}")
    zone = desk.organization.time_zone
    lines += [f"- {one.name}, {one.size:,} bytes, {at(one.written_at, zone)}" for one in kept[:_MOST_FILES]]
    return "\n".join(lines)


def write_report_head(desk: Desk, *, kind: str, part: str) -> str:
    """What stands at the head of a report as of now. Raises `NameUnreadable`, `PartUnknown`."""
    if kind not in tuple(ReportKind):
        raise NameUnreadable(kind, "a kind such as access-review", "axure://reports")
    with report_of(desk, kind, None) as report:
        blocks = [f"# {shown(report.title)} of {shown(report.organization, 80)}, {report.as_of.isoformat()}"]
        for title, said in (("Withheld", report.withheld), ("Made from", report.sources), ("Mind", report.notes)):
            blocks += [f"## {title}\n\n" + "\n".join(f"- {shown(one, 600)}" for one in said)] if said else []
        figures = [
            f"- {shown(figure.label)}: {shown(figure.value)}{f' ({shown(figure.note)})' if figure.note else ''}"
            for figure in report.figures
        ]
    blocks.append("## Figures\n\n" + "\n".join(figures))
    blocks.append("build_report writes the whole report, rows included, into a file for the person.")
    return _part_of(blocks, part, f"axure://reports/{kind}")


# -- the trail --------------------------------------------------------------------------------------------------------


def write_trail(desk: Desk) -> str:
    """What verify_audit_trail says, as data."""
    reply = verify_audit_trail(desk)
    return _as_json({**reply.model_dump(mode="json", exclude={"next"}), "meaning": reply.text()})


def write_record(desk: Desk, *, seq: str) -> str:
    """One record. Raises `RecordUnknown`, `NameUnreadable`."""
    if not _is_number(seq):
        raise NameUnreadable(seq, "a number such as 1", "axure://audit")
    wanted = int(seq)
    with desk.store.reading() as view:
        found = next(iter(view.trail(wanted - 1, 1)), None) if wanted else None
    if found is None or found.seq != wanted:
        raise RecordUnknown(wanted)
    text = _as_json(_record(found, json.loads(found.payload) if found.payload is not None else None))
    if _size(text) <= MOST_BYTES:
        return text
    assert found.payload is not None
    told = f"{len(found.payload.encode()):,} bytes, too long for here: `axure-lifecycle audit export FILE` writes it"
    return _as_json(_record(found, told))


def _record(record: StoredRecord, payload: object) -> Mapping[str, object]:
    return {
        "seq": record.seq,
        "at": record.at,
        "kind": record.kind,
        "payload": payload,
        "payload_is": "erased" if record.payload is None else "as stored" if isinstance(payload, dict) else "left out",
        "payload_digest": record.payload_digest,
        "previous": record.previous,
        "hash": record.hash,
    }


WRITERS: Final[Mapping[str, Callable[..., str]]] = {
    "topics": write_topics,
    "facts": write_facts,
    "playbooks": write_playbooks,
    "playbook": write_one_playbook,
    "person": write_person,
    "cases": write_cases,
    "case": write_case,
    "reports": write_reports,
    "report": write_report_head,
    "trail": write_trail,
    "record": write_record,
}
"""By the name of the shelf."""


# -- how long a page is -----------------------------------------------------------------------------------------------


def _part_of(blocks: list[str], part: str, uri: str) -> str:
    """One part of a long page, with where the others are."""
    parts = list(_parts(blocks))
    if not _is_number(part) or not 1 <= int(part) <= len(parts):
        raise PartUnknown(part, uri, len(parts))
    number = int(part)
    if len(parts) == 1:
        return parts[0]
    more = f" The next: {uri}?part={number + 1}" if number < len(parts) else ""
    return f"{parts[number - 1]}\n\nPart {number} of {len(parts)}.{more}"


_FOOT: Final = 400
"""Bytes that are kept for the line about the other parts."""


def _parts(blocks: list[str]) -> Iterator[str]:
    room = MOST_BYTES - _FOOT
    text = ""
    for block in blocks:
        fitting = _cut(block, room)
        longer = f"{text}\n\n{fitting}" if text else fitting
        if text and _size(longer) > room:
            yield text
            longer = fitting
        text = longer
    yield text


def _cut(block: str, room: int) -> str:
    """A block that stands alone in its part, and is still too long, loses its end."""
    if _size(block) <= room:
        return block
    return next(cut for less in count(1) if _size(cut := f"{block[: room - 40 * less]}…") <= room)


def _size(text: str) -> int:
    """Bytes as JSON carries them."""
    return len(json.dumps(text, ensure_ascii=False).encode())


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS


def _as_json(content: Mapping[str, object]) -> str:
    """Indented JSON in which every sign that cannot be seen is written as an escape."""
    lines = json.dumps(content, ensure_ascii=False, indent=1).split("\n")
    return "\n".join(line if line.isprintable() else "".join(map(_escape, line)) for line in lines)


def _escape(character: str) -> str:
    return character if character.isprintable() else json.dumps(character)[1:-1]
