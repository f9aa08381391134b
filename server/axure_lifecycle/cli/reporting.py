"""`report`: what an auditor, a team lead or a spreadsheet gets, as a file."""

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from axure_lifecycle.cli.looking import AsOf
from axure_lifecycle.cli.shell import Shell, command
from axure_lifecycle.cli.terminal import tell, wrapped
from axure_lifecycle.domain.reports import ReportFormat, ReportKind, Written

STDOUT = "-"


class Form(StrEnum):
    """How a report is written."""

    MD = "md"
    HTML = "html"
    CSV = "csv"
    JSON = "json"


@command(
    "report",
    "report access-review",
    "report leavers --format md --out -",
    "report access-review --format csv --as-of 2026-11-23 --out review.csv",
)
def report(
    shell: Shell,
    kind: Annotated[
        ReportKind, typer.Argument(metavar="KIND", help="access-review, leavers, seats, cases, facts or screens.")
    ],
    form: Annotated[Form, typer.Option("--format", help="How it is written.")] = Form.HTML,
    out: Annotated[
        str | None,
        typer.Option(
            "--out",
            metavar="FILE",
            help="Where to; - for stdout. Default: a file in the home's reports folder. An older one is replaced.",
        ),
    ] = None,
    as_of: AsOf = None,
) -> None:
    """Write a report to a file that its owner alone can read.

    Streams: any number of people in constant memory. HTML is one file without scripts, for screens and for paper; CSV
    is the long table alone, with a byte order mark for spreadsheets, and no cell of it is a formula. What a brake
    withholds is shown as withheld. The same store, day and moment give the same bytes. It changes nothing.
    """
    from axure_lifecycle_tools.building import build_report, report_of

    shell.check(build_report, {"kind": kind.value, "as_of": as_of})
    with shell.desk() as desk, report_of(desk, kind.value, as_of) as made:
        wanted = ReportFormat(form.value)
        if out == STDOUT:
            desk.reports.pour(made, wanted)
            return
        written = desk.reports.keep(made, wanted) if out is None else desk.reports.write(made, wanted, Path(out))
        withheld = list(map(shell.words.speak, made.withheld))
    if shell.wants_json:
        tell(json.dumps(_as_json(kind, written, withheld), ensure_ascii=False))
        return
    for sentence in withheld:
        tell(wrapped(f"Withheld. {sentence}", sys.stdout))
    tell(f"{written.path}\n{written.rows:,} rows, {written.size:,} bytes, SHA-256 {written.digest}")


def _as_json(kind: ReportKind, written: Written, withheld: list[str]) -> dict[str, object]:
    return {"report": kind.value, **written._asdict(), "path": str(written.path), "withheld_because": withheld}
