"""The pictures of the console are there, light and dark, and small."""

import re

from tests.docs.test_readme import ROOT

PAGE = ROOT / "docs" / "console.md"
MOST_BYTES = 150_000


def test_each_picture_is_there_and_small_and_none_is_left_over() -> None:
    named = set(re.findall(r"\(console/([a-z-]+\.png)\)", PAGE.read_text("utf-8")))
    kept = {file.name: file for file in (ROOT / "docs" / "console").iterdir()}
    assert named <= kept.keys()
    for name, file in kept.items():
        content = file.read_bytes()
        assert content.startswith(b"\x89PNG\r\n\x1a\n"), name
        assert len(content) < MOST_BYTES, name
        assert name.replace("light", "dark") in kept or name.replace("dark", "light") in kept
