"""On a real organisation: small answers with exact counts, and cursors that reach everything exactly once."""

import csv
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from mcp.types import ElicitResult

from tests.cli.conftest import DAY_BEFORE
from tests.conversations.party import (
    Assistant,
    Member,
    Office,
    Seat,
    licence_list,
    members_page,
    says_yes,
    size_of,
    table,
    text_of,
)

OWNER_OF_11 = "f.sahetapy@acme.example"
MANAGER_OF_100 = "g.y.vandenbroek@acme.example"


def move_acme_in(assistant: Assistant, office: Office, acme: Path) -> None:
    """Bring Acme's three files as a person stands for them, of yesterday."""
    for kind, name in (("members", "members-pasted.txt"), ("seats", "seats.csv"), ("directory", "directory.csv")):
        path = office.put(name, (acme / name).read_text("utf-8"))
        preview = assistant.call("import_roster", kind=kind, path=path)
        with assistant.answered_by(says_yes):
            assistant.call(
                "import_roster", kind=kind, path=path, digest=preview.data["digest"], taken_on=DAY_BEFORE, complete=True
            )


def key_of(acme: Path) -> dict[str, str]:
    """The answer key: address → verdict."""
    with (acme / "key.csv").open(encoding="utf-8", newline="") as file:
        return {row["email"].strip().lower(): row["verdict"] for row in csv.DictReader(file)}


def walk(call: Callable[..., Any]) -> Iterator[dict[str, Any]]:
    """Every part of a list, by its cursors."""
    cursor: str | None = None
    for _ in range(200):
        told = call(**({"cursor": cursor} if cursor else {}))
        yield told.data
        cursor = told.data["cursor"]
        if cursor is None:
            return
    raise AssertionError("it never ends")


def test_every_reader_stays_small_on_acme_and_reaches_everything_once(
    assistant: Assistant, office: Office, acme_of_yesterday: Path
) -> None:
    move_acme_in(assistant, office, acme_of_yesterday)
    key = key_of(acme_of_yesterday)
    counts = Counter(key.values())
    to_act_on = {address for address, verdict in key.items() if verdict not in ("active", "deactivated")}

    parts = list(walk(partial(assistant.call, "find_discrepancies")))
    assert {verdict: count for verdict, count in parts[0]["counts"].items() if count} == dict(counts)
    assert all(part["counts"] == parts[0]["counts"] for part in parts)
    assert {part["in_all"] for part in parts} == {len(to_act_on)}
    items = [(item["email"], item["verdict"]) for part in parts for item in part["items"]]
    assert len(items) == len(set(items))
    assert dict(items) == {address: key[address] for address in to_act_on}
    assert parts[0]["seat_counts"]["unassigned"] == 5
    assert parts[0]["seat_counts"]["assigned_without_membership"] == 4

    for verdict, count in counts.items():
        parts = list(walk(partial(assistant.call, "find_discrepancies", verdict=verdict)))
        emails = [item["email"] for part in parts for item in part["items"]]
        assert len(emails) == len(set(emails)) == count == parts[0]["in_all"], verdict

    users = [user for part in walk(partial(assistant.call, "list_users")) for user in part["users"]]
    assert {user["address"]: user["verdict"] for user in users} == key
    assert len(users) == 206
    leavers = [user for part in walk(partial(assistant.call, "list_users", verdict="leaver")) for user in part["users"]]
    assert len(leavers) == counts["leaver"]


def test_plans_and_cases_of_the_worst_people_stay_small_and_reach_every_step(
    assistant: Assistant, office: Office, acme_of_yesterday: Path
) -> None:
    move_acme_in(assistant, office, acme_of_yesterday)
    for number, person in enumerate((OWNER_OF_11, MANAGER_OF_100), 1):
        assistant.call("check_user", person=person)
        plan, *more = walk(partial(assistant.call, "plan_offboard", person=person))
        seen = [step["key"] for part in (plan, *more) for step in part["steps"]]
        assert len(seen) == len(set(seen)) == plan["steps_in_all"] == len(plan["outline"])
        said = [notice["said"] for part in (plan, *more) for notice in part["notices"]]
        assert len(said) == len(set(said)) == plan["notices_in_all"]

        case = assistant.call("open_case", operation="offboard", person=person, digest=plan["digest"])
        assert [one["key"] for one in case.data["steps"]] == seen
        with assistant.answered_by(says_yes):
            for key in seen:
                case = assistant.call(
                    "record_step", case=f"C-{number}", step=key, outcome="done", note="as agreed " * 20
                )
        assert case.data["state"] == "done"
        assistant.call("get_case", case=f"C-{number}")


def test_what_is_known_of_axure_is_told_in_parts_that_reach_every_fact_once(
    assistant: Assistant, office: Office
) -> None:
    assert office.kinds() == []
    topics = assistant.call("explain_axure").data["topics"]
    assert topics
    largest = 0
    for topic in topics:
        parts = list(walk(partial(assistant.call, "explain_axure", topic=topic)))
        ids = [fact["id"] for part in parts for fact in part["facts"]]
        assert len(ids) == len(set(ids)) == parts[0]["in_all"], topic
        largest = max(largest, len(parts))
    assert largest > 1, "no topic is large enough to need a cursor"


def test_forty_sources_are_listed_in_parts_that_reach_each_once(assistant: Assistant, office: Office) -> None:
    for number in range(40):
        newcomers = [Member(f"n{each}@heron.example", f"N {each}") for each in range(number + 1)]
        office.bring(assistant, "members", members_page(newcomers))
    parts = list(walk(partial(assistant.call, "list_sources")))
    assert {part["in_all"] for part in parts} == {40}
    assert [source["id"] for part in parts for source in part["sources"]] == [f"R-{40 - each}" for each in range(40)]


def test_thirty_sources_end_with_the_last_full_part(assistant: Assistant, office: Office) -> None:
    for number in range(30):
        office.bring(assistant, "members", members_page([Member(f"n{number}@heron.example", "N")]))
    parts = list(walk(partial(assistant.call, "list_sources")))
    assert all(part["sources"] for part in parts)
    assert sum(len(part["sources"]) for part in parts) == 30


def test_a_large_import_tells_how_far_it_is_and_its_answer_stays_small(assistant: Assistant, office: Office) -> None:
    crowd = [Member(f"person{number:05}@heron.example", f"Person {number}") for number in range(30_000)]
    path = office.put("crowd.txt", members_page(crowd))
    heard: list[tuple[float, float | None, str | None]] = []

    async def hear(progress: float, total: float | None, message: str | None) -> None:
        heard.append((progress, total, message))

    preview = assistant.send("import_roster", {"kind": "members", "path": path}, progress=hear)
    assert not preview.is_error, text_of(preview)
    assert size_of(preview) < 8_000
    assert preview.structured_content is not None
    assert preview.structured_content["rows"] == 30_000
    assert len(heard) > 2
    amounts = [progress for progress, _, _ in heard]
    assert amounts == sorted(set(amounts)), "by the specification each notice is farther than the one before"
    assert all(total is None or progress <= total for progress, total, _ in heard)
    assert any(message for _, _, message in heard)


def test_a_file_with_a_thousand_mistakes_gets_a_short_refusal(assistant: Assistant, office: Office) -> None:
    text = "Email\tStatus\n" + "".join(f"no address {number}\tActive\n" for number in range(1_000))
    with office.writes():
        sentence, code = assistant.refusal("import_roster", kind="members", text=text)
    assert code == "roster_has_mistakes"
    assert "1,000 mistakes" in sentence
    assert len(sentence) < 3_000


LONG = "maximiliana.featherstonehaugh-cholmondeley@heron-international.example"
OTHER = "maxi.featherstonehaugh@former-company-name.example"


def hold_everything(office: Office, assistant: Assistant) -> None:
    """Somebody with two accounts, two privileged parts in 150 subscriptions, a decision, and four directories."""
    accounts = [Member(LONG, "Max", role="Super Admin", use_sso="No"), Member(OTHER, "Max", use_sso="")]
    rest = [Member(f"{name}@heron.example", name, role="Super Admin") for name in ("ada", "bo", "cy", "di", "eve")]
    office.bring(assistant, "members", members_page([*accounts, *rest]), age_minutes=60)
    seats = [
        Seat(
            f"HERON-2026-{number:05}-DESIGN",
            owner=LONG if number % 2 else OTHER,
            managers=LONG if number % 3 else f"{LONG};{OTHER};ada@heron.example",
            assigned=OTHER if number % 5 else LONG,
            bought_by=("card", "purchase order", "")[number % 3],
        )
        for number in range(150)
    ]
    office.bring(assistant, "seats", licence_list(seats), age_minutes=60)
    header = ("email", "status", "aliases", "leave_date", "kind")
    for name in ("corp", "okta-emea", "entra-of-the-group", "contractors"):
        people = table(header, [(LONG, "SUSPENDED", f"{OTHER};{name}.{LONG}", "2030-12-01", "person")])
        office.bring(assistant, "directory", people, age_minutes=60, directory=name)
    with assistant.answered_by(says_yes):
        assistant.call("record_decision", person=LONG, decision="keep", reason="because of the merger " * 40)


def test_even_a_person_who_holds_everything_gets_small_answers(assistant: Assistant, office: Office) -> None:
    hold_everything(office, assistant)
    checked = assistant.call("check_user", person=OTHER)
    assert checked.data["verdict"] is not None
    plan, *more = walk(partial(assistant.call, "plan_offboard", person=LONG, last_day="2030-12-01"))
    notices = [notice for part in (plan, *more) for notice in part["notices"]]
    assert len(notices) == plan["notices_in_all"] > 12
    assert not [notice for notice in notices if notice["kind"] == "blocker"], "she is one of six Super Admins"
    seen = [step["key"] for part in (plan, *more) for step in part["steps"]]
    assert len(seen) == plan["steps_in_all"] > 12
    opening = {"operation": "offboard", "person": LONG, "digest": plan["digest"], "options": plan["options"]}
    assistant.call("open_case", **opening, reason="as decided " * 90)

    def answers(_: str) -> ElicitResult:
        return ElicitResult(action="accept", content={"yes": True, "note": "seen with my own eyes " * 45})

    with assistant.answered_by(answers):
        for key in seen:
            assistant.call("record_step", case="C-1", step=key, outcome="done", note="as agreed " * 99)
    rest = [Member(f"{name}@heron.example", name, role="Super Admin") for name in ("ada", "bo", "cy", "di", "eve")]
    office.bring(assistant, "members", members_page(rest))
    office.bring(assistant, "seats", licence_list([Seat("HERON-1", "ada@heron.example", "ada@heron.example", "")]))
    case = assistant.call("get_case", case="C-1")
    assert case.states["deactivate"] == "verified"
    assistant.call("check_user", person=LONG)
    assistant.call("find_discrepancies")
