"""User objects of Okta and Microsoft Graph."""

import json
from pathlib import Path

import pytest

from axure_lifecycle.domain.rosters import Standing
from axure_lifecycle.rosters import NotARoster, RosterIncomplete, RosterUnreadable
from tests.rosters.brought import read_directory


def okta(status: str = "ACTIVE", **profile: object) -> dict[str, object]:
    return {"id": "00u1", "status": status, "profile": {"login": "pat@acme.example", **profile}}


def graph(**fields: object) -> dict[str, object]:
    return {"id": "17", "userPrincipalName": "pat@acme.example", "accountEnabled": True, **fields}


@pytest.mark.parametrize(
    ("status", "standing"),
    [
        ("ACTIVE", Standing.ACTIVE),
        ("PROVISIONED", Standing.ACTIVE),
        ("STAGED", Standing.ACTIVE),
        ("RECOVERY", Standing.ACTIVE),
        ("PASSWORD_EXPIRED", Standing.ACTIVE),
        ("LOCKED_OUT", Standing.ACTIVE),
        ("SUSPENDED", Standing.HOLD),
        ("DEPROVISIONED", Standing.DEPROVISIONED),
        ("HIBERNATING", Standing.UNKNOWN),
    ],
)
def test_each_okta_status_has_its_standing_and_is_kept(status: str, standing: Standing) -> None:
    (row,) = read_directory(json.dumps([okta(status)])).people
    assert (row.standing, row.status, row.key) == (standing, status, "00u1")


def test_login_email_and_second_email_are_addresses() -> None:
    person = okta(email="P.Maas@acme.example", secondEmail="pat@home.example", firstName="Pat", lastName="Maas")
    (row,) = read_directory(json.dumps([person])).people
    assert (row.address, row.aliases) == ("p.maas@acme.example", ("pat@acme.example", "pat@home.example"))
    assert row.display_name == "Pat Maas"


def test_a_login_that_is_no_address_leaves_the_email() -> None:
    (row,) = read_directory(json.dumps([okta(login="pmaas", email="pat@acme.example")])).people
    assert (row.address, row.aliases, row.flags) == ("pat@acme.example", (), ("alias_ignored",))


def test_graphs_mailboxes_are_addresses_and_other_systems_are_none() -> None:
    person = graph(
        mail="p.maas@acme.example",
        otherMails=["pat@home.example"],
        proxyAddresses=[
            "SMTP:p.maas@acme.example",
            "smtp:old@acme.example",
            "SIP:sip@acme.example",
            "X500:/o=acme/cn=pat",
        ],
    )
    (row,) = read_directory(json.dumps({"@odata.context": "x", "value": [person]})).people
    assert row.address == "p.maas@acme.example"
    assert row.aliases == ("pat@acme.example", "pat@home.example", "old@acme.example")


@pytest.mark.parametrize(
    ("enabled", "standing", "status"),
    [
        (True, Standing.ACTIVE, "accountEnabled=true"),
        (False, Standing.DISABLED, "accountEnabled=false"),
        (None, Standing.UNKNOWN, None),
    ],
)
def test_graph_says_enabled_or_nothing(enabled: bool | None, standing: Standing, status: str | None) -> None:
    (row,) = read_directory(json.dumps([graph(accountEnabled=enabled)])).people
    assert (row.standing, row.status) == (standing, status)


def test_a_leave_date_in_the_year_one_is_none() -> None:
    people = [graph(employeeLeaveDateTime="0001-01-01T00:00:00Z"), graph(employeeLeaveDateTime="2026-12-05T17:00:00Z")]
    found = read_directory(json.dumps(people))
    assert [str(row.leave_at) for row in found.people] == ["None", "2026-12-05 17:00:00+00:00"]


def test_what_was_not_selected_is_not_stated() -> None:
    person = {"id": "1", "userPrincipalName": "pat@acme.example", "displayName": "Pat"}
    found = read_directory(json.dumps([person]))
    assert found.totals.columns == ("key", "address", "display_name", "aliases")
    assert found.people[0].standing is Standing.UNKNOWN


def test_an_object_without_an_address_is_a_mistake_of_its_number() -> None:
    found = read_directory(json.dumps([okta(), {"id": "x\x1b", "profile": {}}, okta(email=5)]))
    assert found.mistakes == [(2, "no_address")]
    assert found.totals.mistakes[0].reason == "The user object “x␛” names no e-mail address."
    assert len(found.rows) == 2


@pytest.mark.parametrize("key", ["@odata.nextLink", "nextPageToken"])
@pytest.mark.parametrize("is_before", [True, False])
def test_one_page_of_several_is_refused(key: str, is_before: bool) -> None:
    answer: dict[str, object] = {key: "more"} if is_before else {}
    answer["value"] = [graph()]
    answer[key] = "more"
    with pytest.raises(RosterIncomplete):
        read_directory(json.dumps(answer))


@pytest.mark.parametrize(
    "text",
    [
        '[{"profile": {"login": "pat@acme.example"}}',
        '[{"profile": {"login": "pat@acme.example"}} {}]',
        '[{"profile": {}}]]',
        '[{"profile": {}}, 5]',
        '{"error": {"message": "Access denied"}}',
        '{"value": [{"profile": {}}',
        "[" * 100_000,
    ],
)
def test_broken_json_is_refused(text: str) -> None:
    with pytest.raises(RosterUnreadable):
        read_directory(text)


def test_an_empty_list_is_no_directory() -> None:
    for text in ("[]", '{"value": []}'):
        with pytest.raises(NotARoster):
            read_directory(text)


def test_a_long_list_is_read_object_by_object(tmp_path: Path) -> None:
    people = [okta() | {"id": str(number), "profile": {"login": f"p{number}@acme.example"}} for number in range(12_000)]
    file = tmp_path / "users.json"
    file.write_text(json.dumps(people, indent=1), encoding="utf-8")
    found = read_directory(file)
    assert [row.key for row in found.people] == [str(number) for number in range(12_000)]
    assert found.totals.form == "okta_json"
