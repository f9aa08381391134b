"""Where a client can open an address, a person is led to the console; opening it is never an answer."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any, Final

import pytest
from anyio.from_thread import BlockingPortal
from mcp.client import Client, ClientRequestContext
from mcp.types import ElicitRequestParams, ElicitRequestURLParams, ElicitResult

from axure_lifecycle.app import Workshop
from axure_lifecycle.config import TOOLSETS
from axure_lifecycle.domain.holdings import Channel
from axure_lifecycle.domain.serving import APPROVAL_PATH, STEP_PATH
from axure_lifecycle.mcp_server.server import build_server
from axure_lifecycle.web.console.site import PAGES
from axure_lifecycle_tools.spec import Answered
from axure_lifecycle_tools.steps import ask_about_step, record_step
from tests.conversations.conftest import SERVER
from tests.conversations.party import ANA, Assistant, Told
from tests.conversations.wire import MODERN, connect
from tests.mcp.offices import Bureau

CONSOLE: Final = "https://lifecycle.heron.example"
ERAS: Final = ("legacy", "auto")
Ask = Callable[..., tuple[Assistant, list[ElicitRequestParams]]]


@pytest.fixture
def case(bureau: Bureau) -> Told:
    """C-1: Ana's offboarding."""
    bureau.move_in()
    return bureau.open_case(ANA)


@pytest.fixture
def client_that(bureau: Bureau, portal: BlockingPortal) -> Iterator[Ask]:
    """Gives a client that takes forms and opens addresses, does one thing with each, and writes down what came."""
    with ExitStack() as stack:

        def client_that(does: ElicitResult, era: str, console: str | None = CONSOLE) -> Any:
            asked: list[ElicitRequestParams] = []

            async def answer(context: ClientRequestContext, params: ElicitRequestParams) -> ElicitResult:
                del context
                asked.append(params)
                return does

            workshop = Workshop(bureau.office.home, bureau.clock)
            stack.callback(workshop.close)
            server = build_server(workshop.desk_for_client, toolsets=TOOLSETS, reads_only=False, console=console)
            client = Client(server, mode=era, elicitation_callback=answer)
            stack.enter_context(portal.wrap_async_context_manager(client))
            return Assistant(portal, client), asked

        yield client_that


def demand(bureau: Bureau, step: str, strength: str) -> None:
    """Policy wants a stronger word for a step."""
    file = bureau.office.home / "config.toml"
    text = file.read_text("utf-8")
    table = "[policy.confirmation]\n"
    file.write_text(text.replace(table, f'{table}{step} = "{strength}"\n') if table in text else "", "utf-8")


def first_of(case: Told) -> str:
    """The step that can be done first."""
    return str(case.data["current"][0]["key"])


@pytest.mark.parametrize("action", ["accept", "decline", "cancel"])
@pytest.mark.parametrize("era", ERAS)
def test_where_policy_demands_more_than_a_client_can_give_its_person_is_led_and_nothing_is_confirmed(
    case: Told, bureau: Bureau, client_that: Ask, era: str, action: Any
) -> None:
    step = first_of(case)
    demand(bureau, step, "console")
    assistant, asked = client_that(ElicitResult(action=action), era)
    told = assistant.call("record_step", case="C-1", step=step, outcome="done")
    [led] = asked
    assert isinstance(led, ElicitRequestURLParams)
    page = f"{CONSOLE}/cases/C-1/steps/{step}/done"
    assert led.url == page
    question = ask_about_step(bureau.office.terminal(), case="C-1", step=step, outcome="done")
    assert question is not None
    assert led.message == f"{question.text}\nThis is answered on the console; opening it answers nothing."
    assert told.states[step] == "reported"
    assert told.text.endswith(f"The person can answer on {page}")
    desk = bureau.office.workshop.desk(Channel.CONSOLE)
    answer = Answered(yes=True, note="", question=question, channel=Channel.CONSOLE)
    record_step(desk, case="C-1", step=step, outcome="done", answer=answer)
    assert bureau.states()[step] == "confirmed"


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize(("console", "strength"), [(CONSOLE, "client"), (None, "console")])
def test_a_form_is_put_where_its_answer_can_count_or_no_console_is_there(
    case: Told, bureau: Bureau, client_that: Ask, era: str, console: str | None, strength: str
) -> None:
    step = first_of(case)
    demand(bureau, step, strength)
    yes = ElicitResult(action="accept", content={"yes": True, "note": ""})
    assistant, asked = client_that(yes, era, console)
    told = assistant.call("record_step", case="C-1", step=step, outcome="done")
    assert [one.mode for one in asked] == ["form"]
    assert told.states[step] == {"client": "confirmed", "console": "reported"}[strength]
    assert "can answer on" not in told.text


@pytest.mark.parametrize("era", ERAS)
def test_a_deactivation_leads_to_the_step_of_the_case_that_stands(
    case: Told, bureau: Bureau, client_that: Ask, era: str
) -> None:
    demand(bureau, "deactivate", "second_factor")
    assistant, asked = client_that(ElicitResult(action="accept"), era)
    told = assistant.call("record_deactivation", person=ANA)
    assert [getattr(one, "url", "") for one in asked] == [f"{CONSOLE}/cases/C-1/steps/deactivate/done"]
    assert told.states["deactivate"] == "reported"


@pytest.mark.parametrize("era", ["2025-11-25", MODERN])
def test_a_client_that_only_opens_addresses_is_led_once_and_its_word_stays_reported(
    case: Told, bureau: Bureau, era: str
) -> None:
    step, file = first_of(case), bureau.office.home / "config.toml"
    text = file.read_text("utf-8")
    assert text.count("\n[serve]\n") == 1
    file.write_text(text.replace("\n[serve]\n", f'\n[serve]\npublic_url = "{CONSOLE}"\ntokens = true\n'), "utf-8")
    page = f"{CONSOLE}/cases/C-1/steps/{step}/done"
    given = {"case": "C-1", "step": step, "outcome": "done"}
    with connect(SERVER, bureau.office.home, era, {"elicitation": {"url": {}}}) as wire:
        wire.answer = lambda _: {"action": "accept"}
        result = wire.call("record_step", given)
        if era == MODERN:
            assert result["resultType"] == "input_required", result
            [(name, led)] = result["inputRequests"].items()
            result = wire.call("record_step", given, inputResponses={name: {"action": "accept"}})
        else:
            [led] = wire.requests
        assert led["method"] == "elicitation/create"
        assert (led["params"]["mode"], led["params"]["url"]) == ("url", page)
    assert {one["key"]: one["state"] for one in result["structuredContent"]["steps"]}[step] == "reported"
    assert page in result["content"][0]["text"]


def test_the_addresses_are_pages_of_the_console() -> None:
    assert {path for path, _, _ in PAGES} >= {STEP_PATH, APPROVAL_PATH}
