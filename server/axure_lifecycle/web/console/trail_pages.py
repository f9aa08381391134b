"""The trail, a part at a time, and the walk along the whole of it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast

from starlette.responses import Response

from axure_lifecycle.domain.access import AUDITORS
from axure_lifecycle.domain.text import shown
from axure_lifecycle.domain.trail import StoredRecord
from axure_lifecycle.ports import CursorUnknown
from axure_lifecycle.web.console.visit import Visit
from axure_lifecycle.web.console.words import name_channel_of
from axure_lifecycle_tools import reports
from axure_lifecycle_tools.catalog import BY_NAME

MOST_RECORDS: Final = 50
_LONGEST_PAYLOAD: Final = 4_000
_VERIFY: Final = BY_NAME["verify_audit_trail"]


@dataclass(frozen=True, slots=True)
class RecordLine:
    """A record of the trail as a page shows it."""

    seq: int
    at: datetime
    kind: str
    by: str
    channel: str
    about: str
    payload: str | None
    """JSON with its lines indented; None once erased."""
    hash: str


def write_records(records: Sequence[StoredRecord]) -> list[RecordLine]:
    """Records for a page."""
    return [_write(record) for record in records]


def _write(record: StoredRecord) -> RecordLine:
    payload = cast("dict[str, Any]", json.loads(record.payload)) if record.payload is not None else {}
    actor = cast("Mapping[str, Any]", payload.get("by") or {})
    told = {name: value for name, value in payload.items() if name != "by"}
    return RecordLine(
        seq=record.seq,
        at=datetime.fromisoformat(record.at),
        kind=record.kind,
        by=str(actor.get("name", "")),
        channel=name_channel_of(str(actor.get("channel", ""))),
        about=_about(told),
        payload=_lines(payload) if record.payload is not None else None,
        hash=record.hash,
    )


def _about(payload: Mapping[str, Any]) -> str:
    """What a record is about, in a few words."""
    parts = [
        f"{letter}-{payload[name]}"
        for name, letter in (("case", "C"), ("source", "R"), ("claim", "K"), ("evidence", "E"), ("token", "T"))
        if isinstance(payload.get(name), int)
    ]
    parts += [
        str(payload[name]) for name in ("step", "outcome", "state", "subject", "address", "person") if payload.get(name)
    ]
    return ", ".join(dict.fromkeys(parts))


def _lines(payload: Mapping[str, Any]) -> str:
    text = json.dumps(payload, ensure_ascii=False, indent=2, sort_keys=True)
    visible = "\n".join(shown(line, 1000) for line in text.split("\n"))
    return visible if len(visible) <= _LONGEST_PAYLOAD else visible[:_LONGEST_PAYLOAD] + "…"


def show(visit: Visit) -> Response:
    """Records, newest first. Raises `CursorUnknown`, `RoleMissing`."""
    visit.desk.require_role("The trail", AUDITORS)
    return _page(visit, None)


def verify(visit: Visit) -> Response:
    """Walk the whole chain and every attached file, and say what was found."""
    visit.desk.require_role("Verifying the trail", _VERIFY.allowed)
    return _page(visit, reports.verify_audit_trail(visit.desk))


def _page(visit: Visit, audit: reports.TrailReply | None) -> Response:
    after = visit.query.get("after")
    with visit.desk.store.reading() as view:
        last = view.trail_length()
        if after is not None and (not after.isdecimal() or len(after) > len(str(last)) + 1):
            raise CursorUnknown(after)
        end = last if after is None else min(int(after) - 1, last)
        begin = max(0, end - MOST_RECORDS)
        records = list(view.trail(begin, end - begin)) if end > begin else []
    return visit.page(
        "trail.html",
        heading="Trail",
        crumbs=[],
        records=write_records(records[::-1]),
        older=str(records[0].seq) if records and records[0].seq > 1 else None,
        audit=audit,
        is_whole=True,
        length=last,
    )
