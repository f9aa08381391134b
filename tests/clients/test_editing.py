"""Whatever a file looks like: adding an entry changes what it says by that entry alone, and no letter beside it."""

import json
import tomllib
from typing import Any, cast

from hypothesis import given, settings
from hypothesis import strategies as st

from axure_lifecycle.clients import jsonc, toml_text

PATH = ("mcpServers", "axure-lifecycle")
ENTRY = {"command": 'C:\\uv "x"', "args": ["run", "Ä\x7f"]}

NOTES = ('  // note, with } and "\n', "/* a\n * { */", "// \r\n")
BLANKS = st.sampled_from(["", " ", "\n", "\r\n", "\t", "\n  ", *NOTES])
KEYS = st.sampled_from(["mcpServers", "axure", "a", "//", "é", "x\\y", "}"])
FLAGS = st.booleans()
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-9, 10**20), st.floats(allow_nan=False, allow_infinity=False), st.text()
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=3)),
    max_leaves=12,
)


@st.composite
def documents(draw: st.DrawFn) -> tuple[Any, str]:
    """A document and its text as somebody may have typed it: blanks and comments anywhere, trailing commas."""
    root: dict[str, Any] = draw(st.dictionaries(KEYS, VALUES, max_size=4))
    if draw(FLAGS):
        root["mcpServers"] = draw(st.dictionaries(KEYS, VALUES, max_size=3))
    elif not isinstance(root.get("mcpServers", {}), dict):
        del root["mcpServers"]

    def blank() -> str:
        return draw(BLANKS)

    def joined(parts: list[str]) -> str:
        trailing = "," if len(parts) > 0 and draw(FLAGS) else ""
        return blank() + ",".join(f"{blank()}{part}{blank()}" for part in parts) + trailing + blank()

    def write(value: Any) -> str:
        if isinstance(value, dict):
            held = cast("dict[str, Any]", value)
            return "{" + joined([f"{json.dumps(key)}{blank()}:{blank()}{write(of)}" for key, of in held.items()]) + "}"
        if isinstance(value, list):
            items = cast("list[object]", value)
            return "[" + joined([write(of) for of in items]) + "]"
        return json.dumps(value, ensure_ascii=draw(FLAGS))

    return root, blank() + write(root) + blank()


@settings(max_examples=300, deadline=None)
@given(documents())
def test_any_jsonc_keeps_every_letter(document: tuple[dict[str, Any], str]) -> None:
    root, text = document
    assert jsonc.read(text) == root

    changed = jsonc.put(text, PATH, ENTRY)

    expected = {**root, "mcpServers": {**root.get("mcpServers", {}), "axure-lifecycle": ENTRY}}
    assert jsonc.read(changed) == expected
    assert comments(changed) == comments(text)
    assert is_two_insertions(text, changed)
    assert jsonc.put(changed, PATH, ENTRY) == changed
    again = jsonc.put(changed, PATH, {"command": "b", "args": []})
    expected["mcpServers"]["axure-lifecycle"] = {"command": "b", "args": []}
    assert jsonc.read(again) == expected
    assert comments(again) == comments(text)


def comments(text: str) -> int:
    """How many of the comments that the documents are made of stand in the text; no string holds a line end."""
    plain = text.replace("\r\n", "\n")
    return sum(plain.count(note.replace("\r\n", "\n")) for note in NOTES)


def is_two_insertions(old: str, new: str) -> bool:
    """Whether the new text is the old one with a comma and one more piece put in."""
    more = len(new) - len(old)
    start = next((place for place, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), len(old))
    if old[start:] == new[start + more :]:
        return True
    if not new.startswith(",", start):
        return False
    rest, after = old[start:], new[start + 1 :]
    second = next((place for place, (a, b) in enumerate(zip(rest, after, strict=False)) if a != b), len(rest))
    return any(rest[at:] == after[at + more - 1 :] for at in range(second + 1))


TABLES = st.dictionaries(
    st.sampled_from(["notes", "axure", "a b", "é"]),
    st.fixed_dictionaries({"command": st.text(st.characters(exclude_categories=["Cs"]), max_size=9)}),
    max_size=3,
)
LINES = st.sampled_from(["", "# note", "  # [mcp_servers.axure-lifecycle]", "\t"])


@st.composite
def toml_texts(draw: st.DrawFn) -> str:
    """A file of Codex with tables, comments and strings that look like tables."""
    end = draw(st.sampled_from(["\n", "\r\n"]))
    lines = [draw(LINES), 'model = "large"', draw(LINES)]
    if draw(FLAGS):
        lines += ["motto = '''", "[mcp_servers.axure-lifecycle]", "command = 'no'", "'''"]
    for name, table in draw(TABLES).items():
        lines += [f"[mcp_servers.{json.dumps(name, ensure_ascii=False)}]", draw(LINES)]
        lines += [
            f"command = {json.dumps(table['command'], ensure_ascii=False)}".replace("\x7f", "\\u007F"),
            draw(LINES),
        ]
    return end.join(lines) + draw(st.sampled_from(["", end]))


@settings(max_examples=200, deadline=None)
@given(toml_texts())
def test_any_toml_keeps_every_letter(text: str) -> None:
    path = ("mcp_servers", "axure-lifecycle")
    expected = tomllib.loads(text)
    changed = toml_text.put(text, path, ENTRY)

    expected.setdefault("mcp_servers", {})["axure-lifecycle"] = ENTRY
    assert tomllib.loads(changed) == expected
    assert changed.startswith(text)
    again = toml_text.put(changed, path, {"command": "b", "args": ["c"]})
    assert tomllib.loads(again)["mcp_servers"]["axure-lifecycle"] == {"command": "b", "args": ["c"]}
    assert again.startswith(text)
