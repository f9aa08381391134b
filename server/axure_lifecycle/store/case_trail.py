"""The records of the trail about one case: among those about its people, which an index finds."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection, bindparam, or_, select

from axure_lifecycle.domain.trail import StoredRecord
from axure_lifecycle.ports import CaseRecord, Page
from axure_lifecycle.store import schema
from axure_lifecycle.store.asking import ask
from axure_lifecycle.store.values import read_cursor

_r, _p = schema.audit_record, schema.audit_payload
_RECORDS: Final = (
    select(_r.c.seq, _r.c.at, _r.c.kind, _r.c.payload_digest, _r.c.previous, _r.c.hash, _p.c.salt, _p.c.payload)
    .select_from(_p.join(_r, _r.c.seq == _p.c.seq))
    .where(
        _p.c.about.in_(bindparam("people", expanding=True)),
        _p.c.seq < bindparam("after"),
        # The payload is JSON without blanks and with sorted keys; a quotation mark inside a text is escaped there.
        or_(
            _p.c.payload.contains(bindparam("inside"), autoescape=False),
            _p.c.payload.contains(bindparam("last"), autoescape=False),
            _p.c.payload.contains(bindparam("named"), autoescape=False),
        ),
    )
    .order_by(_p.c.seq.desc())
    .limit(bindparam("most"))
)


def listed(connection: Connection, case: CaseRecord, page: Page) -> tuple[Sequence[StoredRecord], str | None]:
    """Newest first, and the cursor of the next part."""
    asked: dict[str, Any] = {
        "people": list(case.people),
        "after": read_cursor(page.after),
        "most": page.most + 1,
        "inside": f'"case":{case.id},',
        "last": f'"case":{case.id}}}',
        "named": f'"about":"{case.name}"',
    }
    rows = ask(connection, _RECORDS, asked)
    found = [StoredRecord(*row) for row in rows[: page.most]]
    return found, str(rows[page.most - 1].seq) if len(rows) > page.most else None
