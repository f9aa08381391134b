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
_LARGEST_CHECKPOINT: Final = 10_000


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


class NotACheckpoint(LifecycleError):
    """What was kept is no checkpoint, or none of this key."""

    code = "not_a_checkpoint"

    def __init__(self, file: str, why: str) -> None:
        super().__init__(
            f"The trail was not compared with {shown(file)}: {why}. Name a file that `audit checkpoint` wrote, and the "
            "public key that you kept with it."
        )


@command(
    "audit verify",
    "audit verify",
    "audit verify --head 6fd2…c03b",
    "audit verify --checkpoint checkpoint.json --public-key 3b6a…da29",
)
def verify(
    shell: Shell,
    head: Annotated[
        str | None,
        typer.Option("--head", metavar="HASH", help="A head that you kept elsewhere: is the trail still the same?"),
    ] = None,
    checkpoint: Annotated[
        str | None,
        typer.Option("--checkpoint", metavar="FILE", help="A checkpoint that you kept elsewhere; with --public-key."),
    ] = None,
    public_key: Annotated[
        str | None,
        typer.Option("--public-key", metavar="KEY", help="The public key that you kept: 64 digits, or a file."),
    ] = None,
) -> None:
    """Walk the chain of records and say whether it holds.

    Exit code 1 where it does not, or where an attached file is no longer as it was attached. It proves that nothing
    was changed or left out between the first record and the last one. It never proves by itself that the end was not
    cut off, or that the whole was not written anew: for that, keep the head elsewhere and compare with --head later, or
    keep a checkpoint, which says by its signature whose head it was; exit code 1 where the trail does not contain it.
    """
    from axure_lifecycle_tools.reports import ComparedTrail, compare_with_head, verify_audit_trail

    kept = None if head is None else head.strip().lower()
    if kept is not None and not re.fullmatch(r"[0-9a-f]{64}", kept):
        raise NotAHead(kept)
    if (checkpoint is None) is not (public_key is None) or (kept is not None and checkpoint is not None):
        raise typer.BadParameter("goes with --public-key, and not with --head", param_hint="--checkpoint")
    signed = ""
    if checkpoint is not None and public_key is not None:
        kept, signed = _read_checkpoint(checkpoint, public_key)
    with shell.desk() as desk, progress_bar() as progress:
        desk = replace(desk, progress=progress)
        reply = verify_audit_trail(desk) if kept is None else compare_with_head(desk, kept)
    if signed and isinstance(reply, ComparedTrail):
        reply = reply.model_copy(update={"signed": signed})
    shell.answer(reply, lambda said: shell.words.speak(said.text()))
    if not reply.holds or reply.lost_files or (isinstance(reply, ComparedTrail) and reply.kept_at is None):
        raise typer.Exit(1)


def _read_checkpoint(file: str, public_key: str) -> tuple[str, str]:
    """The head of a checkpoint that this key signed, and what that says. Raises `NotACheckpoint`."""
    from axure_lifecycle.audit.verify_bundle import Broken, fingerprint, read_checkpoint, read_key

    try:
        key = read_key(public_key)
        with Path(file).open("rb") as stream:
            point = read_checkpoint(stream.read(_LARGEST_CHECKPOINT).strip(), "the file")
    except Broken as broken:
        raise NotACheckpoint(file, str(broken)) from None
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else "it cannot be read"
        raise NotACheckpoint(file, why.lower()) from None
    if not point.is_signed_by(key):
        raise NotACheckpoint(file, f"the key {fingerprint(key)} did not sign it")
    return point.hash, (
        f"The checkpoint is of record {point.seq}, signed by the key {fingerprint(key)}, as it says at {point.at}: "
        "where the trail contains it, it is excluded that anything up to there was cut off or changed since."
    )


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
