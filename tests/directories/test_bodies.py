"""What answers hold: JSON or a flaw, a word for an error, and no secret that is told."""

import json

import httpx
from hypothesis import given
from hypothesis import strategies as st

from axure_lifecycle.directories.bodies import parse_json
from axure_lifecycle.directories.redaction import redact, word_of_error


@given(st.binary(max_size=200), st.sampled_from(["application/json", "text/html", "", "application/problem+json"]))
def test_any_body_is_json_or_has_a_flaw(raw: bytes, kind: str) -> None:
    body, flaw = parse_json(httpx.Headers({"content-type": kind}), raw)

    assert body is None or flaw is None
    if flaw is None:
        assert kind.endswith("json")
        json.dumps(body, allow_nan=False)


@given(
    st.recursive(
        st.none() | st.booleans() | st.text(st.characters()) | st.integers() | st.floats(-1e300, 1e300), st.lists
    )
)
def test_a_body_says_what_the_usual_parser_says(value: object) -> None:
    """Half of a surrogate pair included, which some parsers refuse."""
    raw = json.dumps(value).encode()

    assert parse_json(httpx.Headers({"content-type": "application/json"}), raw) == (value, None)


def test_half_of_a_surrogate_pair_keeps_nobody_unread() -> None:
    raw = rb'{"name": "Ana \ud83d", "id": "1"}'

    assert parse_json(httpx.Headers({"content-type": "application/json"}), raw)[0] == {"name": "Ana \ud83d", "id": "1"}


def test_deep_nesting_and_numbers_that_are_none_are_flaws() -> None:
    headers = httpx.Headers({"content-type": "application/json"})
    for raw in (b"[" * 100_000, b"NaN", b"[Infinity]", b"1" * 10_000):
        assert parse_json(headers, raw) == (None, "JSON that is broken")


@given(
    st.recursive(
        st.none() | st.text() | st.integers(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(st.sampled_from(["error", "errors", "errorCode", "code", "reason"]), inner)
        ),
    )
)
def test_any_error_has_a_word_or_none(body: object) -> None:
    assert word_of_error(body).isprintable()


@given(st.text(max_size=60), st.text(max_size=60), st.text(min_size=8, max_size=60))
def test_no_run_of_eight_characters_of_a_secret_is_told(before: str, behind: str, secret: str) -> None:
    told = redact(before + secret + behind, [secret])

    assert told == "(concealed)"
