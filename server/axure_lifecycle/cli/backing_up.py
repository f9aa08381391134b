"""`backup` and `restore`: a home in one file."""

import json
from datetime import UTC, datetime
from hashlib import file_digest
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from axure_lifecycle import __version__
from axure_lifecycle.cli.shell import Shell, command
from axure_lifecycle.cli.terminal import tell

if TYPE_CHECKING:
    from axure_lifecycle_tools.reports import TrailReply


@command("backup", "backup lifecycle-2026-11-29.zip", 'backup "/backups/lifecycle-$(date +%F).zip" --json')
def backup(
    shell: Shell,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A new file (ZIP), readable by you alone.")],
) -> None:
    """Save the home in one file, while servers go on.

    The store as it is at one moment, the configuration, the keys that lie in the home, and every attached file, with a
    digest of each. It holds personal data and keys, and people who are erased later stay in it: keep it as you keep the
    home, and no longer than you must. A file that exists is never overwritten. A store on PostgreSQL is saved by its
    own tools.
    """
    from axure_lifecycle.audit.files import new_file
    from axure_lifecycle.backup import BackupOfServer, Found, write_backup

    with shell.workshop() as workshop:
        configuration = workshop.configuration()
    store = configuration.store_file
    if store is None:
        from axure_lifecycle.store.engine import address_of

        raise BackupOfServer(address_of(configuration.store_url), shell.home)
    with new_file(file, "backup") as stream:
        contents = write_backup(shell.home, store, stream, version=__version__, now=datetime.now(UTC))
    with file.open("rb") as written:
        digest = file_digest(written, "sha256").hexdigest()
    found = Found.of(contents)
    if shell.wants_json:
        tell(json.dumps({"file": str(file), "sha256": digest, "store": found.has_store, "attached": found.attached}))
        return
    tell(f"Saved to {file}: {found.tell()}.\nSHA-256 of the file: {digest}.")


@command("restore", "restore lifecycle-2026-11-29.zip --home /srv/lifecycle")
def restore(
    shell: Shell,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What `backup` wrote.")],
) -> None:
    """Put a backup back into an empty home.

    Every file is held against its digest first; where one differs, nothing is restored. Then the trail is verified,
    and every attached file with it: exit code 1 where they do not hold, although the home is there then. A home with
    anything in it is never touched.
    """
    from axure_lifecycle.backup import Found, RestoreRefused, restoring
    from axure_lifecycle.config import load_configuration
    from axure_lifecycle.config.home import STORE_FILE

    with restoring(file, shell.home) as (staged, contents):
        place = load_configuration(staged).store_file
        if place is None or place.resolve() != (staged / STORE_FILE).resolve():
            raise RestoreRefused(
                shell.home, "its configuration puts the store elsewhere ([store] url), and only a home is restored"
            )
        reply = _verify(shell, staged)
    found = Found.of(contents)
    if shell.wants_json:
        tell(json.dumps({"home": str(shell.home), "made_at": contents.made_at.isoformat(), "holds": reply.holds}))
    else:
        made = f"{contents.made_at:%Y-%m-%d %H:%M} UTC"
        tell(f"Restored to {shell.home}: {found.tell()}; saved on {made} by version {contents.version}.")
        tell(shell.words.speak(reply.text()))
    if not reply.holds or reply.lost_files:
        raise typer.Exit(1)


def _verify(shell: Shell, home: Path) -> "TrailReply":
    from axure_lifecycle.app import Workshop
    from axure_lifecycle_tools.reports import verify_audit_trail

    workshop = Workshop(home)
    try:
        return verify_audit_trail(shell.desk_in(workshop))
    finally:
        workshop.close()
