"""`audit`, as far as it is for an auditor: the key, checkpoints, bundles and the verifier."""

import json
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from axure_lifecycle.cli.shell import Shell, command
from axure_lifecycle.cli.terminal import progress_bar, tell
from axure_lifecycle.domain.text import shown

if TYPE_CHECKING:
    from axure_lifecycle.app import Workshop
    from axure_lifecycle.audit.bundle import Bundled, Days
    from axure_lifecycle.domain.checkpoints import Checkpoint
    from axure_lifecycle.domain.organization import Organization

STDOUT: Final = "-"
_SEPARATELY: Final = "Give it to the auditor by another way than any bundle"


@command("audit key", "audit key", "audit key --rotate")
def key(
    shell: Shell,
    rotate: Annotated[
        bool, typer.Option("--rotate", help="Put a new key in the place of the one in the home, which is gone then.")
    ] = False,
) -> None:
    """Show the audit's public key; makes a key at first use.

    It signs checkpoints and bundles (Ed25519). The private key is never shown: it lies in the home, or where [audit]
    key of config.toml says. What an old key signed stays verifiable by its public key, so keep that. Before a rotation
    the old key signs the head of the trail once more, and the new one signs it after.
    """
    from axure_lifecycle.audit.keys import SigningKeyElsewhere, home_key, make_home_key

    with shell.workshop() as workshop:
        place = workshop.audit_key_place()
        if place is not None and rotate:
            raise SigningKeyElsewhere(place)
        before = home_key(workshop.home) if place is None else None
        is_new = place is None and (rotate or before is None)
        if before is not None and rotate:
            _sign(shell, workshop)
        if is_new:
            make_home_key(workshop.home, replaces=rotate)
        found = workshop.signing_key()
        if before is not None and rotate:
            _sign(shell, workshop)
    if shell.wants_json:
        told = {"public_key": found.public_key, "fingerprint": found.fingerprint, "is_new": is_new}
        tell(json.dumps(told | {"public_key_before": before.public_key if before is not None and rotate else None}))
        return
    tell(f"{'New public' if is_new else 'Public'} key {found.public_key}, fingerprint {found.fingerprint}.")
    if before is not None and rotate:
        tell(f"The key before it was {before.public_key}, fingerprint {before.fingerprint}: its signatures need it.")
    tell(f"{_SEPARATELY}, and let them keep it: without it nobody can tell who signed.")


def _sign(shell: Shell, workshop: "Workshop", seen: tuple[int, str] | None = None) -> "Checkpoint":
    from axure_lifecycle.audit.bundle import sign_head

    desk = shell.desk_in(workshop)
    return sign_head(desk.store, workshop.signing_key(), desk.actor, datetime.now(UTC), seen)


@command("audit checkpoint", "audit checkpoint checkpoint.json", "audit checkpoint - | gpg --encrypt …")
def checkpoint(
    shell: Shell,
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="A new file to keep elsewhere; - or nothing for stdout.")
    ] = STDOUT,
) -> None:
    """Sign the trail's head, to be kept elsewhere.

    Whoever keeps it can tell later that nothing up to there was changed or cut off: `audit verify --checkpoint FILE`,
    or the verifier of a bundle. It names nobody and says nothing about what was recorded. Where nothing was recorded
    since the last one, that one is given again.
    """
    from axure_lifecycle.audit.files import new_file

    with shell.workshop() as workshop:
        workshop.signing_key()
        if file == STDOUT:
            sys.stdout.write(_sign(shell, workshop).line + "\n")
            return
        with new_file(Path(file), "checkpoint") as stream:
            made = _sign(shell, workshop)
            stream.write(f"{made.line}\n".encode())
    if shell.wants_json:
        tell(made.line)
    else:
        tell(f"Signed record {made.seq}, head {made.hash}: {shown(file)}. Keep it where this machine cannot change it.")


@command("audit bundle", "audit bundle q3.zip --from 2026-07-01 --to 2026-09-30")
def bundle(
    shell: Shell,
    file: Annotated[str, typer.Argument(metavar="FILE", help="A new file (ZIP), readable by you alone.")],
    first: Annotated[str, typer.Option("--from", metavar="DAY", help="The first day, e.g. 2026-07-01.")],
    last: Annotated[str, typer.Option("--to", metavar="DAY", help="The last day; it is included.")],
) -> None:
    """Write what was recorded on some days, for an auditor.

    One signed file with the trail, cases, what people said, attached files, digests of rosters, and checkpoints. It is
    verified without anything of ours: `audit verifier FILE` writes the program, `audit key` shows the public key. It
    holds personal data, and what was erased before is not in it. Days are the organisation's. It changes nothing but
    that the head of the trail is signed.
    """
    from axure_lifecycle.audit.bundle import Bundler, refuse_empty
    from axure_lifecycle.audit.files import new_file

    with shell.workshop() as workshop, progress_bar() as progress:
        signing = workshop.signing_key()
        desk = shell.desk_in(workshop)
        days = _read_days(first, last, desk.organization, desk.now.date())
        with desk.store.reading() as view:
            refuse_empty(view, days)
        with new_file(Path(file), "bundle") as stream, desk.store.reading() as view:
            point = _sign(shell, workshop, view.trail_head())
            made = Bundler(view, desk.archive, signing, days, progress).write(stream, point)
    _tell_bundle(shell, file, made, signing.public_key)


def _read_days(first: str, last: str, organization: "Organization", today: date) -> "Days":
    from axure_lifecycle.audit.bundle import days_of
    from axure_lifecycle_tools.arguments import NotADay, day_of

    begin, end = day_of(first), day_of(last)
    if begin is None or end is None:
        raise NotADay(first if begin is None else last)
    return days_of(begin, end, today, organization)


def _tell_bundle(shell: Shell, file: str, made: "Bundled", public_key: str) -> None:
    from axure_lifecycle.domain.checkpoints import fingerprint
    from axure_lifecycle_tools.wording import plural

    if shell.wants_json:
        told = {
            "file": file,
            "size": made.size,
            "first": made.first,
            "last": made.last,
            "erased": made.erased,
            "cases": made.cases,
            "claims": made.claims,
            "files": made.files,
            "checkpoint": made.checkpoint.seq,
            "head": made.checkpoint.hash,
            "key": fingerprint(public_key),
        }
        tell(json.dumps(told, ensure_ascii=False))
        return
    erased = f", {plural(made.erased, 'payload')} of them erased" if made.erased else ""
    tell(
        f"Wrote {shown(file)}: records {made.first} to {made.last}{erased}, {plural(made.cases, 'case')}, "
        f"{plural(made.claims, 'claim')}, {plural(made.files, 'attached file')}; signed by the key "
        f"{fingerprint(public_key)} up to record {made.checkpoint.seq}. It verifies."
    )
    tell(f"The public key is {public_key}. {_SEPARATELY}, and the verifier too (`audit verifier FILE`).")


@command("audit verifier", "audit verifier verify.py")
def verifier(
    shell: Shell,
    file: Annotated[str, typer.Argument(metavar="FILE", help="A new file.")],
) -> None:
    """Write the program that verifies bundles.

    One file of plain Python, 3.11 or newer, with nothing to install: `python3 -I FILE BUNDLE --public-key KEY`. It
    never unpacks or writes anything. Hand it over by another way than the bundles.
    """
    from hashlib import sha256

    from axure_lifecycle.audit.bundle import verifier as program
    from axure_lifecycle.audit.files import new_file

    content = program()
    with new_file(Path(file), "verifier") as stream:
        stream.write(content)
    digest = sha256(content).hexdigest()
    tell(
        json.dumps({"file": file, "sha256": digest}) if shell.wants_json else f"Wrote {shown(file)}, SHA-256 {digest}."
    )
