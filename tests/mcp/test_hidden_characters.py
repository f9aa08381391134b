"""Characters that nobody sees, NUL among them, wherever one can type: shown as signs or refused, on both databases."""

from typing import Any

from tests.conversations.party import ANA, BEN, STAFF, is_fit_to_be_read, members_page, says_yes, sends, table
from tests.mcp.offices import Bureau

HIDDEN = "a\x00b\x1b\u202e"
SEEN = "a␀b␛⟨U+202E⟩"


def move_in(bureau: Bureau) -> dict[str, Any]:
    """Bring all three lists; what opens Ana's case."""
    bureau.move_in()
    return {"person": ANA, "digest": bureau.assistant.call("plan_offboard", person=ANA).data["digest"]}


def test_what_is_typed_into_a_case_is_kept_with_visible_signs(each_bureau: Bureau) -> None:
    bureau = each_bureau
    opened = bureau.assistant.call("open_case", **move_in(bureau), reason=HIDDEN, owner=HIDDEN)
    assert SEEN in opened.text
    assert is_fit_to_be_read(bureau.office.last_payload("case.opened")["reason"])
    step = {"case": "C-1", "step": "hand-over-workspaces", "outcome": "done"}
    with bureau.assistant.answered_by(sends({"yes": True, "note": HIDDEN})):
        told = bureau.assistant.call("record_step", **step, note=HIDDEN)
    assert SEEN in bureau.assistant.asked[-1]
    assert told.states["hand-over-workspaces"] == "confirmed"
    assert bureau.office.last_payload("claim.made")["note"] == f"{SEEN}; {SEEN}"
    with bureau.assistant.answered_by(says_yes):
        bureau.assistant.call("record_deactivation", person=ANA, note=HIDDEN)
        bureau.assistant.call("retract_source", source="K-1", reason=HIDDEN)
        assert bureau.office.last_payload("claim.retracted")["reason"] == SEEN
        bureau.assistant.call("cancel_case", case="C-1", reason=HIDDEN)
    assert bureau.office.last_payload("case.cancelled")["reason"] == SEEN


def test_an_owner_is_found_by_the_same_words_in_which_a_case_was_given_to_them(each_bureau: Bureau) -> None:
    bureau = each_bureau
    opening = move_in(bureau)
    team = "the\x00team"
    bureau.assistant.call("open_case", **opening, owner=team)
    for words, count in ((team, 1), ("the␀team", 1), ("theteam", 0), ("\x00", 0)):
        assert bureau.assistant.call("list_cases", owner=words).data["in_all"] == count, repr(words)
    bureau.assistant.call("assign_case", case="C-1", owner=f"{team}s")
    assert bureau.assistant.call("list_cases", owner=f"{team}s").data["in_all"] == 1
    [case] = bureau.assistant.call("list_cases").data["cases"]
    assert case["owner"] == "the␀teams"


def test_a_key_with_hidden_characters_is_a_key(each_bureau: Bureau) -> None:
    bureau = each_bureau
    opening = move_in(bureau)
    first = bureau.assistant.call("open_case", **opening, request_key=HIDDEN)
    with bureau.office.writes():
        assert bureau.assistant.call("open_case", **opening, request_key=HIDDEN) == first
        other = {"case": "C-1", "step": "hand-over-workspaces", "outcome": "done", "request_key": HIDDEN}
        assert bureau.assistant.refused("record_step", **other) == "request_key_reused"


def test_decisions_and_retractions_keep_visible_signs(each_bureau: Bureau) -> None:
    bureau = each_bureau
    bureau.move_in()
    with bureau.assistant.answered_by(says_yes):
        bureau.assistant.call("record_decision", person=BEN, decision="keep", reason=HIDDEN)
        assert SEEN in str(bureau.assistant.call("check_user", person=BEN).data["decision"])
        bureau.assistant.call("record_decision", person=BEN, decision="withdraw", reason=HIDDEN)
        bureau.assistant.call("retract_source", source="R-1", reason=HIDDEN)
    assert bureau.office.last_payload("source.retracted")["reason"] == SEEN


def test_a_name_with_hidden_characters_is_looked_for_and_not_found(each_bureau: Bureau) -> None:
    bureau = each_bureau
    bureau.move_in()
    for name in (HIDDEN, "Ana\x00", "ana\x00@heron.example", "\x00"):
        told = bureau.assistant.call("check_user", person=name)
        assert (told.data["addresses"], told.data["candidates"]) == ([], []), repr(name)


def test_where_only_certain_words_fit_hidden_characters_are_refused(each_bureau: Bureau) -> None:
    bureau = each_bureau
    bureau.assistant.call("open_case", **move_in(bureau))
    refusals: list[tuple[str, dict[str, Any], str]] = [
        ("list_cases", {"person": f"{HIDDEN}@heron.example"}, "not_an_address"),
        ("list_cases", {"cursor": HIDDEN}, "cursor_unknown"),
        ("list_users", {"cursor": f"{ANA}\x00"}, "cursor_unknown"),
        ("find_discrepancies", {"cursor": f"leaver {ANA}\x00"}, "cursor_unknown"),
        ("plan_offboard", {"person": ANA, "cursor": HIDDEN}, "cursor_unknown"),
        ("plan_offboard", {"person": ANA, "last_day": "2026-11-\x00"}, "not_a_day"),
        ("record_step", {"case": "C-1", "step": HIDDEN, "outcome": "done"}, "step_unknown"),
        ("explain_axure", {"topic": HIDDEN}, "topic_unknown"),
        ("import_roster", {"kind": "members", "path": f"/tmp/{HIDDEN}.csv"}, "roster_unreadable"),
        ("import_roster", {"kind": "members", "digest": HIDDEN * 4}, "preview_unknown"),
        ("import_roster", {"kind": "members", "rows": [{"Name": HIDDEN, "Email": ANA}]}, "roster_has_mistakes"),
    ]
    with bureau.office.writes():
        for tool, arguments, code in refusals:
            assert bureau.assistant.refused(tool, **arguments) == code, tool


def test_a_cell_with_a_nul_is_refused_with_its_line_and_the_rest_can_be_brought(each_bureau: Bureau) -> None:
    bureau = each_bureau
    rows = [(one.name, one.address, one.status) for one in STAFF]
    page = table(("Name", "Email", "Status"), [*rows, (HIDDEN, "eva.holm@heron.example", "Active")])
    sentence, code = bureau.assistant.refusal("import_roster", kind="members", text=page)
    assert code == "roster_has_mistakes"
    assert "line 6: A cell holds a NUL character" in sentence
    told = bureau.assistant.call("import_roster", kind="members", text=page, skip_refused=True)
    assert (told.data["rows"], told.data["refused_in_all"]) == (4, 1)
    assert bureau.assistant.call("import_roster", kind="members", text=members_page(STAFF)).data["rows"] == 4
