"""Between the values of the domain and the columns that keep them."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any, Final

from axure_lifecycle.domain.holdings import Actor, Channel, HoldingKind
from axure_lifecycle.domain.plans import Doer, EndState, Notice, NoticeKind, Plan, Step
from axure_lifecycle.domain.rosters import Mistake, Totals
from axure_lifecycle.domain.trail import canonical
from axure_lifecycle.ports import CursorUnknown

_ABOVE_ALL: Final = 1 << 62

read_moment = datetime.fromisoformat
"""The moment of a column, UTC."""


def read_moment_or_none(column: str | None) -> datetime | None:
    """The moment of a column that may be empty."""
    return None if column is None else datetime.fromisoformat(column)


def read_flag(column: object) -> bool | None:
    """A truth value that SQLite keeps as 0 and 1."""
    return None if column is None else bool(column)


def write_words(words: Iterable[str]) -> str | None:
    """Words without blanks of their own, in one column; None for none."""
    return " ".join(words) or None


def read_words(column: str | None) -> tuple[str, ...]:
    """The words of a column."""
    return tuple(column.split()) if column else ()


def write_day(day: date | None) -> str | None:
    """A day as ISO 8601."""
    return None if day is None else day.isoformat()


def actor_as_json(actor: Actor) -> dict[str, str | None]:
    """An actor as it stands in a payload of the trail."""
    proof = {} if actor.proof is None else {"proof": actor.proof}
    return {"name": actor.name, "channel": actor.channel.value, "client": actor.client, **proof}


def write_actor(actor: Actor) -> str:
    """An actor as JSON."""
    return canonical(actor_as_json(actor))


def read_actor(column: str) -> Actor:
    """The actor of a column."""
    found = json.loads(column)
    return Actor(found["name"], Channel(found["channel"]), found["client"], found.get("proof"))


def write_mistakes(mistakes: Sequence[Mistake], in_all: int) -> str:
    """The mistakes of a roster as JSON."""
    return canonical({"in_all": in_all, "first": [[m.line, m.reason, m.code] for m in mistakes]})


def read_mistakes(column: str) -> tuple[tuple[Mistake, ...], int]:
    """The mistakes of a roster, and how many there were in all."""
    found = json.loads(column)
    return tuple(Mistake(*mistake) for mistake in found["first"]), found["in_all"]


def read_totals(row: Any) -> Totals:
    """The totals of a snapshot's row."""
    mistakes, _ = read_mistakes(row.mistakes)
    return Totals(
        rows=row.row_count,
        stated_count=row.stated_count,
        columns=read_words(row.columns),
        form=row.form,
        mistakes=mistakes,
        refused=row.refused,
        notes=tuple(json.loads(row.notes)),
    )


def write_plan(plan: Plan) -> str:
    """A plan as JSON, from which `read_plan` makes an equal plan with the same digest."""
    return canonical(asdict(plan))


def read_plan(column: str) -> Plan:
    """The plan of a column."""
    found = json.loads(column)
    return Plan(
        operation=found["operation"],
        application=found["application"],
        subject=found["subject"],
        playbook=found["playbook"],
        facts_version=found["facts_version"],
        options=found["options"],
        holdings=tuple(found["holdings"]),
        steps=tuple(_read_step(step) for step in found["steps"]),
        notices=tuple(
            Notice(
                notice["key"],
                NoticeKind(notice["kind"]),
                notice["sentence"],
                tuple(notice["facts"]),
                notes=tuple(notice.get("notes", ())),
            )
            for notice in found["notices"]
        ),
    )


def _read_step(found: dict[str, Any]) -> Step:
    end = found["end"]
    return Step(
        key=found["key"],
        title=found["title"],
        doer=Doer(found["doer"]),
        place=found["place"],
        is_place_known=found["is_place_known"],
        instruction=found["instruction"],
        evidence=found["evidence"],
        question=found["question"],
        facts=tuple(found["facts"]),
        after=tuple(found["after"]),
        end=None
        if end is None
        else EndState(
            HoldingKind(end["holding"]),
            end["becomes"],
            tuple(end["systems"]),
            tuple(end["addresses"]),
            tuple(end["records"]),
        ),
        notes=tuple(found.get("notes", ())),
    )


def read_cursor(cursor: str | None) -> int:
    """The number below which a list goes on, newest first. Raises `CursorUnknown`."""
    if cursor is None:
        return _ABOVE_ALL
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) < 19):
        raise CursorUnknown(cursor)
    return int(cursor)
