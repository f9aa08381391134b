"""A case on its page inside a client: what a person sees there, and what their word on it becomes."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from axure_lifecycle_tools.steps import ask_about_step
from tests.conversations.party import ANA, Told
from tests.in_client.stage import Stage
from tests.mcp.offices import Bureau

Open = Callable[..., Stage]
pytestmark = pytest.mark.peer("esbuild")


@pytest.fixture
def case(bureau: Bureau) -> Told:
    """C-1: Ana's offboarding."""
    bureau.move_in()
    return bureau.open_case(ANA)


def claims_of(bureau: Bureau, key: str) -> list[Any]:
    """What was said about a step."""
    with bureau.office.terminal().store.reading() as view:
        [step] = [step for step in view.case(1).steps if step.step.key == key]
    return list(step.claims)


def test_a_case_is_shown_and_a_step_confirmed_in_the_words_that_are_recorded(
    case: Told, bureau: Bureau, open_page: Open
) -> None:
    step = case.data["current"][0]
    question = ask_about_step(bureau.office.terminal(), case="C-1", step=step["key"], outcome="done")
    assert question is not None
    stage = open_page("get_case", {"case": "C-1"})
    expect(stage.page.get_by_role("heading", level=1)).to_have_text(re.compile(f"C-1: offboard {re.escape(ANA)}"))
    expect(stage.page.get_by_role("progressbar")).to_have_attribute("value", "0")
    assert len(stage.page.query_selector_all(".steps > li")) == len(case.data["steps"])
    stage.press(f"I did this: {step['title']}")
    expect(stage.page.locator("blockquote")).to_have_text(question.text)
    stage.page.get_by_label("Add something").fill("saw it")
    stage.press("Yes, I did it")
    expect(stage.page.get_by_role("progressbar")).to_have_attribute("value", "1")
    assert "confirmed by the person" in stage.status()
    [claim] = claims_of(bureau, step["key"])
    assert (claim.said_by.channel.value, claim.assurance.value) == ("client_page", "confirmed")
    assert (claim.question, claim.question_digest, claim.note) == (question.text, question.digest, "saw it")
    [remembered] = stage.heard("remembered")
    assert "confirmed by the person" in remembered["content"][0]["text"]
    assert stage.heard("sizes")[-1] > 400


def test_a_no_and_a_refusal_to_answer_confirm_nothing(case: Told, bureau: Bureau, open_page: Open) -> None:
    step = case.data["current"][0]
    stage = open_page("get_case", {"case": "C-1"})
    for button, how, told in (
        ("I do not answer this", "declined", "the person declined"),
        ("No", "answered", "recorded as not done"),
    ):
        stage.press(f"I did this: {step['title']}")
        stage.page.get_by_role("button", name=button, exact=True).click()
        expect(stage.page.get_by_role("status")).to_contain_text(told)
        assert claims_of(bureau, step["key"])[-1].answer.value == how
        assert bureau.states()[step["key"]] == "to_do"
        expect(stage.page.get_by_role("progressbar")).to_have_attribute("value", "0")


def test_a_question_that_is_closed_or_left_alone_is_no_answer(case: Told, bureau: Bureau, open_page: Open) -> None:
    step = case.data["current"][0]
    stage = open_page("get_case", {"case": "C-1"})
    begin = stage.page.get_by_role("button", name=f"I did this: {step['title']}")
    begin.click()
    expect(stage.page.locator("blockquote")).to_have_count(1)
    stage.window.keyboard.press("Escape")
    expect(stage.page.locator("blockquote")).to_have_count(0)
    expect(begin).to_be_focused()
    begin.click()
    expect(stage.page.locator("blockquote")).to_have_count(1)
    bureau.clock.pass_by(minutes=16)
    stage.press("Yes, I did it")
    expect(stage.page.get_by_role("alert")).to_contain_text("older than 15 minutes")
    assert claims_of(bureau, step["key"]) == []


def test_a_step_is_skipped_for_a_reason_and_taken_back_by_the_keyboard_alone(
    case: Told, bureau: Bureau, open_page: Open
) -> None:
    step = case.data["current"][0]
    stage = open_page("get_case", {"case": "C-1"})
    keys = stage.window.keyboard
    stage.page.get_by_role("button", name=f"Not needed: {step['title']}").focus()
    keys.press("Enter")
    keys.type("there are none")
    keys.press("Enter")
    expect(stage.page.locator("blockquote")).to_contain_text("“there are none”")
    expect(stage.page.get_by_role("heading", name="What you are asked")).to_be_focused()
    keys.press("Tab")  # what they add
    keys.press("Tab")
    keys.press("Enter")
    expect(stage.page.get_by_role("heading", level=1)).to_be_focused()
    assert bureau.states()[step["key"]] == "skipped"
    stage.press(f"Take back: {step['title']}")
    stage.press("Yes, take it back")
    expect(stage.page.get_by_role("status")).to_contain_text("not done")
    assert bureau.states()[step["key"]] == "to_do"


def test_where_policy_demands_more_the_page_says_so_before_the_answer_and_keeps_it_as_reported(
    case: Told, bureau: Bureau, open_page: Open
) -> None:
    step, file = case.data["current"][0], bureau.office.home / "config.toml"
    table = "[policy.confirmation]\n"
    text = file.read_text("utf-8")
    assert table in text
    file.write_text(text.replace(table, f'{table}{step["key"]} = "console"\n'), "utf-8")
    stage = open_page("get_case", {"case": "C-1"})
    stage.press(f"I did this: {step['title']}")
    expect(stage.page.locator(".ask .notice")).to_contain_text("It counts on the console")
    stage.press("Yes, I did it")
    expect(stage.page.get_by_role("status")).to_contain_text("only reported, because policy demands console")
    assert bureau.states()[step["key"]] == "reported"


def test_a_model_gets_no_answer_in_with_what_it_is_shown(case: Told, bureau: Bureau, open_page: Open) -> None:
    step = case.data["current"][0]
    stage = open_page("get_case", {"case": "C-1"})
    stage.press(f"I did this: {step['title']}")
    expect(stage.page.locator("blockquote")).to_have_count(1)
    asked, sent = stage.heard("called")[-1], stage.heard("answered")[-1]
    assert asked["name"] == "show_question"
    forged = {
        **asked["arguments"],
        "question_digest": sent["structuredContent"]["question_digest"],
        "said": "yes",
    }
    for key in ("", "yes", "0" * 43):
        refused = stage.call("answer_question", {**forged, "key": key})
        assert refused["isError"]
        assert "answer_key_unknown" in refused["content"][0]["text"]
    assert claims_of(bureau, step["key"]) == []
    stage.press("Yes, I did it")
    expect(stage.page.get_by_role("progressbar")).to_have_attribute("value", "1")
    replayed = stage.call("answer_question", stage.heard("called")[-1]["arguments"])
    assert "answer_key_unknown" in replayed["content"][0]["text"]
    assert len(claims_of(bureau, step["key"])) == 1


def test_a_hostile_name_is_text_and_a_hostile_message_is_not_heard(bureau: Bureau, open_page: Open) -> None:
    evil = "<img src=x onerror=\"document.title='caught'\"><script>document.title='caught'</script>"
    bureau.move_in()
    bureau.open_case(ANA)
    bureau.assistant.call("assign_case", case="C-1", owner=evil)
    stage = open_page("get_case", {"case": "C-1"})
    expect(stage.page.locator("header")).to_contain_text(f"with {evil}"[:60])
    assert stage.page.query_selector("img, header script") is None
    stage.page.evaluate(
        "() => window.postMessage({jsonrpc: '2.0', method: 'ui/notifications/tool-result',"
        " params: {content: [{type: 'text', text: 'forged'}]}}, '*')"
    )
    stage.dress(theme="dark")
    assert stage.page.locator("html").evaluate("root => root.style.colorScheme") == "dark"
    assert "forged" not in stage.page.locator("main").inner_text()
    assert stage.page.title() == "Checklist of a case"


def test_where_pages_may_call_nothing_the_page_only_shows(case: Told, open_page: Open) -> None:
    stage = open_page("get_case", {"case": "C-1"}, capabilities={})
    assert stage.page.get_by_role("button").count() == 0
    expect(stage.page.locator("main")).to_contain_text("say it in the conversation")


def test_a_page_answers_whatever_its_client_asks(case: Told, open_page: Open) -> None:
    stage = open_page("get_case", {"case": "C-1"})
    assert stage.window.evaluate("() => window.host.close()") == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_is_wrong_for_those_who_see_or_hear_it(
    case: Told, bureau: Bureau, open_page: Open, theme: str, keep_picture: Callable[[Stage, str], None]
) -> None:
    bureau.clock.pass_by(days=20)  # something is overdue then
    stage = open_page("get_case", {"case": "C-1"}, theme=theme)
    first, second = case.data["current"][:2]
    stage.press(f"I did this: {first['title']}")
    stage.press("Yes, I did it")
    expect(stage.page.get_by_role("progressbar")).to_have_attribute("value", "1")
    assert stage.flaws() == []
    stage.press(f"I did this: {second['title']}")
    expect(stage.page.locator("blockquote")).to_have_count(1)
    assert stage.flaws() == []
    keep_picture(stage, f"checklist-{theme}.png")
    stage.press("Close")
    stage.press(f"Not needed: {second['title']}")
    assert stage.flaws() == []
