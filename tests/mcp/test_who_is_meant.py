"""Who is meant: both people of a batch, a leaver by address, whoever claims an address; and which case is under way."""

from datetime import timedelta

from axure_lifecycle.domain.holdings import Channel
from axure_lifecycle_tools.comparison import compare_all
from tests.conversations.party import ANA, BEN, STAFF, Member, members_page, says_yes, table
from tests.mcp.offices import Bureau

CY, DEE, EVE = (f"{name}@heron.example" for name in ("cy.dahl", "dee.fox", "eve.gray"))


def test_a_batch_names_both_people_in_the_plan_the_question_and_the_case(bureau: Bureau) -> None:
    bureau.move_in()
    plan = bureau.assistant.call("plan_onboard", people=[CY, DEE])
    opening = {key: plan.data[key] for key in ("operation", "digest", "options")}
    case = bureau.assistant.call("open_case", person=plan.data["subject"], **opening)
    with bureau.assistant.answered_by(says_yes):
        bureau.assistant.call("record_step", case="C-1", step=case.data["current"][0]["key"], outcome="done")

    assert f"Plan to onboard {CY} and {DEE}: " in plan.text
    assert f"C-1: onboard {CY} and {DEE}, open" in case.text
    assert f"C-1, onboard {CY} and {DEE}: " in bureau.assistant.asked[-1]
    assert f"C-1 onboard {CY} and 1 more: open" in bureau.assistant.call("list_cases").text


def test_more_than_two_people_are_the_first_and_how_many_more(bureau: Bureau) -> None:
    bureau.move_in()

    plan = bureau.assistant.call("plan_onboard", people=[CY, DEE, EVE])

    assert f"Plan to onboard {CY} and 2 more: " in plan.text


def test_the_leaver_is_named_by_address_in_what_an_assistant_reads(bureau: Bureau) -> None:
    bureau.move_in()
    plan = bureau.assistant.call("plan_offboard", person=ANA)
    case = bureau.open_case(ANA)

    for step in (*plan.data["steps"], *case.data["current"]):
        for words in (step["title"], step["place"], step["instruction"], step["evidence"], step["doer"]):
            assert "the person" not in words.lower()
    assert f"let {ANA} invite a successor" in plan.text
    assert all("the person " not in notice["said"].lower() for notice in plan.data["notices"])


def test_who_claims_an_ambiguous_address_is_named(each_bureau: Bureau) -> None:
    shared = "design@heron.example"
    each_bureau.move_in()
    each_bureau.bring("members", members_page([*STAFF, Member(shared, "Design")]))
    people = table(
        ("id", "email", "name", "status", "aliases"),
        [
            *((one.address, one.address, one.name, "ACTIVE", "") for one in STAFF),
            ("8", CY, "Cy Dahl", "ACTIVE", shared),
            ("9", DEE, "Dee Fox", "DEPROVISIONED", shared),
        ],
    )
    each_bureau.bring("directory", people, complete=True)

    found = each_bureau.assistant.call("find_discrepancies", verdict="ambiguous")
    sheet = each_bureau.assistant.call("check_user", person=shared)
    desk = each_bureau.office.workshop.desk(Channel.TERMINAL)
    with compare_all(desk, desk.now, everyone=True) as whole:
        claimed = {item.email: item.claimed_by for item in whole.items if item.claimed_by}

    claimants = [f"Cy Dahl ({CY})", f"Dee Fox ({DEE})"]
    assert [item["claimed_by"] for item in found.data["items"]] == [claimants]
    assert f"claimed by {claimants[0]} and {claimants[1]}" in found.text
    assert f"Cy Dahl, {CY}: active" in sheet.text
    assert f"Dee Fox, {DEE}: deprovisioned" in sheet.text
    assert claimed == {shared: claimants}


def test_a_leaver_with_a_case_is_listed_with_it_and_planned_beside_it(bureau: Bureau) -> None:
    bureau.move_in()
    before = bureau.assistant.call("find_discrepancies")
    bureau.open_case(ANA)

    found = bureau.assistant.call("find_discrepancies")
    plan = bureau.assistant.call("plan_offboard", person=ANA)

    assert [item["case"] for item in before.data["items"] if item["email"] == ANA] == [None]
    assert [item["case"] for item in found.data["items"] if item["email"] == ANA] == ["C-1 (offboard open)"]
    assert f"- {ANA}: leaver (deprovisioned), Member, C-1 (offboard open) is under way" in found.text
    assert "Go on with a case under way: get_case {case: 'C-1'}." in found.data["next"]
    assert "plan_offboard plans one leaver" not in found.data["next"]
    assert plan.data["under_way"] == ["C-1 is open for that already: get_case {case: 'C-1'}."]
    assert plan.data["next"].endswith("Go on with C-1; another case for the same is refused while it stands.")


def test_a_last_day_that_only_the_admin_says_keeps_the_warning(bureau: Bureau) -> None:
    bureau.move_in()
    friday = str((bureau.clock.now() + timedelta(days=4)).date())

    for more in ({}, {"last_day": friday}):
        plan = bureau.assistant.call("plan_offboard", person=BEN, **more)
        assert "that ben.ito@heron.example leaves is so by your word only." in plan.text


def test_a_slip_in_a_digest_is_called_a_slip(bureau: Bureau) -> None:
    bureau.move_in()
    digest = bureau.assistant.call("plan_offboard", person=ANA).data["digest"]
    slip = digest[:5] + ("0" if digest[5] != "0" else "1") + digest[6:]

    sentence, code = bureau.assistant.refusal("open_case", person=ANA, digest=slip)

    assert code == "plan_drifted"
    assert "probably mistyped" in sentence
    assert "changed since" not in sentence
    assert "changed since" in bureau.assistant.refusal("open_case", person=ANA, digest="0123456789abcdef" * 4)[0]
