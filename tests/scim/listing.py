"""The members roster of an organisation to which people are pushed."""

from collections.abc import Iterable
from pathlib import Path

from axure_lifecycle.app import Workshop
from axure_lifecycle.domain.holdings import Channel
from axure_lifecycle_tools.importing import ask_about_import, import_roster
from axure_lifecycle_tools.spec import Answered, NotAsked


def stand_for_members(workshop: Workshop, file: Path, rows: Iterable[str]) -> None:
    """A members roster as of now, for which a person at a terminal stands; of name, address, role, status, SSO."""
    lines = [*rows]
    file.write_text("\n".join(["Name,Email,System Role,Status,Use SSO", *lines, f"Total: {len(lines)}", ""]), "utf-8")
    desk = workshop.desk(Channel.TERMINAL)
    preview = import_roster(desk, kind="members", path=str(file), answer=NotAsked())
    question = ask_about_import(desk, kind="members", path=str(file), digest=preview.digest)
    assert question is not None
    answer = Answered(True, "", question, Channel.TERMINAL)
    import_roster(desk, kind="members", path=str(file), digest=preview.digest, answer=answer)
