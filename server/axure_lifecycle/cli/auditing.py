"""The trail: verified, and exported for somebody who trusts none of this."""

import json
import os
import re
import sys
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Final, TextIO

import typer

from axure_lifecycle.cli.shell import Shell, command
from axure_lifecycle.cli.terminal import progress_bar, tell
from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.text import shown
from axure_lifecycle.domain.trail import ORIGIN, StoredRecord

STDOUT: Final = "-"


class ExportRefused(LifecycleError):
    """The export has nowhere to go."""

    code = "export_refused"

    def __init__(self, file: Path, why: str) -> None:
        self.file = file
        super().__init__(
            f"The trail was not exported to {shown(str(file))}: {why}. Name another file, or - for stdout."
        )


class NotAHead(LifecycleError):
    """A head is the hash of a record, and this is none."""

    code = "not_a_head"

    def __init__(self, given: str) -> None:
        super().__init__(
            f"“{shown(given, 80)}” is no head of a trail: a head is 64 of the digits 0-9 and letters a-f, as "
            "`audit verify` and `audit export` tell it."
        )


@command("audit verify", "audit verify", "audit verify --head 6fd2…c03b")
def verify(
    shell: Shell,
    head: Annotated[
        str | None,
        typer.Option("--head", metavar="HASH", help="A head that you kept elsewhere: is the trail still the same?"),
    ] = None,
) -> None:
    """Walk the chain of records and say whether it holds.

    Exit code 1 where it does not, or where an attached file is no longer as it was attached. It proves that nothing
    was changed or left out between the first record and the last one. It never proves by itself that the end was not
    cut off, or that the whole was not written anew: for that, keep the head elsewhere and compare with --head later;
    exit code 1 where the trail does not contain it.
    """
    from axure_lifecycle_tools.reports import ComparedTrail, compare_with_head, verify_audit_trail

    kept = None if head is None else head.strip().lower()
    if kept is not None and not re.fullmatch(r"[0-9a-f]{64}", kept):
        raise NotAHead(kept)
    with shell.desk() as desk, progress_bar() as progress:
        desk = replace(desk, progress=progress)
        reply = verify_audit_trail(desk) if kept is None else compare_with_head(desk, kept)
    shell.answer(reply)
    if not reply.holds or reply.lost_files or (isinstance(reply, ComparedTrail) and reply.kept_at is None):
        raise typer.Exit(1)


@command("audit export", "audit export trail.jsonl", "audit export - | sha256sum")
def export(
    shell: Shell,
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="A new file, readable by you alone; - or nothing for stdout.")
    ] = STDOUT,
) -> None:
    """Write the trail as JSON lines, for an independent check.

    Each record holds seq, at, kind, payload_digest, previous, hash, salt (hexadecimal) and payload (the text that was
    hashed); both are null where the payload was erased. A payload can name people. A file that exists is never
    overwritten.
    """
    from axure_lifecycle_tools.wording import plural

    with shell.desk() as desk, desk.store.reading() as view:
        if file == STDOUT:
            _make_utf8()
            _write(view.trail(), sys.stdout)
            return
        with _new_file(Path(file)) as stream:
            records, head = _write(view.trail(), stream)
    if shell.wants_json:
        tell(json.dumps({"file": file, "records": records, "head": head}))
    else:
        tell(f"Exported {plural(records, 'record')} to {shown(file)}, head {head}.")


def _write(trail: Iterable[StoredRecord], stream: TextIO) -> tuple[int, str]:
    """How many records were written, and the hash of the last one."""
    count, head = 0, ORIGIN
    for record in trail:
        fields = record._asdict() | {"salt": record.salt.hex() if record.salt is not None else None}
        stream.write(json.dumps(fields, ensure_ascii=False, separators=(",", ":")) + "\n")
        count, head = count + 1, record.hash
    return count, head


def _make_utf8() -> None:
    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(encoding="utf-8", newline="\n")


@contextmanager
def _new_file(file: Path) -> Generator[TextIO, None, None]:
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise ExportRefused(file, "it exists already") from None
    except OSError as error:
        raise ExportRefused(file, (error.strerror or "the system refuses").lower()) from None
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as stream:
            yield stream
    except OSError as error:
        file.unlink(missing_ok=True)
        raise ExportRefused(file, (error.strerror or "the system refuses").lower()) from None
