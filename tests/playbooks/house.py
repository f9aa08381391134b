"""A playbook so small that a test can spoil one thing of it."""

from pathlib import Path

import pytest

from axure_lifecycle.playbooks import PlaybookBroken, load_playbook

STEP = """
[[steps]]
id = "close-door"
title = "Close the door of {address}"
doer = "admin"
place = "Hall › Door"
instruction = "Close it."
evidence = "A picture of the closed door."
question = "Did you close the door?"
facts = ["door.closes"]
"""
GUARD = """
[[guards]]
id = "draught"
kind = "warning"
sentence = "There is a draught."
facts = ["door.draught"]
when = { leave_day = "ahead" }
"""
HEAD = """
id = "house.leave"
version = 1
application = "house"
operation = "leave"
title = "Leave the house"
"""
GOOD = HEAD + STEP + GUARD
FACTS = {"door.closes", "door.draught"}


def mistakes_of(file: Path, text: str) -> list[str]:
    """What the loader says against such a file; the sentence of the refusal holds all of it."""
    file.write_text(text, encoding="utf-8")
    with pytest.raises(PlaybookBroken) as refusal:
        load_playbook(file, known_facts=FACTS)
    assert all(mistake in str(refusal.value) for mistake in refusal.value.mistakes)
    return list(refusal.value.mistakes)
