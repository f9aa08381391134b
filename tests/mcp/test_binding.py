"""What reaches a model when a verb does not answer: a sentence and a code, and never a word of an exception of ours."""

import json
from collections.abc import Callable
from typing import Annotated, Any, cast

import anyio
import pytest
from mcp.client import Client
from mcp.server import MCPServer
from mcp.types import CallToolResult, TextContent
from pydantic import Field

from axure_lifecycle.domain.access import Role
from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.mcp_server.binding import OpenDesk, bind
from axure_lifecycle.mcp_server.surface import LateTool, render_surface
from axure_lifecycle_tools.spec import Answer, Desk, Question, Reply, Toolset, Verb

ERAS = ("legacy", "auto")
SECRET = "swordfish-7"


class OutOfTea(LifecycleError):
    """There is no tea."""

    code = "out_of_tea"

    def __init__(self) -> None:
        super().__init__("No tea was poured: the pot is empty. Fill it and call again.")


class Poured(Reply):
    """A cup."""

    cups: int

    def text(self) -> str:
        """How many."""
        return f"{self.cups} cups."


Cups = Annotated[int, Field(description="How many.", le=99)]


def pour(desk: Desk, *, cups: Cups, note: str = "", sugar: Annotated[str | None, Field(max_length=3)] = None) -> Poured:
    """Pour."""
    del desk, note, sugar
    return Poured(cups=cups)


def pour_nothing(desk: Desk, *, cups: Cups) -> Poured:
    """Refuse."""
    raise OutOfTea


def spill(desk: Desk, *, cups: Cups) -> Poured:
    """Fail as no verb should."""
    raise ValueError(SECRET)


def pour_if_asked(desk: Desk, *, cups: Cups, answer: Answer) -> Poured:
    """Pour when somebody was asked."""
    del desk
    return Poured(cups=cups if answer else 0)


def ask_and_spill(desk: Desk, *, cups: int) -> Question | None:
    """Fail while asking."""
    raise KeyError(SECRET)


def ask_in_vain(desk: Desk, *, cups: int) -> Question | None:
    """Refuse before anybody is asked."""
    raise OutOfTea


class EverythingOffered:
    """A desk as far as the server itself looks at one."""

    toolsets = None
    is_read_only = False

    def require_role(self, what: str, needed: frozenset[Role]) -> None:
        """Whoever it is."""

    def require_offered(self, name: str, toolset: str, *, reads_only: bool) -> None:
        """Whatever it is."""


def give_desk(client: str | None, progress: object) -> Desk:
    """A desk that nobody looks at."""
    del client, progress
    return cast("Desk", EverythingOffered())


def refuse_desk(client: str | None, progress: object) -> Desk:
    """No desk: nothing is configured."""
    raise OutOfTea


def break_desk(client: str | None, progress: object) -> Desk:
    """A fault of ours on the way to the desk."""
    raise RuntimeError(SECRET)


def call(
    run: Callable[..., Reply],
    arguments: dict[str, Any],
    *,
    era: str,
    ask: Callable[..., Question | None] | None = None,
    desk: OpenDesk = give_desk,
) -> CallToolResult:
    """Call a verb through a server in this process."""
    verb = Verb(
        name="pour_tea",
        title="Pour tea",
        toolset=Toolset.PEOPLE,
        description="Pours.",
        reply=Poured,
        run=run,
        ask=ask,
        reads_only=True,
        repeats_safely=True,
    )
    entries = render_surface({verb.name: (bind(verb, desk), "people", True)})
    [entry] = json.loads(entries)
    server: MCPServer[Any] = MCPServer("tea", tools=[LateTool.of(entry, lambda: bind(verb, desk))])

    async def talk() -> CallToolResult:
        async with Client(server, mode=era) as client:
            return await client.call_tool("pour_tea", arguments)

    return anyio.run(talk)


def text_of(result: CallToolResult) -> str:
    """The text of a result."""
    return "".join(part.text for part in result.content if isinstance(part, TextContent))


@pytest.mark.parametrize("era", ERAS)
def test_an_answer_is_a_text_and_its_data(era: str) -> None:
    result = call(pour, {"cups": 2}, era=era)
    assert not result.is_error
    assert text_of(result) == "2 cups."
    assert result.structured_content == {"next": "", "cups": 2}


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize(
    ("run", "ask", "desk"),
    [
        (pour_nothing, None, give_desk),
        (pour, None, refuse_desk),
        (pour_if_asked, ask_in_vain, give_desk),
        (pour_if_asked, ask_in_vain, refuse_desk),
    ],
    ids=["the verb refuses", "no desk", "the question refuses", "no desk for the question"],
)
def test_a_refusal_reaches_the_model_as_its_sentence_and_code_and_nothing_else(
    run: Callable[..., Reply], ask: Callable[..., Question | None] | None, desk: OpenDesk, era: str
) -> None:
    result = call(run, {"cups": 2}, ask=ask, desk=desk, era=era)
    assert result.is_error
    assert text_of(result) == "No tea was poured: the pot is empty. Fill it and call again. [out_of_tea]"
    assert result.structured_content is None


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize(
    ("run", "ask", "desk"),
    [(spill, None, give_desk), (pour, None, break_desk), (pour_if_asked, ask_and_spill, give_desk)],
    ids=["the verb", "the desk", "the question"],
)
def test_any_other_exception_keeps_its_words_to_itself(
    run: Callable[..., Reply], ask: Callable[..., Question | None] | None, desk: OpenDesk, era: str
) -> None:
    result = call(run, {"cups": 2}, ask=ask, desk=desk, era=era)
    assert result.is_error
    assert SECRET not in str(result)
    assert "pour_tea" in text_of(result)


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({}, "pour_tea was not run: cups is missing."),
        ({"cups": "7"}, "pour_tea was not run: cups: Input should be a valid integer."),
        ({"cups": True}, "pour_tea was not run: cups: Input should be a valid integer."),
        ({"cups": 100}, "pour_tea was not run: cups: Input should be less than or equal to 99."),
        ({"cups": 1, "milk": 2}, "pour_tea was not run: “milk” is no argument of it."),
        ({"cups": 1, "desk": 2}, "pour_tea was not run: “desk” is no argument of it."),
        ({"cups": 1, "answer": {"yes": True}}, "pour_tea was not run: “answer” is no argument of it."),
        ({"cups": 1, "mi\u202elk\x1b": 2}, "pour_tea was not run: “mi⟨U+202E⟩lk␛” is no argument of it."),
        ({"milk": 2, "sugar": 3}, "pour_tea was not run: cups is missing. sugar: Input should be a valid string. "),
    ],
)
def test_arguments_that_do_not_fit_are_all_named(arguments: dict[str, Any], told: str, era: str) -> None:
    text = text_of(call(pour, arguments, era=era))
    assert text.startswith(told)
    assert text.endswith("Correct the arguments and call again. [arguments_refused]")


@pytest.mark.parametrize("era", ERAS)
def test_no_more_than_a_piece_of_what_was_sent_comes_back(era: str) -> None:
    flood = "drink me " * 10_000
    for arguments in (
        {"cups": flood},
        {"cups": [flood] * 3},
        {flood: 1, "cups": 1},
        {f"{flood}{number}": 1 for number in range(50)},
        {"cups": 1, "sugar": flood},
    ):
        text = text_of(call(pour, arguments, era=era))
        assert text.endswith("[arguments_refused]")
        assert len(text) < 1_500
        assert text.count("drink me") <= 80


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize("note", ["null", "[1, 2]", '{"a": 1}', "true", "7", '"quoted"'])
def test_a_text_that_happens_to_be_json_stays_a_text(note: str, era: str) -> None:
    seen: list[tuple[str, str | None]] = []

    def keep(desk: Desk, *, note: str, sugar: str | None = None) -> Poured:
        del desk
        seen.append((note, sugar))
        return Poured(cups=1)

    assert not call(keep, {"note": note, "sugar": note}, era=era).is_error
    assert seen == [(note, note)]


@pytest.mark.parametrize("era", ERAS)
def test_a_list_that_a_client_sends_as_text_is_still_a_list(era: str) -> None:
    seen: list[list[int] | None] = []

    def keep(desk: Desk, *, cups: list[int] | None = None) -> Poured:
        del desk
        seen.append(cups)
        return Poured(cups=1)

    assert not call(keep, {"cups": "[1, 2]"}, era=era).is_error
    assert seen == [[1, 2]]
