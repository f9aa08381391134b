"""What makes two spellings the same address, and what never does."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from axure_lifecycle.domain.addresses import LONGEST_ADDRESS, Address, looks_alike, normal

LOCAL_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789äöüéèñçøåğışžл.-_+'"
LOCALS = st.text(LOCAL_LETTERS, min_size=1, max_size=20)
LABELS = st.from_regex(r"[a-z0-9][a-z0-9-]{0,10}", fullmatch=True)
ADDRESSES = st.tuples(LOCALS, LABELS).map(lambda parts: f"{parts[0]}@{parts[1]}.example")
BLANKS = st.text(" \t\r\n\u00a0\u2003", max_size=3)


def known(text: str) -> Address:
    address = normal(text)
    assert address is not None, text
    return address


@given(st.text())
def test_the_normal_form_of_a_normal_form_is_itself(text: str) -> None:
    address = normal(text)
    assert address is None or normal(address) == address


@given(ADDRESSES)
def test_what_has_the_shape_of_an_address_is_one_and_stays_as_it_is_in_lower_case(text: str) -> None:
    assert normal(text) == unicodedata.normalize("NFC", text)


@given(ADDRESSES, BLANKS, BLANKS)
def test_blanks_around_an_address_are_no_part_of_it(text: str, before: str, after: str) -> None:
    assert normal(before + text + after) == normal(text)


@given(ADDRESSES)
def test_decomposed_letters_are_the_same_letters(text: str) -> None:
    assert normal(unicodedata.normalize("NFD", text)) == normal(text)


@given(st.from_regex(r"[a-zäöüéñø0-9.]{1,12}@[a-z]{1,8}\.example", fullmatch=True))
def test_upper_case_is_the_same_address(text: str) -> None:
    assert normal(text.upper()) == normal(text)


@given(st.text())
def test_an_address_has_one_sign_at_two_sides_and_nothing_invisible(text: str) -> None:
    address = normal(text)
    if address is not None:
        local, at, domain = address.partition("@")
        assert (local != "", at, "." in domain, "@" in domain) == (True, "@", True, False)
        assert address.isprintable()
        assert not any(character.isspace() for character in address)
        assert len(address) <= LONGEST_ADDRESS


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Lieke Weijers",
        "@acme.example",
        "pat@",
        "pat@acme",
        "pat@acme..example",
        "pat@acme.example.",
        "pat@@acme.example",
        "pat lee@acme.example",
        "Pat Lee <pat@acme.example>",
        "pat@acme.example, lee@acme.example",
        "pat@acme.example;lee@acme.example",
        "pat\u200b@acme.example",  # a blank of no width
        "p\u202eat@acme.example",  # what follows is shown from right to left
        "\ufeffpat@acme.example",
        "pat\x00@acme.example",
        f"{'p' * 250}@acme.example",
    ],
)
def test_what_is_no_single_visible_address_is_none(text: str) -> None:
    assert normal(text) is None


def test_the_longest_address_is_taken_and_one_letter_more_is_not() -> None:
    longest = f"{'p' * (LONGEST_ADDRESS - 13)}@acme.example"
    assert len(longest) == LONGEST_ADDRESS
    assert normal(longest) == longest
    assert normal(f"p{longest}") is None


def test_the_turkish_dotless_i_stays_another_letter() -> None:
    assert normal("D.S.Yılmaz@acme.example") == "d.s.yılmaz@acme.example"
    assert normal("d.s.yılmaz@acme.example") != normal("d.s.yilmaz@acme.example")


def test_the_turkish_capital_i_keeps_its_dot() -> None:
    assert normal("İlker@acme.example") == "i\u0307lker@acme.example"
    assert normal("İlker@acme.example") != normal("ilker@acme.example")


@pytest.mark.parametrize(
    ("imitation", "plain"),
    [
        ("pаt@acme.example", "pat@acme.example"),  # Cyrillic а
        ("раt@acme.example", "pat@acme.example"),  # Cyrillic р and а
        ("οlga@acme.example", "olga@acme.example"),  # Greek omicron
        ("pat@аcme.example", "pat@acme.example"),  # in the domain
        ("ｐat@acme.example", "pat@acme.example"),  # full width
        ("jan‐pat@acme.example", "jan-pat@acme.example"),  # U+2010
        ("pat٠@acme.example", "pat0@acme.example"),  # an Arabic zero
        ("p\ufe0fat@acme.example", "pat@acme.example"),  # a variation selector, which nobody sees
        ("p\u034fat@acme.example", "pat@acme.example"),  # a joiner of graphemes, which nobody sees
    ],
)
def test_a_look_alike_is_another_address_and_flagged(imitation: str, plain: str) -> None:
    assert known(imitation) != known(plain)
    assert looks_alike(known(imitation))
    assert not looks_alike(known(plain))


@pytest.mark.parametrize(
    "honest", ["zoë@acme.example", "d.s.yılmaz@acme.example", "łukasz@acme.example", "İ@acme.example"]
)
def test_latin_letters_of_other_languages_imitate_nobody(honest: str) -> None:
    assert not looks_alike(known(honest))
