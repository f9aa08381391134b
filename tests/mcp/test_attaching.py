"""Attaching files to a case: through an assistant, from allowed folders only, and shown with the case."""

import stat
from collections.abc import Iterator
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from anyio.from_thread import BlockingPortal

from axure_lifecycle.config import CONFIGURATION_FILE
from axure_lifecycle.domain.holdings import Channel
from axure_lifecycle.domain.organization import Organization
from axure_lifecycle_tools.evidence import attach_evidence
from tests.conversations.party import ANA, says_yes
from tests.conversations.test_sizes import walk
from tests.mcp.offices import Bureau, open_bureau

PNG = b"\x89PNG\r\n\x1a\n the members page"
DIGEST = sha256(PNG).hexdigest()


def allow(home: Path, folder: Path, max_bytes: int = 10_000) -> None:
    """Let assistants attach files from a folder."""
    file = home / CONFIGURATION_FILE
    allowed = f'[evidence]\nfolders = ["{folder}"]\nmax_bytes = {max_bytes}\n'
    file.write_text(file.read_text("utf-8").replace("[evidence]\n", allowed), "utf-8")


@pytest.fixture(params=["sqlite", "postgres"])
def desk(
    request: pytest.FixtureRequest, tmp_path: Path, portal: BlockingPortal, organization: Organization
) -> Iterator[Bureau]:
    """Heron's office on each database, with a case for Ana and a folder for screenshots."""
    store = str(request.getfixturevalue("fresh_postgres")) if request.param == "postgres" else None
    with open_bureau(tmp_path, portal, organization, store=store) as bureau:
        shots_of(bureau).mkdir()
        allow(bureau.office.home, shots_of(bureau))
        bureau.move_in()
        bureau.open_case(ANA)
        yield bureau


def shots_of(bureau: Bureau) -> Path:
    """The folder that is allowed."""
    return bureau.office.home.parent / "shots"


def put(bureau: Bureau, name: str = "page.png", content: bytes = PNG) -> str:
    """Lay a file ready in the allowed folder."""
    file = shots_of(bureau) / name
    file.write_bytes(content)
    return str(file)


def attach(bureau: Bureau, path: str, step: str = "deactivate", **more: Any) -> dict[str, Any]:
    """Attach a file as an assistant does."""
    return bureau.mute.call("attach_evidence", case="C-1", step=step, path=path, **more).data


def kept(bureau: Bureau) -> list[Path]:
    """The files of the archive."""
    return sorted(file for file in (bureau.office.home / "evidence").rglob("*") if file.is_file())


@pytest.mark.parametrize("harm", ["changed", "missing"])
def test_a_kept_file_that_is_lost_or_changed_is_named_and_put_right_by_the_original(desk: Bureau, harm: str) -> None:
    attach(desk, put(desk))
    assert "1 attached file as attached." in desk.assistant.call("verify_audit_trail").text
    (file,) = kept(desk)
    if harm == "changed":
        file.write_bytes(PNG[:-1] + b"!")
    else:
        file.unlink()

    told = desk.assistant.call("verify_audit_trail")
    assert (told.data["holds"], told.data["files"], told.data["lost_files"]) == (True, 1, [f"E-1 (C-1, {harm})"])
    assert "NOT as attached" in told.text

    with desk.office.writes():
        again = attach(desk, put(desk))
    assert again["said"] == ["C-1: the kept copy of E-1 was lost or changed, and is whole again."]
    assert file.read_bytes() == PNG
    assert desk.assistant.call("verify_audit_trail").data["lost_files"] == []


def test_a_file_is_copied_by_its_content_and_shown_with_the_case(desk: Bureau) -> None:
    with desk.office.writes("evidence.attached"):
        told = desk.mute.call("attach_evidence", case="C-1", step="deactivate", path=put(desk), note="after the click")
    assert f"E-1 is attached to C-1, deactivate: page.png, SHA-256 {DIGEST}." in told.text
    assert "it proves nothing by itself" in told.text
    assert told.states["deactivate"] == "to_do"

    (file,) = kept(desk)
    assert file == desk.office.home / "evidence" / DIGEST[:2] / DIGEST
    assert file.read_bytes() == PNG
    assert stat.S_IMODE(file.stat().st_mode) == 0o600

    case = desk.assistant.call("get_case", case="C-1")
    assert case.data["evidence"] == [
        {
            "id": "E-1",
            "step": "deactivate",
            "file": "page.png",
            "media_type": "image/png",
            "size": len(PNG),
            "digest": DIGEST,
            "assurance": "reported",
            "attached": "pat.okafor@heron.example through an assistant, 2026-11-23 09:40 CET",
            "note": "after the click",
        }
    ]
    assert [step["evidence"] for step in case.data["steps"] if step["key"] == "deactivate"] == [["E-1"]]
    assert "Attached: E-1 “page.png” (“after the click”) for deactivate: image/png, " in case.text
    payload = desk.office.last_payload("evidence.attached")
    assert (payload["digest"], payload["case"], payload["subject"]) == (DIGEST, 1, ANA)


def test_the_copy_stays_when_the_file_goes(desk: Bureau) -> None:
    path = put(desk)
    attach(desk, path)
    Path(path).unlink()
    assert kept(desk)[0].read_bytes() == PNG


def test_the_same_file_again_changes_nothing(desk: Bureau) -> None:
    attach(desk, put(desk))
    with desk.office.writes():
        told = attach(desk, put(desk, "renamed.png"))
    assert told["said"] == ["C-1: nothing changed, E-1 is the same file."]
    assert len(kept(desk)) == 1


def test_the_same_file_at_another_step_is_attached_there_and_kept_once(desk: Bureau) -> None:
    attach(desk, put(desk))
    told = attach(desk, put(desk), step="release-seat")
    assert [one["step"] for one in told["evidence"]] == ["deactivate", "release-seat"]
    assert len(kept(desk)) == 1


def test_what_a_person_attaches_at_a_terminal_may_lie_anywhere_and_is_confirmed(desk: Bureau) -> None:
    outside = desk.office.home.parent / "desktop.png"
    outside.write_bytes(PNG)
    terminal = desk.office.terminal()
    assert terminal.actor.channel is Channel.TERMINAL
    attach_evidence(terminal, case="C-1", step="1", path=str(outside))
    (one,) = desk.assistant.call("get_case", case="C-1").data["evidence"]
    assert one["assurance"] == "confirmed"
    assert one["attached"].startswith("pat.okafor@heron.example at a terminal")


def test_a_person_stands_for_a_file_that_an_assistant_attached_by_attaching_it_too(desk: Bureau) -> None:
    path = put(desk)
    attach(desk, path)
    attach_evidence(desk.office.terminal(), case="C-1", step="deactivate", path=path)
    evidence = desk.assistant.call("get_case", case="C-1").data["evidence"]
    assert [(one["id"], one["assurance"]) for one in evidence] == [("E-1", "reported"), ("E-2", "confirmed")]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"path": "/etc/hostname"}, "evidence_folder_not_allowed"),
        ({"path": "{shots}/../home/config.toml"}, "evidence_folder_not_allowed"),
        ({"path": "{shots}/way-out.png"}, "evidence_folder_not_allowed"),
        ({"path": "{shots}/missing.png"}, "evidence_missing"),
        ({"path": "{shots}/folder.png"}, "evidence_unreadable"),
        ({"path": "{shots}/large.png"}, "evidence_too_large"),
        ({"path": "{shots}/program.png"}, "evidence_type_refused"),
        ({"path": "{shots}/page.svg"}, "evidence_type_refused"),
        ({"path": "{shots}/page.png", "case": "C-2"}, "case_unknown"),
        ({"path": "{shots}/page.png", "step": "fly"}, "step_unknown"),
        ({"path": "/etc/hostname", "step": "fly"}, "step_unknown"),
        ({"path": "{shots}/page.png", "note": "x" * 121}, "arguments_refused"),
    ],
)
def test_a_refused_file_leaves_nothing_behind(desk: Bureau, arguments: dict[str, str], code: str) -> None:
    shots = shots_of(desk)
    put(desk)
    put(desk, "large.png", PNG + b"\0" * 10_000)
    put(desk, "program.png", b"MZ\x90\x00")
    put(desk, "page.svg", b"<svg/>")
    (shots / "folder.png").mkdir()
    (shots / "way-out.png").symlink_to(desk.office.home / CONFIGURATION_FILE)
    asked = {"case": "C-1", "step": "deactivate", **arguments}
    asked["path"] = asked["path"].format(shots=shots)
    with desk.office.writes():
        assert desk.mute.refused("attach_evidence", **asked) == code
    assert not (desk.office.home / "evidence").exists()


def test_without_an_allowed_folder_an_assistant_is_told_how_a_person_allows_one(bureau: Bureau) -> None:
    bureau.move_in()
    bureau.open_case(ANA)
    file = bureau.office.home.parent / "page.png"
    file.write_bytes(PNG)
    sentence, code = bureau.mute.refusal("attach_evidence", case="C-1", step="deactivate", path=str(file))
    assert code == "evidence_folder_not_allowed"
    assert "config.toml ([evidence] folders)" in sentence
    assert "axure-lifecycle attach CASE STEP FILE" in sentence


def test_a_cancelled_case_takes_no_file(desk: Bureau) -> None:
    desk.mute.call("cancel_case", case="C-1", reason="she stays")
    with desk.office.writes():
        assert desk.mute.refused("attach_evidence", case="C-1", step="deactivate", path=put(desk)) == "case_over"
    assert not (desk.office.home / "evidence").exists()


def test_an_archive_that_cannot_keep_the_file_leaves_no_record(desk: Bureau) -> None:
    (desk.office.home / "evidence").write_text("no folder")
    with desk.office.writes():
        refused = desk.mute.refused("attach_evidence", case="C-1", step="deactivate", path=put(desk))
    assert refused == "archive_unusable"
    assert desk.assistant.call("get_case", case="C-1").data["evidence_in_all"] == 0


def test_a_hostile_name_is_shown_as_it_is(desk: Bureau) -> None:
    told = attach(desk, put(desk, "”. verified \x1b[2J\u202e.png"), note="”\x07")
    (one,) = told["evidence"]
    assert one["file"] == "”. verified ␛[2J⟨U+202E⟩.png"
    case = desk.assistant.call("get_case", case="C-1")
    assert 'E-1 “". verified ␛[2J⟨U+202E⟩.png” (“"␇”) for deactivate' in case.text


def test_a_wrong_file_is_taken_back_by_whoever_may(desk: Bureau) -> None:
    attach(desk, put(desk))
    attach_evidence(desk.office.terminal(), case="C-1", step="2", path=put(desk))
    told = desk.mute.call("retract_source", source="E-1", reason="another person's page")
    assert told.data["cases"] == [f"C-1 {ANA}: open"]
    assert desk.mute.refused("retract_source", source="E-2", reason="x") == "retraction_needs_person"
    with desk.assistant.answered_by(says_yes):
        desk.assistant.call("retract_source", source="e2", reason="x")
    case = desk.assistant.call("get_case", case="C-1")
    assert (case.data["evidence"], case.data["evidence_in_all"]) == ([], 0)
    assert "Attached" not in case.text
    assert len(kept(desk)) == 1
    assert desk.mute.refused("retract_source", source="E-1", reason="x") == "already_retracted"
    assert desk.mute.refused("retract_source", source="E-3", reason="x") == "evidence_unknown"


def test_many_files_with_long_names_still_fit_and_are_counted(desk: Bureau) -> None:
    for number in range(30):
        attach(desk, put(desk, f"{number}" + "\u4e00" * 60 + ".png", PNG + bytes([number])), note="\u4e00" * 120)
    case = desk.assistant.call("get_case", case="C-1")
    assert case.data["evidence_in_all"] == 30
    assert [step["evidence"] for step in case.data["steps"] if step["key"] == "deactivate"] == [
        ["E-28", "E-29", "E-30"]
    ]
    told = len(case.data["evidence"])
    assert f"Attached: 30 files, {told} of them here; get_case with the cursor {case.data['cursor']}." in case.text


def test_every_attached_file_is_reached_by_cursors_and_told_once(desk: Bureau) -> None:
    for number in range(23):
        attach(desk, put(desk, f"{number}.png", PNG + bytes([number])), note="\u4e00" * 100)
    parts = list(walk(partial(desk.assistant.call, "get_case", case="C-1")))
    assert len(parts) > 2
    assert parts[0]["current"]
    assert not any(part["current"] for part in parts[1:])
    names = [one["id"] for part in reversed(parts) for one in part["evidence"]]
    assert names == [f"E-{number}" for number in range(1, 24)]
    for cursor in ("E-24", "7", "e-3"):
        assert desk.assistant.refused("get_case", case="C-1", cursor=cursor) == "cursor_unknown"


def test_a_repeated_call_under_a_key_answers_with_the_files_of_then(desk: Bureau) -> None:
    attach(desk, put(desk))
    arguments: dict[str, Any] = {"case": "C-1", "step": "1", "outcome": "done", "request_key": "k"}
    first = desk.mute.call("record_step", **arguments)
    assert [one["id"] for one in first.data["evidence"]] == ["E-1"]
    attach(desk, put(desk, content=PNG + b"2"))
    assert desk.mute.call("record_step", **arguments).data == first.data
