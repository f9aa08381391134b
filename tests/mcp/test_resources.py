"""Resources: the same words as the tools', short, and never a bare internal error."""

import json
import re
import sqlite3
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from anyio.from_thread import BlockingPortal
from mcp.client import Client
from mcp.types import INTERNAL_ERROR, INVALID_PARAMS

from axure_lifecycle.app import Workshop
from axure_lifecycle.config import TOOLSETS
from axure_lifecycle.domain.playbooks import Guard, StepPattern
from axure_lifecycle.mcp_server.server import HOUR_MS, build_server
from axure_lifecycle.playbooks import shipped, shipped_names
from axure_lifecycle_tools.spec import Desk
from tests.conversations.party import ANA, MOST_BYTES, Assistant, is_fit_to_be_read
from tests.mcp.offices import Bureau
from tests.mcp.reading import Page, Reader

ERAS = ("legacy", "auto")
SECRET = "swordfish-7"


def parts_of(reader: Reader, uri: str) -> Iterator[str]:
    """Every part of a long page, by the addresses that the parts tell."""
    following: str | None = uri
    for _ in range(50):
        assert following is not None
        text = reader.page(following).text
        yield text
        head, found, last = text.rpartition(" The next: ")
        following = last if found and head else None
        if following is None:
            return
        assert following.startswith(f"{uri}?part=")
    raise AssertionError("it never ends")


def is_short(page: Page) -> bool:
    """Whether it is as short as a tool's answer has to be."""
    return len(json.dumps(page.text, ensure_ascii=False).encode()) <= MOST_BYTES and is_fit_to_be_read(page.text)


def test_every_page_that_is_listed_can_be_read_and_is_short(bureau: Bureau) -> None:
    bureau.move_in()
    bureau.open_case(ANA)
    reader = Reader(bureau.assistant)
    client = bureau.assistant.client
    listed = bureau.assistant.portal.call(client.list_resources).resources
    assert [each.uri for each in listed] == [
        *("axure://facts", "axure://playbooks", "axure://cases", "axure://reports", "axure://audit"),
    ]
    for each in listed:
        page = reader.page(each.uri)
        assert page.mime_type == each.mime_type
        assert is_short(page), each.uri
    for uri in (f"axure://people/{ANA}", "axure://cases/C-1", "axure://audit/1"):
        assert is_short(reader.page(uri)), uri


def test_pages_say_what_the_tools_say(bureau: Bureau) -> None:
    bureau.move_in()
    bureau.open_case(ANA)
    reader = Reader(bureau.assistant)
    checked = bureau.assistant.call("check_user", person=ANA).text
    for spelled in (ANA, ANA.upper(), quote(ANA, safe="")):
        told = reader.page(f"axure://people/{spelled}").text
        assert told == checked
    case = bureau.assistant.call("get_case", case="C-1").text
    for spelled in ("C-1", "c-1", "C1", "1"):
        assert reader.page(f"axure://cases/{spelled}").text == case
    assert reader.page("axure://cases").text == bureau.assistant.call("list_cases").text
    verified = bureau.assistant.call("verify_audit_trail").data
    told = json.loads(reader.page("axure://audit").text)
    assert (told["holds"], told["records"], told["head"]) == (True, verified["records"], verified["head"])


def test_the_head_of_every_report_can_be_read_and_none_of_its_rows(bureau: Bureau) -> None:
    bureau.move_in()
    reader = Reader(bureau.assistant)
    assert "In the home's `reports` folder: 0." in reader.page("axure://reports").text
    built = bureau.assistant.call("build_report", kind="leavers", format="csv").data
    listed = reader.page("axure://reports").text
    assert f"- {Path(built['file']).name}, {built['length']:,} bytes" in listed
    for kind in ("access-review", "leavers", "seats", "cases", "facts", "screens"):
        assert f"axure://reports/{kind}\n" in listed
        page = reader.page(f"axure://reports/{kind}")
        assert is_short(page)
        figures = bureau.assistant.call("build_report", kind=kind).data["figures"]
        assert all(str(value) in page.text for value in figures.values()), kind
        assert ANA not in page.text
    assert reader.proposed("axure://reports/{kind}{?part}", "kind", "s") == ["seats", "screens"]


def test_a_plus_in_an_address_is_a_plus(bureau: Bureau) -> None:
    reader = Reader(bureau.assistant)
    for spelled in ("ana+test@heron.example", "ana%2Btest%40heron.example"):
        assert reader.page(f"axure://people/{spelled}").text.startswith("ana+test@heron.example: ")


def test_a_record_is_shown_as_it_is_stored(bureau: Bureau) -> None:
    bureau.move_in()
    reader = Reader(bureau.assistant)
    with bureau.office.terminal().store.reading() as view:
        stored = list(view.trail())
    for record in stored:
        told = json.loads(reader.page(f"axure://audit/{record.seq}").text)
        assert record.payload is not None
        assert told["payload"] == json.loads(record.payload)
        assert told["payload_is"] == "as stored"
        assert (told["kind"], told["hash"], told["previous"]) == (record.kind, record.hash, record.previous)
    error = reader.refused(f"axure://audit/{len(stored) + 1}")
    assert error.code == INVALID_PARAMS
    assert error.message.endswith("[record_unknown]")


def test_an_erased_record_says_so_and_one_that_was_taken_out_is_not_replaced_by_the_next(bureau: Bureau) -> None:
    bureau.move_in()
    with closing(sqlite3.connect(bureau.store.removeprefix("sqlite:///"))) as store, store:
        store.execute("DELETE FROM audit_payload WHERE seq IN (1, 2)")
        store.execute("DELETE FROM audit_record WHERE seq = 2")
    reader = Reader(bureau.assistant)
    told = json.loads(reader.page("axure://audit/1").text)
    assert (told["payload"], told["payload_is"]) == (None, "erased")
    assert reader.refused("axure://audit/2").message.endswith("[record_unknown]")
    told = json.loads(reader.page("axure://audit").text)
    assert (told["holds"], told["broken_at"]) == (False, 2)


def test_a_long_record_leaves_its_payload_out_and_signs_that_cannot_be_seen_are_escaped(bureau: Bureau) -> None:
    desk = bureau.office.terminal()
    with desk.store.writing(desk.actor) as change:
        change.note("test.noted", {"text": "x" * 9_000})
        change.note("test.noted", {"text": "pat\u202etap"})
    reader = Reader(bureau.assistant)
    long = reader.page("axure://audit/1")
    assert is_short(long)
    assert json.loads(long.text)["payload_is"] == "left out"
    assert "audit export" in long.text
    turned = reader.page("axure://audit/2")
    assert is_fit_to_be_read(turned.text)
    assert json.loads(turned.text)["payload"]["text"] == "pat\u202etap"


@pytest.mark.parametrize(("application", "operation"), shipped_names())
def test_a_playbook_is_shown_whole_in_short_parts(bureau: Bureau, application: str, operation: str) -> None:
    reader = Reader(bureau.assistant)
    uri = f"axure://playbooks/{application}/{operation}"
    assert uri in reader.page("axure://playbooks").text
    whole = "\n".join(parts_of(reader, uri))
    playbook = shipped(application, operation)
    for step in playbook.steps:
        assert step.instruction in whole
        for place in [step.place] if isinstance(step.place, str) else step.place.values():
            assert place in whole
    for guard in playbook.guards:
        assert guard.sentence in whole
    for facts in (*(step.facts for step in playbook.steps), *(guard.facts for guard in playbook.guards)):
        assert facts
        for fact in facts:
            assert fact in whole
    parts: list[StepPattern | Guard] = [*playbook.steps, *playbook.guards]
    assert whole.count("\n- When ") == sum(1 for part in parts if part.when)
    assert whole.count("\n- Unless ") == sum(1 for part in parts if part.unless)
    for number, _ in enumerate(parts_of(reader, uri), 1):
        assert is_short(reader.page(f"{uri}?part={number}"))


def test_the_offboarding_playbook_says_its_conditions_in_words(bureau: Bureau) -> None:
    whole = "\n".join(parts_of(Reader(bureau.assistant), "axure://playbooks/axure/offboard"))
    assert "people sign in by saml, and the identity provider is okta" in whole
    assert "no_roster" not in whole
    assert "deactivate.reversible (unknown)" in whole


def test_the_facts_of_every_topic_are_told_once_in_short_parts(bureau: Bureau) -> None:
    reader = Reader(bureau.assistant)
    topics = bureau.assistant.call("explain_axure").data["topics"]
    listed = reader.page("axure://facts").text
    for topic in topics:
        assert f"axure://facts/{topic}\n" in f"{listed}\n"
        parts = list(parts_of(reader, f"axure://facts/{topic}"))
        ids = [found for part in parts for found in re.findall(r"^  \(.*`([a-z0-9.-]+)`.*\)$", part, re.MULTILINE)]
        assert len(ids) == len(set(ids)) == bureau.assistant.call("explain_axure", topic=topic).data["in_all"], topic
        assert all(is_short(Page(part, "", None, None)) for part in parts)


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize(
    ("uri", "code"),
    [
        ("axure://facts/qqqq", "topic_unknown"),
        ("axure://facts/api?part=99", "part_unknown"),
        ("axure://facts/api?part=0", "part_unknown"),
        ("axure://facts/api?part=-1", "part_unknown"),
        ("axure://facts/api?part=", "part_unknown"),
        ("axure://playbooks/axure/levitate", "playbook_missing"),
        ("axure://playbooks/levitation/offboard", "application_unknown"),
        ("axure://playbooks/around/offboard", "nothing_to_manage"),
        ("axure://people/Ana", "not_an_address"),
        ("axure://people/", "not_an_address"),
        ("axure://cases/C-7", "case_unknown"),
        ("axure://cases/seven", "name_unreadable"),
        ("axure://cases/C-" + "9" * 40, "name_unreadable"),
        ("axure://reports/gossip", "name_unreadable"),
        ("axure://reports/leavers?part=2", "part_unknown"),
        ("axure://audit/0", "record_unknown"),
        ("axure://audit/1e3", "name_unreadable"),
        ("axure://audit/²", "name_unreadable"),
    ],
)
def test_what_names_nothing_is_refused_with_our_sentence(bureau: Bureau, era: str, uri: str, code: str) -> None:
    with talk(bureau.office.workshop, bureau.assistant.portal, era) as reader:
        error = reader.refused(uri)
    assert error.code == INVALID_PARAMS
    assert error.message.endswith(f" [{code}]")
    assert error.data == {"uri": uri}
    assert len(error.message) < 1_000
    assert is_fit_to_be_read(error.message)


@pytest.mark.parametrize("uri", ["axure://nothing", "axure://facts/a/b", "file:///etc/passwd", "axure://people/%00"])
def test_what_is_not_offered_is_unknown_as_the_specification_says(bureau: Bureau, uri: str) -> None:
    error = Reader(bureau.assistant).refused(uri)
    assert error.code == INVALID_PARAMS
    assert error.data == {"uri": uri}


@contextmanager
def talk(
    workshop: Any, portal: BlockingPortal, era: str = "auto", *, toolsets: Any = TOOLSETS, reads_only: bool = False
) -> Generator[Reader]:
    """A reader at a server of its own."""
    open_desk = workshop.desk_for_client if isinstance(workshop, Workshop) else workshop
    client = Client(build_server(open_desk, toolsets=toolsets, reads_only=reads_only), mode=era)
    with portal.wrap_async_context_manager(client):
        yield Reader(Assistant(portal, client))


@pytest.mark.parametrize("era", ERAS)
def test_without_a_configuration_pages_say_how_to_begin(tmp_path: Path, portal: BlockingPortal, era: str) -> None:
    with closing(Workshop(tmp_path / "none")) as workshop, talk(workshop, portal, era) as reader:
        for uri in ("axure://facts", "axure://facts/api", f"axure://people/{ANA}", "axure://audit"):
            error = reader.refused(uri)
            assert error.code == INTERNAL_ERROR
            assert "axure-lifecycle init" in error.message
            assert error.message.endswith("[not_configured]")


def test_a_fault_of_ours_reaches_no_client(portal: BlockingPortal, caplog: pytest.LogCaptureFixture) -> None:
    def spill(client: str | None, progress: object) -> Desk:
        raise ValueError(SECRET)

    with talk(spill, portal) as reader:
        for uri in ("axure://cases", "axure://cases/C-1"):
            error = reader.refused(uri)
            assert error.code == INTERNAL_ERROR
            assert SECRET not in error.model_dump_json()
        refused = reader.completion_refused("offboard_person", "ana")
        assert refused.code == INTERNAL_ERROR
        assert SECRET not in refused.model_dump_json()
    assert SECRET in caplog.text, "whoever runs the server reads it in its log"


def test_the_pages_of_a_toolset_that_is_off_are_not_offered(bureau: Bureau) -> None:
    with talk(bureau.office.workshop, bureau.assistant.portal, toolsets=["knowledge", "cases"]) as reader:
        client = reader.assistant.client
        resources = reader.assistant.portal.call(client.list_resources).resources
        templates = reader.assistant.portal.call(client.list_resource_templates).resource_templates
        assert [each.name for each in resources] == ["topics", "playbooks", "cases"]
        assert [each.name for each in templates] == ["facts", "playbook", "case"]
        for uri in (f"axure://people/{ANA}", "axure://audit", "axure://audit/1"):
            assert reader.refused(uri).message == f"Unknown resource: {uri}"
        assert reader.completion_refused("axure://people/{address}").code == INVALID_PARAMS


def test_a_configuration_that_only_reads_offers_every_page(bureau: Bureau) -> None:
    with talk(bureau.office.workshop, bureau.assistant.portal, reads_only=True) as reader:
        client = reader.assistant.client
        assert len(reader.assistant.portal.call(client.list_resources).resources) == 5
        assert len(reader.assistant.portal.call(client.list_resource_templates).resource_templates) == 6


def test_clients_may_keep_what_is_listed_and_shipped_and_nothing_else(bureau: Bureau) -> None:
    bureau.move_in()
    reader, client, portal = Reader(bureau.assistant), bureau.assistant.client, bureau.assistant.portal
    for listed in (portal.call(client.list_tools), portal.call(client.list_resources)):
        assert (listed.ttl_ms, listed.cache_scope) == (HOUR_MS, "private"), "it is as this client can use it"
    for result in (portal.call(client.list_resource_templates), portal.call(client.list_prompts)):
        assert (result.ttl_ms, result.cache_scope) == (HOUR_MS, "public")
    for uri in ("axure://playbooks", "axure://playbooks/axure/offboard"):
        page = reader.page(uri)
        assert (page.ttl_ms, page.scope) == (HOUR_MS, "public")
    for uri in ("axure://facts/api", f"axure://people/{ANA}", "axure://cases", "axure://audit", "axure://audit/1"):
        page = reader.page(uri)
        assert (page.ttl_ms, page.scope) == (0, "private"), uri
