"""Files that show what a step says: brought from a person's own machine, and given back as a download only."""

from typing import Final
from urllib.parse import quote

from starlette.responses import Response

from axure_lifecycle.domain.access import EVERYBODY
from axure_lifecycle.web.console.numbers import number_in
from axure_lifecycle.web.console.visit import Visit
from axure_lifecycle_tools import evidence
from axure_lifecycle_tools.catalog import BY_NAME
from axure_lifecycle_tools.showing import LONGEST_NOTE

_ATTACH: Final = BY_NAME["attach_evidence"]


def attach(visit: Visit) -> Response:
    """Keep a file and attach it to a step. Raises the refusals of `attach_evidence`."""
    visit.desk.require_role(f"Attaching a file to {visit.path('case')}", _ATTACH.allowed)
    number = number_in(visit.path("case"), "C")
    upload = visit.files.get("file")
    name, content = (upload.name, upload.content) if upload is not None else ("", b"")
    file = visit.desk.archive.take(name, content)
    note = visit.form.get("note", "")[:LONGEST_NOTE]
    reply = evidence.attach_file(visit.desk, case=f"C-{number}", step=visit.path("step"), file=file, note=note)
    return visit.go(f"/cases/{reply.case}", " ".join(reply.said))


def download(visit: Visit) -> Response:
    """The file, as it was attached, to be saved and not shown. Raises `EvidenceUnknown`, `EvidenceLost`."""
    visit.desk.require_role("The download", EVERYBODY)
    with visit.desk.store.reading() as view:
        found = view.evidence(number_in(visit.path("evidence"), "E"))
    content = visit.desk.archive.give(found)
    return Response(
        content,
        media_type="application/octet-stream",
        headers={
            "content-disposition": f"attachment; filename*=UTF-8''{quote(found.file_name, safe='')}",
            "content-security-policy": "default-src 'none'; sandbox",
        },
    )
