"""A client's file keeps every letter that is not ours, and is put back byte for byte."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from axure_lifecycle.clients import (
    Client,
    ClientEntryUnusual,
    ClientFileChanged,
    ClientFileMalformed,
    NothingToUndo,
    Spot,
    Start,
    carry_out,
    find_spot,
    plan_installation,
    plan_undoing,
    undo,
)
from axure_lifecycle.clients.jsonc import read
from tests.clients.files import FILES
from tests.conftest import Golden

START = Start("/opt/uv", ("run", "--directory", "/home/ana/axure lifecycle", "axure-lifecycle-mcp"))
ENTRY = {"command": START.command, "args": list(START.args)}


def spot_in(project: Path, client: str) -> Spot:
    found = find_spot(Client(client), None if client == "claude-desktop" else project, user=project, environment={})
    assert found is not None
    found.file.parent.mkdir(parents=True, exist_ok=True)
    return found


def said(spot: Spot) -> Any:
    text = spot.file.read_bytes().decode("utf-8-sig")
    return tomllib.loads(text) if spot.is_toml else read(text)


@pytest.mark.parametrize("client", FILES)
def test_the_files_of_every_client_survive_install_and_undo_byte_for_byte(
    client: str, tmp_path: Path, golden: Golden
) -> None:
    spot = spot_in(tmp_path, client)
    before = FILES[client]
    spot.file.write_bytes(before)
    said_before = said(spot)

    plan = plan_installation(spot, START)
    carry_out(plan)

    golden(f"clients/{client}.diff", plan.diff.replace(str(tmp_path), "~") + "\n")
    said_now = said(spot)
    ours = said_now[spot.key].pop("axure-lifecycle")
    assert {key: ours[key] for key in ENTRY} == ENTRY
    assert said_now == said_before
    assert is_within(before, spot.file.read_bytes())
    assert plan_installation(spot, START).is_empty
    undo(plan_undoing(spot))
    assert spot.file.read_bytes() == before
    assert [file.name for file in spot.file.parent.iterdir()] == [spot.file.name]


def is_within(part: bytes, whole: bytes) -> bool:
    """Whether every byte of the part stands in the whole, in its order."""
    left = iter(whole)
    return all(byte in left for byte in part)


@pytest.mark.parametrize("client", [client.value for client in Client])
def test_where_there_was_no_file_there_is_none_again(client: str, tmp_path: Path) -> None:
    spot = spot_in(tmp_path, client)
    if client not in ("claude-desktop", "claude-code"):
        spot.file.parent.rmdir()

    carry_out(plan_installation(spot, START))
    assert said(spot)[spot.key]["axure-lifecycle"]["args"] == list(START.args)

    undo(plan_undoing(spot))
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert client == "claude-desktop" or list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("client", ["cursor", "codex"])
def test_a_program_that_moved_is_named_anew_and_what_people_added_stays(client: str, tmp_path: Path) -> None:
    spot = spot_in(tmp_path, client)
    spot.file.write_bytes(FILES[client])
    carry_out(plan_installation(spot, START))
    first = spot.file.read_bytes()
    more = b"\nenabled = false" if spot.is_toml else b',"off": 1'
    added = first.replace(b'axure-lifecycle-mcp"]', b'axure-lifecycle-mcp"]' + more)
    assert added != first
    spot.file.write_bytes(added)

    carry_out(plan_installation(spot, Start("uv", ("elsewhere",))))

    ours = said(spot)[spot.key]["axure-lifecycle"]
    assert (ours["command"], ours["args"], len(ours)) == ("uv", ["elsewhere"], 3)
    assert b"not this one" not in FILES[client] or b'command = "not this one"' in spot.file.read_bytes()
    undo(plan_undoing(spot))
    assert spot.file.read_bytes() == added
    with pytest.raises(ClientFileChanged, match="compare with"):
        plan_undoing(spot)


@pytest.mark.parametrize("original", [b'{"a":1}', None])
def test_programs_that_take_turns_are_undone_one_by_one_down_to_the_original(
    original: bytes | None, tmp_path: Path
) -> None:
    spot = spot_in(tmp_path, "cursor")
    if original is not None:
        spot.file.write_bytes(original)
    other = Start("uv", ("elsewhere",))
    written = list[bytes]()
    for start in (START, other, START, other, START):
        plan = plan_installation(spot, start)
        carry_out(plan)
        assert plan.kept.read_bytes() == (plan.before or b"")
        written.append(spot.file.read_bytes())

    for before in reversed(written[:-1]):
        undo(plan_undoing(spot))
        assert spot.file.read_bytes() == before
    undo(plan_undoing(spot))
    with pytest.raises(NothingToUndo):
        plan_undoing(spot)
    assert (spot.file.read_bytes() if spot.file.exists() else None) == original
    assert [file for file in tmp_path.rglob("*") if file.is_file()] == ([] if original is None else [spot.file])


def test_an_entry_that_was_removed_by_hand_and_added_again_leaves_one_file_to_put_back(tmp_path: Path) -> None:
    spot = spot_in(tmp_path, "cursor")
    spot.file.write_bytes(FILES["cursor"])
    carry_out(plan_installation(spot, START))
    spot.file.write_bytes(FILES["cursor"])
    carry_out(plan_installation(spot, START))
    undo(plan_undoing(spot))
    assert spot.file.read_bytes() == FILES["cursor"]
    with pytest.raises(NothingToUndo):
        plan_undoing(spot)


def test_what_was_changed_since_is_not_overwritten(tmp_path: Path) -> None:
    spot = spot_in(tmp_path, "cursor")
    spot.file.write_bytes(FILES["cursor"])
    plan = plan_installation(spot, START)
    changed = FILES["cursor"] + b"// more\n"
    spot.file.write_bytes(changed)
    with pytest.raises(ClientFileChanged):
        carry_out(plan)
    assert spot.file.read_bytes() == changed
    with pytest.raises(NothingToUndo):
        plan_undoing(spot)

    carry_out(plan_installation(spot, START))
    undoing = plan_undoing(spot)
    spot.file.write_bytes(spot.file.read_bytes() + b"\n")
    with pytest.raises(ClientFileChanged):
        undo(undoing)


@pytest.mark.parametrize(
    ("client", "content", "where"),
    [
        ("cursor", b'{"mcpServers": {"a": 1 "b": 2}}', "line 1, column 24: expected a comma or }"),
        ("cursor", b'{\n "a": [1,, 2]\n}', "line 2, column 10"),
        ("cursor", b'{"a": /* open', "line 1, column 7: expected the end of this comment"),
        ("cursor", b"[" * 5_000, "at most 100 levels"),
        ("cursor", b"{} {}", "expected the end"),
        ("cursor", b'{"a": "\xff"}', "byte 8 is no UTF-8"),
        ("codex", b"[mcp_servers\n", "line 1"),
    ],
)
def test_a_malformed_file_is_left_alone_and_the_place_is_named(
    client: str, content: bytes, where: str, tmp_path: Path
) -> None:
    spot = spot_in(tmp_path, client)
    spot.file.write_bytes(content)
    with pytest.raises(ClientFileMalformed, match=re.escape(where)):
        plan_installation(spot, START)
    assert spot.file.read_bytes() == content


@pytest.mark.parametrize(
    ("client", "content"),
    [
        ("cursor", b'{"mcpServers": ["a"]}'),
        ("cursor", b'["a"]'),
        ("cursor", b'{"mcpServers": {"axure-lifecycle": {"url": "https://lifecycle.acme.example/mcp"}}}'),
        ("codex", b'mcp_servers = {a = {command = "a"}}\n'),
        ("codex", b'mcp_servers.axure-lifecycle.url = "https://lifecycle.acme.example/mcp"\n'),
        ("codex", b"mcp_servers = 3\n"),
    ],
)
def test_what_stands_in_the_way_is_not_replaced(client: str, content: bytes, tmp_path: Path) -> None:
    spot = spot_in(tmp_path, client)
    spot.file.write_bytes(content)
    with pytest.raises(ClientEntryUnusual):
        plan_installation(spot, START)


def test_a_link_stays_a_link_and_modes_stay(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    spot = spot_in(home, "gemini")
    real = tmp_path / "dotfiles.json"
    real.write_bytes(FILES["gemini"])
    real.chmod(0o640)
    spot.file.symlink_to(real)

    carry_out(plan_installation(spot, START))

    assert spot.file.is_symlink()
    assert real.stat().st_mode & 0o777 == 0o640
    assert said(spot)["mcpServers"]["axure-lifecycle"] == ENTRY
    undo(plan_undoing(spot))
    assert real.read_bytes() == FILES["gemini"]


def test_every_client_has_a_place_on_every_platform(golden: Golden) -> None:
    lines: list[str] = []
    for client in Client:
        for platform, environment in (
            ("linux", {}),
            ("darwin", {}),
            ("win32", {"APPDATA": "/users/ana/AppData/Roaming"}),
        ):
            spot = find_spot(client, user=Path("/users/ana"), platform=platform, environment=environment)
            lines.append(f"{client.value} on {platform}: {'its own command' if spot is None else spot.file.as_posix()}")
    golden("clients/places.txt", "\n".join(lines) + "\n")
