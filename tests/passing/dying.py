"""A pass in a process that kills itself at a point which it is told: `python -m tests.passing.dying HOME WHEN POINT`.

It is the real pass on the real store and files; only what it writes to is wrapped, and the wrapping ends it there.
"""

import os
import signal
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn

from axure_lifecycle.app import Workshop
from axure_lifecycle.archive.report_files import ReportFolder
from axure_lifecycle.domain.holdings import Actor, Channel
from axure_lifecycle.domain.reports import Report, ReportFormat
from axure_lifecycle.ports import Change, Page, Store
from axure_lifecycle.reports import TextSink
from axure_lifecycle_tools.passing import run_pass
from tests.passing.firm import Days

POINTS = ("within an import", "between two openings", "within a report")


def die() -> NoReturn:
    """As if somebody had pulled the plug of this process."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


class DyingStore:
    """A store whose writer dies before an import is kept, or once a case is."""

    def __init__(self, store: Store, point: str) -> None:
        self._store, self._point = store, point

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    @contextmanager
    def writing(self, actor: Actor) -> Generator[Change]:
        """A transaction."""
        with self._store.writing(actor) as change:
            yield change
            if self._point == "within an import" and actor.channel is Channel.TRUSTED_FOLDER:
                die()
        with self._store.reading() as view:
            if self._point == "between two openings" and view.cases(Page(1))[2]:
                die()


def write_half(report: Report, form: ReportFormat, out: TextSink) -> int:
    """More than is kept in memory, and no end."""
    del report, form
    out.write("ana@acme.example,Ana\n" * 20_000)
    die()


def main(home: str, when: str, point: str) -> None:
    """One pass, up to the point."""
    assert point in POINTS
    desk = Workshop(Path(home), Days(datetime.fromisoformat(when))).desk(Channel.UNATTENDED)
    store: Any = DyingStore(desk.store, point)
    desk = replace(desk, store=store)
    if point == "within a report":
        desk = replace(desk, reports=ReportFolder(Path(home), write_half))
    run_pass(desk, patience=0)


if __name__ == "__main__":
    main(*sys.argv[1:])
