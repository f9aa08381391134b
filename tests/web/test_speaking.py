"""The lines that a server writes about itself: all of them, in their order, and soon."""

import asyncio
import io
import json
import logging
import sys
import weakref
from collections.abc import Iterator

import pytest

from axure_lifecycle.web.speaking import OURS, log, say, speak_json


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What is written to standard error while lines are written as a server's."""
    root, ours = logging.getLogger(), logging.getLogger(OURS)
    before = root.handlers[:], root.level, ours.level
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    speak_json("7")
    yield stream
    root.handlers[:] = before[0]
    root.setLevel(before[1])
    ours.setLevel(before[2])


def events(written: io.StringIO) -> list[str]:
    """The names of what was said, line by line."""
    return [json.loads(line)["event"] for line in written.getvalue().splitlines()]


def test_what_a_loop_says_is_written_soon_and_a_warning_at_once_with_all_before_it(written: io.StringIO) -> None:
    async def speak() -> None:
        say("first")
        say("second")
        assert events(written) == []
        await asyncio.sleep(0.1)
        assert events(written) == ["first", "second"]
        say("third")
        log.warning("fourth")
        assert events(written) == ["first", "second", "third", "fourth"]

    asyncio.run(speak())


def test_what_a_loop_left_unwritten_keeps_nothing_back_that_another_one_says(written: io.StringIO) -> None:
    async def speak(event: str, then: float) -> None:
        say(event)
        await asyncio.sleep(then)

    asyncio.run(speak("left", 0))
    asyncio.run(speak("later", 0.1))
    assert events(written) == ["left", "later"]


def test_what_is_said_without_a_loop_is_written_at_once(written: io.StringIO) -> None:
    say("alone")
    assert events(written) == ["alone"]


def test_what_a_loop_said_last_is_written_when_the_process_ends(written: io.StringIO) -> None:
    async def speak() -> None:
        say("farewell")

    asyncio.run(speak())
    assert events(written) == []
    logging.shutdown([weakref.ref(logging.getLogger().handlers[0])])  # as the library does at the end
    assert events(written) == ["farewell"]
