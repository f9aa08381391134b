"""What a page inside the client is told, and what an answer on it is worth."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path
from threading import Barrier
from typing import Any, Final

import pytest
from anyio.from_thread import BlockingPortal
from mcp.client import Client, advertise
from mcp.server.apps import APP_MIME_TYPE, EXTENSION_ID
from mcp.types import Implementation

from axure_lifecycle.app import Workshop
from axure_lifecycle.config import TOOLSETS
from axure_lifecycle.mcp_server.apps import CHECKLIST, DISCREPANCIES, PAGES
from axure_lifecycle.mcp_server.page_tools import KEY_IN_META, AnswerKeyUnknown, answer_question, show_question
from axure_lifecycle.mcp_server.server import build_server
from axure_lifecycle_tools.spec import Desk
from axure_lifecycle_tools.steps import ask_about_step
from tests.conftest import Golden
from tests.conversations.party import ANA, Assistant, Told, size_of
from tests.mcp.offices import Bureau

SHOWS_PAGES: Final = advertise(EXTENSION_ID, {"mimeTypes": [APP_MIME_TYPE]})
ERAS: Final = ("legacy", "auto")
MOST_BYTES: Final = 48_000
Hire = Callable[..., Assistant]


@pytest.fixture
def hire(bureau: Bureau, portal: BlockingPortal) -> Iterator[Hire]:
    """Gives clients of the bureau's home, each beside a server of its own."""
    with ExitStack() as stack:

        def hire(*, name: str = "pages", shows_pages: bool = True, era: str = "auto", reads_only: bool = False) -> Any:
            workshop = Workshop(bureau.office.home, bureau.clock)
            stack.callback(workshop.close)
            server = build_server(workshop.desk_for_client, toolsets=TOOLSETS, reads_only=reads_only)
            extensions = [SHOWS_PAGES] if shows_pages else []
            me = Implementation(name=name, version="1")
            client = Client(server, mode=era, extensions=extensions, client_info=me)
            stack.enter_context(portal.wrap_async_context_manager(client))
            return Assistant(portal, client)

        yield hire


@pytest.fixture
def case(bureau: Bureau) -> Told:
    """C-1: Ana's offboarding."""
    bureau.move_in()
    return bureau.open_case(ANA)


def first_of(case: Told) -> str:
    """The step that can be done first."""
    return str(case.data["current"][0]["key"])


def put(page: Assistant, step: str, outcome: str = "done", note: str = "") -> dict[str, Any]:
    """Let the page ask; what it then sends with an answer."""
    result = page.send("show_question", {"case": "C-1", "step": step, "outcome": outcome, "note": note})
    assert not result.is_error, result.content
    assert result.meta is not None
    asked: dict[str, Any] = result.structured_content or {}
    key = str(result.meta[KEY_IN_META])
    in_sight = [part.model_dump(mode="json") for part in result.content]
    assert key not in json.dumps([in_sight, asked]), "a model could read the key"
    assert size_of(result) < 8_000
    about = {"case": "C-1", "step": step, "outcome": outcome, "note": note}
    return {**about, "question_digest": asked["question_digest"], "key": key, "question": asked["question"]}


def answer(page: Assistant, asked: dict[str, Any], said: str = "yes", **other: Any) -> Told:
    """Send the person's answer."""
    return page.call("answer_question", **_sent(asked, said, other))


def refusal(page: Assistant, asked: dict[str, Any], said: str = "yes", **other: Any) -> str:
    """Send an answer that is not taken; the code."""
    return page.refused("answer_question", **_sent(asked, said, other))


def _sent(asked: dict[str, Any], said: str, other: dict[str, Any]) -> dict[str, Any]:
    return {**{name: value for name, value in asked.items() if name != "question"}, "said": said, **other}


@pytest.mark.parametrize("era", ERAS)
def test_only_a_client_that_shows_pages_is_told_of_them(hire: Hire, era: str, golden: Golden) -> None:
    page, plain = hire(era=era), hire(era=era, shows_pages=False)
    portal = page.portal
    with_pages, without = (portal.call(each.client.list_tools).tools for each in (page, plain))
    links = {tool.name: (tool.meta or {}).get("ui") for tool in with_pages}
    assert links["get_case"] == {"resourceUri": CHECKLIST.uri}
    assert links["record_step"] == {"resourceUri": CHECKLIST.uri}
    assert links["find_discrepancies"] == {"resourceUri": DISCREPANCIES.uri}
    assert links["check_user"] is None
    reserved = {"resourceUri": CHECKLIST.uri, "visibility": ["app"]}
    assert {name for name, link in links.items() if link == reserved} == {"show_question", "answer_question"}
    assert {tool.name for tool in without} == set(links) - {"show_question", "answer_question"}
    assert not any((tool.meta or {}).get("ui") for tool in without)
    sent = [tool.model_dump(mode="json", by_alias=True, exclude_none=True) for tool in with_pages]
    # By the specification a client gives its model no tool that is the page's alone.
    for_a_model = [tool for tool in sent if tool["name"] not in ("show_question", "answer_question")]
    assert len(json.dumps(for_a_model, ensure_ascii=False, separators=(",", ":")).encode()) < MOST_BYTES
    for tool in sent:
        if tool["name"] in ("show_question", "answer_question"):
            golden(
                f"mcp/page_tools/{tool['name']}.json",
                json.dumps(tool, ensure_ascii=False, indent=1, sort_keys=True) + "\n",
            )
    listed, hidden = (
        {str(one.uri): one for one in portal.call(each.client.list_resources).resources} for each in (page, plain)
    )
    assert set(listed) - set(hidden) == {one.uri for one in PAGES}
    for one in PAGES:
        told = listed[one.uri].model_dump(mode="json", by_alias=True, exclude_none=True)
        golden(
            f"mcp/resources_of_pages/{one.name}.json",
            json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True) + "\n",
        )


@pytest.mark.parametrize("uri", [one.uri for one in PAGES])
def test_a_page_is_one_document_that_reaches_nothing(hire: Hire, uri: str) -> None:
    page = hire()
    [content] = page.portal.call(page.client.read_resource, uri).contents
    assert content.mime_type == APP_MIME_TYPE
    assert content.meta == {"ui": {"prefersBorder": True}}, "a domain that is declared is a domain that is reached"
    text = str(getattr(content, "text", ""))
    assert text.startswith("<!doctype html>")
    for outward in ("http:", "https:", "//cdn", "src=", "href=", "@import", "url(", "fetch(", "XMLHttpRequest"):
        assert outward not in text, outward
    for parsed in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function"):
        assert parsed not in text, f"{parsed} would make what comes from outside more than text"


def test_a_page_is_offered_with_its_toolset_and_answers_only_where_something_may_be_written(
    hire: Hire, bureau: Bureau, portal: BlockingPortal
) -> None:
    looks = hire(reads_only=True)
    names = {tool.name for tool in portal.call(looks.client.list_tools).tools}
    assert "get_case" in names
    assert not names & {"show_question", "answer_question"}


@pytest.mark.parametrize("era", ERAS)
def test_a_yes_on_the_page_confirms_the_words_that_were_shown_whichever_process_takes_it(
    case: Told, bureau: Bureau, hire: Hire, era: str
) -> None:
    step = first_of(case)
    question = ask_about_step(bureau.office.terminal(), case="C-1", step=step, outcome="done")
    assert question is not None
    asked = put(hire(era=era), step)
    assert asked["question"] == question.text
    told = answer(hire(era=era), asked, words="saw it myself")
    assert told.states[step] == "confirmed"
    [shown] = [one for one in told.data["steps"] if one["key"] == step]
    assert shown["channel"] == "client_page"
    assert "on the page inside the client" in bureau.assistant.call("get_case", case="C-1").text
    with bureau.office.terminal().store.reading() as view:
        [claim] = [one for each in view.case(1).steps if each.step.key == step for one in each.claims]
    assert (claim.question, claim.question_digest) == (question.text, question.digest)
    assert claim.note == "saw it myself"


@pytest.mark.parametrize(("said", "state"), [("no", "to_do"), ("declined", "to_do")])
def test_whatever_is_no_yes_confirms_nothing_and_is_kept(
    case: Told, bureau: Bureau, hire: Hire, said: str, state: str
) -> None:
    step, page = first_of(case), hire()
    told = answer(page, put(page, step), said)
    assert told.states[step] == state
    with bureau.office.terminal().store.reading() as view:
        [claim] = [one for each in view.case(1).steps if each.step.key == step for one in each.claims]
    assert claim.answer.value == {"no": "answered", "declined": "declined"}[said]
    assert claim.outcome.value == {"no": "not_done", "declined": "done"}[said]


def test_a_question_that_nobody_answers_leaves_no_trace_in_the_case(case: Told, bureau: Bureau, hire: Hire) -> None:
    step = first_of(case)
    put(hire(), step)
    bureau.clock.pass_by(hours=1)
    with bureau.office.terminal().store.reading() as view:
        assert [one for each in view.case(1).steps for one in each.claims] == []


def test_a_key_serves_one_answer(case: Told, bureau: Bureau, hire: Hire) -> None:
    step, page = first_of(case), hire()
    asked = put(page, step)
    assert answer(page, asked, "declined").states[step] == "to_do"
    assert refusal(page, asked) == "answer_key_unknown"
    assert bureau.states()[step] == "to_do"


@pytest.mark.parametrize(
    "other",
    [
        {"key": ""},
        {"key": "A" * 43},
        {"note": "another reason"},
        {"outcome": "skipped", "note": "not needed"},
        {"question_digest": "0" * 64},
    ],
)
def test_an_answer_without_the_key_for_exactly_these_words_is_refused(
    case: Told, bureau: Bureau, hire: Hire, other: dict[str, Any]
) -> None:
    step, page = first_of(case), hire()
    asked = put(page, step)
    assert refusal(page, asked, **other) == "answer_key_unknown"
    assert bureau.states()[step] == "to_do"


def test_a_key_is_good_for_one_step_one_client_and_a_quarter_of_an_hour(case: Told, bureau: Bureau, hire: Hire) -> None:
    here, elsewhere = hire(), hire(name="another")
    first, second = [one["key"] for one in case.data["current"]][:2]
    assert refusal(here, put(here, first), step=second) == "answer_key_unknown"
    assert refusal(elsewhere, put(here, first)) == "answer_key_unknown"
    asked = put(here, first)
    bureau.clock.pass_by(minutes=15, seconds=1)
    assert refusal(here, asked) == "answer_key_unknown"
    assert set(bureau.states().values()) == {"to_do"}


@pytest.mark.parametrize("other", [{"name": "kim@heron.example"}, {"proof": "token T-8"}])
def test_a_key_is_good_for_whoever_it_was_given_to(case: Told, bureau: Bureau, other: dict[str, Any]) -> None:
    step, desk = first_of(case), bureau.office.workshop.desk_for_client("pages 1", None)
    mine = replace(desk, actor=replace(desk.actor, proof="token T-7"))
    theirs = replace(desk, actor=replace(mine.actor, **other))
    asked = show_question(mine, case="C-1", step=step, outcome="done")
    about = {"case": "C-1", "step": step, "question_digest": asked.question_digest, "key": asked.aside()[KEY_IN_META]}
    with pytest.raises(AnswerKeyUnknown):
        answer_question(theirs, outcome="done", said="yes", **about)
    assert bureau.states()[step] == "to_do"
    assert answer_question(mine, outcome="done", said="yes", **about).state == "open"
    assert bureau.states()[step] == "confirmed"


def test_what_changed_under_the_question_is_asked_anew(case: Told, bureau: Bureau, hire: Hire) -> None:
    step, page = first_of(case), hire()
    asked = put(page, step)
    bureau.confirm_all(case)
    assert refusal(page, asked) == "question_drifted"
    assert page.refused("show_question", case="C-1", step=step, outcome="done") == "nothing_to_ask"


@pytest.mark.parametrize("era", ERAS)
def test_a_client_that_shows_no_pages_cannot_answer_for_one(case: Told, bureau: Bureau, hire: Hire, era: str) -> None:
    step = first_of(case)
    asked = put(hire(name="same", era=era), step)
    plain = hire(name="same", era=era, shows_pages=False)
    assert plain.refused("show_question", case="C-1", step=step, outcome="done") == "page_only"
    assert refusal(plain, asked) == "page_only"
    assert bureau.states()[step] == "to_do"


def test_the_store_keeps_no_key_and_no_word_of_an_open_question(
    case: Told, bureau: Bureau, hire: Hire, tmp_path: Path
) -> None:
    asked = put(hire(), first_of(case), "skipped", "Quetzalcoatl said so")
    kept = b"".join(file.read_bytes() for file in tmp_path.glob("store.sqlite*"))
    assert kept
    assert asked["key"].encode() not in kept
    assert b"Quetzalcoatl" not in kept


def test_of_two_processes_that_take_an_answer_at_once_one_writes_it(each_bureau: Bureau) -> None:
    each_bureau.move_in()
    step = first_of(each_bureau.open_case(ANA))
    with closing(Workshop(each_bureau.office.home, each_bureau.clock)) as other:
        here, there = (one.desk_for_client("pages 1", None) for one in (each_bureau.office.workshop, other))
        asked = show_question(here, case="C-1", step=step, outcome="done")
        start = Barrier(2)

        def answer_at(desk: Desk) -> str:
            start.wait(timeout=20)
            try:
                key = asked.aside()[KEY_IN_META]
                about: Any = {"question_digest": asked.question_digest, "said": "yes", "key": key}
                return answer_question(desk, case="C-1", step=step, outcome="done", **about).state
            except AnswerKeyUnknown as error:
                return error.code

        with ThreadPoolExecutor(2) as both:
            assert sorted(both.map(answer_at, (here, there))) == ["answer_key_unknown", "open"]
    assert each_bureau.states()[step] == "confirmed"
