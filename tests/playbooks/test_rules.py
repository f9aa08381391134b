"""Each rule of the format: what breaks it is refused, and the mistake says where it stands and what is known."""

from pathlib import Path

import pytest

from tests.playbooks.house import GOOD, GUARD, HEAD, STEP, mistakes_of

RULES = [
    ("an unknown key", GOOD.replace("title =", "titel ="), "step 1 (close-door): title is missing"),
    (
        "an unknown key is named",
        GOOD.replace("evidence =", "evidense ="),
        'unknown key "evidense" (known: about, after,',
    ),
    ("an unknown key at the top", 'colour = "red"' + GOOD, 'unknown key "colour"'),
    ("an unknown key of a guard", GOOD + 'until = "noon"', 'guard 1 (draught): unknown key "until"'),
    ("an unknown trait", GOOD.replace("leave_day =", "weather ="), 'guard 1 (draught): unknown trait "weather"'),
    (
        "an unknown answer",
        GOOD.replace('"ahead"', '"soon"'),
        'unknown answer to leave_day "soon" (known: ahead, none, passed)',
    ),
    (
        "an unknown fact",
        GOOD.replace("door.closes", "door.opens"),
        'step 1 (close-door): no fact has the id "door.opens"',
    ),
    (
        "an unknown fact of a guard",
        GOOD.replace("door.draught", "wind"),
        'guard 1 (draught): no fact has the id "wind"',
    ),
    (
        "an unknown slot",
        GOOD.replace("{address}", "{adress}"),
        'unknown slot "{adress}" (known: {accounts}, {address},',
    ),
    (
        "a slot of a group without a group",
        GOOD.replace("{address}", "{count}"),
        "inserts {count}, but the table is about no group",
    ),
    ("a brace that inserts nothing", GOOD.replace("{address}", "{Address"), "a brace that inserts nothing"),
    ("a slot in the title of the playbook", GOOD.replace("Leave the", "Leave {host}'s"), "title can insert nothing"),
    (
        "a later step first",
        GOOD.replace('id = "close-door"', 'id = "close-door"\nafter = ["lock"]'),
        'after names "lock", which is no earlier step',
    ),
    (
        "itself first",
        GOOD.replace('id = "close-door"', 'id = "close-door"\nafter = ["close-door"]'),
        "which is no earlier step",
    ),
    ("two steps of one name", HEAD + STEP + STEP + GUARD, "step 2 (close-door): an earlier one has the same id"),
    ("two guards of one name", GOOD + GUARD, "guard 2 (draught): an earlier one has the same id"),
    ("a step without facts", GOOD.replace('facts = ["door.closes"]', ""), "step 1 (close-door): facts is missing"),
    ("a step with no fact", GOOD.replace('["door.closes"]', "[]"), "step 1 (close-door): facts is empty"),
    ("a guard without facts", GOOD.replace('facts = ["door.draught"]', ""), "guard 1 (draught): facts is missing"),
    ("a fact twice", GOOD.replace('["door.closes"]', '["door.closes", "door.closes"]'), "facts names something twice"),
    ("a step without evidence", GOOD.replace("evidence", "#"), "evidence is missing"),
    ("a step without a question", GOOD.replace("question", "#"), "question is missing"),
    (
        "a question that asks nothing",
        GOOD.replace("the door?", "the door."),
        "question should end with a question mark",
    ),
    ("a step without a name", GOOD.replace('id = "close-door"', ""), "step 1: id is missing"),
    ("a name with blanks", GOOD.replace("close-door", "Close Door"), 'id "Close Door" should be lower-case letters'),
    ("a step without a place", GOOD.replace("place =", "#"), "place is missing; where nobody knows it, look_for says"),
    (
        "a place for every screen and a hint",
        GOOD.replace("place =", 'look_for = "a door"\nplace ='),
        "look_for is for a place that is unknown somewhere",
    ),
    (
        "a place by screens without a hint",
        GOOD.replace('"Hall › Door"', '{ new = "Hall" }'),
        "look_for is missing: what to look for",
    ),
    (
        "a place on unknown screens",
        GOOD.replace('"Hall › Door"', '{ newest = "Hall" }\nlook_for = "a door"'),
        'step 1 (close-door), place: unknown key "newest"',
    ),
    (
        "a generation without place and hint",
        GOOD.replace('"Hall › Door"', '{ new = "Hall" }\nlook_for = { mid = "a", old = "b" }'),
        "neither place nor look_for says anything for the screens 2017",
    ),
    (
        "a place that is a number",
        GOOD.replace('"Hall › Door"', "7"),
        "place should be a text or a table by generation of screens, found a number",
    ),
    ("an unknown doer", GOOD.replace('"admin"', '"porter"'), 'unknown doer "porter" (known: admin, idp_admin,'),
    (
        "an unknown kind",
        GOOD.replace('"warning"', '"alarm"'),
        'unknown kind "alarm" (known: blocker, unknown, warning)',
    ),
    (
        "an unknown holding",
        GOOD.replace("place =", 'ends = { holding = "hat", as = "off" }\nplace ='),
        'unknown holding "hat"',
    ),
    (
        "an end that nobody can see",
        GOOD.replace("place =", 'ends = { holding = "public_account", as = "closed" }\nplace ='),
        "no roster ever shows a public_account",
    ),
    (
        "an unknown end",
        GOOD.replace("place =", 'ends = { holding = "membership", as = "gone" }\nplace ='),
        'unknown end of a membership "gone" (known: active, deactivated, has_role, lacks_role, listed)',
    ),
    (
        "a seat's end without a group",
        GOOD.replace("place =", 'ends = { holding = "seat", as = "not_owner" }\nplace ='),
        "a seat ends for a group of subscriptions (about)",
    ),
    (
        "a membership's end for a group",
        GOOD.replace("place =", 'about = "managed"\nends = { holding = "membership", as = "active" }\nplace ='),
        "a seat ends for a group of subscriptions (about), and nothing else does",
    ),
    (
        "a seat assigned to no group of people",
        GOOD.replace("place =", 'about = "managed"\nends = { holding = "seat", as = "assigned" }\nplace ='),
        "a seat is assigned to a group of people (about)",
    ),
    (
        "a role for another end",
        GOOD.replace("place =", 'ends = { holding = "membership", as = "active", role = "admin" }\nplace ='),
        "a role is for the ends has_role and lacks_role",
    ),
    (
        "a role that is to be missing and has no name",
        GOOD.replace("place =", 'ends = { holding = "membership", as = "lacks_role" }\nplace ='),
        "the end lacks_role names its role",
    ),
    (
        "an unknown role",
        GOOD.replace("place =", 'ends = { holding = "membership", as = "has_role", role = "boss" }\nplace ='),
        'unknown role "boss" (known: admin,',
    ),
    ("an unknown subject", 'subject = "team"' + GOOD, 'unknown subject "team" (known: people, person, server)'),
    ("an unknown option", 'options = { colour = "needed" }' + GOOD, 'options: unknown option "colour"'),
    (
        "an option that is neither needed nor possible",
        'options = { role = "perhaps" }' + GOOD,
        'role should be "needed" or "possible", found "perhaps"',
    ),
    ("options that are no table", 'options = "role"' + GOOD, "options: expected a table, found a text"),
    ("contradictions that are no list", 'contradicts = "offboard"' + GOOD, "contradicts should be a list of texts"),
    (
        "an unknown group",
        GOOD.replace("place =", 'about = "sold"\nplace ='),
        'unknown group "sold" (known: ambiguous, assigned,',
    ),
    ("a guard for every plan", GOOD.replace("when =", "#"), "it needs a condition (when) or a group (about)"),
    ("a guard that is no sentence", GOOD.replace("draught.", "draught"), "sentence should end like one"),
    (
        "what can never apply",
        GOOD.replace("when =", 'unless = { leave_day = ["ahead", "none"] }\nwhen ='),
        "it can never apply: unless takes back every leave_day",
    ),
    ("a condition without an answer", GOOD.replace('"ahead"', "[]"), "guard 1 (draught), when: leave_day is empty"),
    (
        "a condition that is a number",
        GOOD.replace('"ahead"', "1"),
        "guard 1 (draught), when: leave_day should be a list of texts",
    ),
    (
        "conditions that are a text",
        GOOD.replace('{ leave_day = "ahead" }', '"ahead"'),
        "guard 1 (draught), when: expected a table, found a text",
    ),
    ("no step", HEAD + GUARD, "there is no step"),
    ("a step that is a text", HEAD + 'steps = ["close the door"]', "step 1: expected a table, found a text"),
    ("steps that are a text", HEAD + 'steps = "close the door"', "steps should be a list of tables, [[steps]]"),
    (
        "a version that is a text",
        GOOD.replace("version = 1", 'version = "1"'),
        "version should be a whole number from 1",
    ),
    ("a version of nothing", GOOD.replace("version = 1", "version = 0"), "version should be a whole number from 1"),
    (
        "a version that is true",
        GOOD.replace("version = 1", "version = true"),
        "version should be a whole number from 1",
    ),
    ("no version", GOOD.replace("version = 1", ""), "version is missing"),
    (
        "an id of something else",
        GOOD.replace('"house.leave"', '"house.enter"'),
        "id should be application and operation, house.leave",
    ),
    ("a text that is a number", GOOD.replace('"Close it."', "1"), "instruction should be a text, found a number"),
    ("a text of blanks", GOOD.replace('"Close it."', '"  "'), "instruction is empty"),
    (
        "a text with a line break",
        GOOD.replace("Close it.", "Close\\nit."),
        "holds a line break or an invisible character",
    ),
    ("a text that turns around", GOOD.replace("Close it.", "Close \\u202Eit."), "⟨U+202E⟩"),
    (
        "a text with blanks at its end",
        GOOD.replace("Close it.", "Close it. "),
        "holds blanks at its ends or two in a row",
    ),
    (
        "a text that nobody reads",
        GOOD.replace("Close it.", "Close it. " * 101 + "So."),
        "instruction is longer than 1000 characters",
    ),
    ("no TOML", "id = ", "it is no TOML: "),
    ("own traits that are no table", "traits = 1" + GOOD, "traits: expected a table, found a number"),
]


@pytest.mark.parametrize(("text", "mistake"), [rule[1:] for rule in RULES], ids=[rule[0] for rule in RULES])
def test_a_playbook_is_refused_for(text: str, mistake: str, tmp_path: Path) -> None:
    told = mistakes_of(tmp_path / "leave.toml", text)
    assert any(mistake in one for one in told), told
