"""Moving a store from one database to another."""

from pathlib import Path
from typing import Annotated

import typer

from axure_lifecycle.cli.shell import Shell, command
from axure_lifecycle.cli.terminal import progress_bar

_PLACE = "A database's URL (postgresql://lifecycle@db.acme.example/lifecycle), or an SQLite file."


@command(
    "db copy",
    "db copy store.sqlite postgresql://lifecycle@db.acme.example/lifecycle",
    "db copy postgresql://lifecycle@db.acme.example/lifecycle copy.sqlite",
)
def copy(
    shell: Shell,
    source: Annotated[str, typer.Argument(metavar="FROM", help=_PLACE)],
    target: Annotated[str, typer.Argument(metavar="TO", help="Likewise; empty, or not there yet.")],
) -> None:
    """Copy a store into another database, whole or not at all.

    From SQLite to PostgreSQL, or the other way. Stop servers and clients first: what is written meanwhile is not in the
    copy. Rows are counted and the trail is walked on the other side before anything counts there. The store that is
    copied from stays as it is, and nothing of the configuration is changed: put the new URL into [store] yourself.
    Passwords stand in the file that PGPASSFILE names, not in an address that others can read.
    """
    from axure_lifecycle.cli.copied import CopiedStore
    from axure_lifecycle.store.copying import copy_store

    with progress_bar() as progress:
        done = copy_store(_url(source), _url(target), progress)
    shell.answer(
        CopiedStore(
            source=done.source,
            target=done.target,
            rows=dict(done.rows),
            records=done.records,
            head=done.head,
            next=f"Put {done.target} into [store] url of config.toml; files of evidence stay in the home.",
        )
    )


def _url(place: str) -> str:
    """A URL as it is; a path as that of a file."""
    return place if "://" in place else f"sqlite:///{Path(place).expanduser().absolute()}"
