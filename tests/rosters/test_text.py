"""Text from outside is shown with nothing invisible in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from axure_lifecycle.domain.text import shown, starts_formula


@pytest.mark.parametrize(
    ("text", "visible"),
    [
        ("Zoë Kılıç 🎨", "Zoë Kılıç 🎨"),
        ("\x1b]0;x\x07", "␛]0;x␇"),
        ("a\nb\tc\0", "a␊b␉c␀"),
        ("\x7f\x85", "␡⟨U+0085⟩"),
        ("\u202eabc\u2066", "⟨U+202E⟩abc⟨U+2066⟩"),
        ("a\u200bb\ufeff\u2028", "a⟨U+200B⟩b⟨U+FEFF⟩⟨U+2028⟩"),
        ("\ud800", "⟨U+D800⟩"),
        ("a\u00a0b", "a⟨U+00A0⟩b"),
    ],
)
def test_invisible_characters_become_signs(text: str, visible: str) -> None:
    assert shown(text) == visible


@given(st.text(max_size=300), st.integers(0, 250))
def test_nothing_invisible_is_ever_shown_and_nothing_grows_beyond_its_cap(text: str, most: int) -> None:
    visible = shown(text, most)
    assert visible.isprintable()
    assert len(visible) <= most + 1
    assert visible == text or not text.isprintable() or (visible == text[:most] + "…" and len(text) > most)


def test_formulas_are_told_by_their_first_character() -> None:
    assert all(starts_formula(text) for text in ("=1", "+1", "-1", "@x", "\t=1", "\r=1"))
    assert not any(starts_formula(text) for text in ("", "Pat", "1=1", " =1"))
