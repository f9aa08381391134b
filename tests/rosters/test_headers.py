"""Which header means which field."""

import pytest

from axure_lifecycle.domain.rosters import MemberRow, RosterKind
from axure_lifecycle.rosters import HeaderTwice, NotARoster, UnknownField, WrongKind
from tests.rosters.brought import read, read_directory, read_members, read_seats


@pytest.mark.parametrize(
    "header",
    [
        "Email",
        "E-mail",
        "e_mail",
        "EMAIL ADDRESS",
        "Mail",
        "User",
        "Username",
        "E-mailadres",
        "E-Mail-Adresse",
        "Courriel",
    ],
)
def test_addresses_are_found_under_many_headers(header: str) -> None:
    found = read_members(f"{header},Name\npat@acme.example,Pat\n")
    assert [(row.address, row.display_name) for row in found.members] == [("pat@acme.example", "Pat")]


@pytest.mark.parametrize(
    "headers",
    [
        "Name,Email,System Role,Status,Use SSO",
        "Full name,E-Mail,Level,State,SSO",
        "Naam,E-mailadres,Rol,Status,Gebruik SSO",
        "Anzeigename,E-Mail-Adresse,Rolle,Zustand,SSO verwenden",
        "Nom complet,Adresse e-mail,Rôle,Statut,Utiliser SSO",
        "display_name,address,role,status,use_sso",
        " name , email , system role , status , use sso ",
    ],
)
def test_a_members_page_is_understood_in_four_languages(headers: str) -> None:
    (row,) = read_members(f"{headers}\nPat,pat@acme.example,Guest,Active,Yes\n").members
    assert row == MemberRow(2, row.address, "pat@acme.example", "Pat", "Guest", "active", True)


@pytest.mark.parametrize(
    "headers",
    [
        "Subscription,Edition,Owner,Managers,Assigned user,Renews on,Bought by",
        "License key,Plan,Owner,Manager,Assignee,Renewal date,Purchase",
        "Serial,Product,Eigenaar,Beheerders,Toegewezen aan,Verlengdatum,Betaalmethode",
        "subscription,edition,owner,managers,assigned,renews_on,bought_by",
    ],
)
def test_a_licence_list_is_understood_under_many_headers(headers: str) -> None:
    line = "S-1,Pro,pat@acme.example,kim@acme.example,sam@acme.example,2027-02-01,card"
    (row,) = read_seats(f"{headers}\n{line}\n").seats
    assert (row.subscription, row.edition, row.owner, row.managers, row.assigned, row.bought_by) == (
        "S-1",
        "Pro",
        "pat@acme.example",
        ("kim@acme.example",),
        "sam@acme.example",
        "card",
    )
    assert str(row.renews_on) == "2027-02-01"


def test_the_better_header_holds_the_address_and_the_other_the_name() -> None:
    found = read_members("User,Email\nPat Maas,pat@acme.example\n")
    assert [(row.address, row.display_name) for row in found.members] == [("pat@acme.example", "Pat Maas")]


def test_a_display_name_is_never_taken_for_an_address() -> None:
    assert read_members("User,Role\nPat Maas,Guest\npat@acme.example,Guest\n").mistakes == [(2, "no_address")]


def test_the_configuration_goes_before_every_synonym() -> None:
    text = "Email,Contact,Berechtigung\nshared@acme.example,pat@acme.example,Guest\n"
    mapping = {"address": "contact", "role": ("Befugnis", "Berechtigung")}
    (row,) = read_members(text, mapping).members
    assert (row.address, row.role) == ("pat@acme.example", "Guest")


def test_a_header_of_the_configuration_that_a_file_lacks_leaves_the_synonyms_in_force() -> None:
    (row,) = read_members("Email\npat@acme.example\n", {"address": "E-Post"}).members
    assert row.address == "pat@acme.example"


def test_a_field_that_no_such_roster_has_is_refused_with_those_it_has() -> None:
    with pytest.raises(UnknownField) as refusal:
        read_members("Email\npat@acme.example\n", {"adress": "Email"})
    assert refusal.value.unknown == ("adress",)
    assert "address, display_name, role, status, use_sso" in refusal.value.sentence


def test_two_columns_of_one_name_are_refused() -> None:
    with pytest.raises(HeaderTwice) as refusal:
        read_members("Email,E-mail,Name\npat@acme.example,kim@acme.example,Pat\n")
    assert refusal.value.headers == ("Email", "E-mail")


def test_a_column_that_asks_whether_somebody_is_active_answers_with_a_status() -> None:
    found = read_members("Email,Active\npat@acme.example,yes\nkim@acme.example,no\nsam@acme.example,invited\n")
    assert [row.status for row in found.members] == ["active", "deactivated", "invited"]


def test_a_menu_word_is_no_header_above_a_table_of_several_columns() -> None:
    found = read_members("Account\nPat\tpat@acme.example\tGuest\tActive\nKim\tkim@acme.example\tGuest\tActive\n")
    assert [(row.display_name, row.status) for row in found.members] == [("Pat", "active"), ("Kim", "active")]


def test_headers_that_are_repeated_on_every_page_are_no_rows() -> None:
    found = read_members("Name,Email\nPat,pat@acme.example\nName,Email\nKim,kim@acme.example\n")
    assert (len(found.rows), found.totals.refused) == (2, 0)


def test_seats_need_a_subscription_and_somebody_who_holds_it() -> None:
    with pytest.raises(NotARoster):
        read_seats("Subscription,Edition\nS-1,Pro\n")
    with pytest.raises(NotARoster):
        read_seats("pat@acme.example\nkim@acme.example\n")


def test_a_wrong_kind_is_named_with_the_signs_and_the_right_command() -> None:
    with pytest.raises(WrongKind) as refusal:
        read(RosterKind.MEMBERS, "Serial,Edition,User,Renews on\nS-1,Pro,pat@acme.example,2027-02-01\n")
    assert refusal.value.sentence == (
        "No members roster was read from the pasted text: it looks like a licence list (by Serial, Renews on). "
        "Import it as seats, or bring the right file."
    )


def test_a_directory_with_licences_and_managers_is_still_a_directory() -> None:
    found = read_directory(
        "userPrincipalName,displayName,accountEnabled,Manager,License,End date\n"
        "pat@acme.example,Pat,True,kim@acme.example,E3,2027-01-31\n"
    )
    assert [row.address for row in found.people] == ["pat@acme.example"]
