"""Imports rosters as a person at a terminal does, preview and import: `bring HOME KIND=FILE…`."""

import json
import sys
from datetime import timedelta
from pathlib import Path
from typing import Literal

from axure_lifecycle.app import Workshop
from axure_lifecycle.domain.holdings import Channel
from axure_lifecycle_tools.importing import ask_about_import, import_roster
from axure_lifecycle_tools.roster_reply import ImportedRoster
from axure_lifecycle_tools.spec import Answered, NotAsked

Kind = Literal["members", "directory"]


def bring(workshop: Workshop, kind: Kind, file: Path, *, days_ago: int = 0) -> ImportedRoster:
    """Preview a roster, answer the question with yes, and import exactly that as the whole list."""
    desk = workshop.desk(Channel.TERMINAL)
    preview = import_roster(desk, kind=kind, path=str(file), answer=NotAsked())
    today = desk.now.astimezone(desk.organization.time_zone).date()
    taken_on = (today - timedelta(days=days_ago)).isoformat() if days_ago else None
    question = ask_about_import(desk, kind=kind, digest=preview.digest, taken_on=taken_on, complete=True)
    assert question is not None
    answer = Answered(yes=True, note="", question=question, channel=Channel.TERMINAL)
    return import_roster(
        workshop.desk(Channel.TERMINAL),
        kind=kind,
        digest=preview.digest,
        taken_on=taken_on,
        complete=True,
        answer=answer,
    )


def bring_all(home: Path, rosters: list[str]) -> list[ImportedRoster]:
    """Import every roster into the home's store."""
    workshop = Workshop(home)
    imported: list[ImportedRoster] = []
    for roster in rosters:
        kind, _, file = roster.partition("=")
        match kind:
            case "members" | "directory":
                imported.append(bring(workshop, kind, Path(file)))
            case _:
                imported.append(bring(workshop, "directory", Path(file), days_ago=1))
    workshop.close()
    return imported


if __name__ == "__main__":
    print(json.dumps([[each.stage, each.rows] for each in bring_all(Path(sys.argv[1]), sys.argv[2:])]))
