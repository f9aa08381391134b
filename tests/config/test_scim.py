"""Which identity providers push, and what a wrong one is told."""

import pytest

from axure_lifecycle.domain.scim import AddressFrom, GroupMeaning, IdpKind, IdpSettings
from tests.config.acme import ACME, Load, sentences


def test_an_identity_provider_is_read_with_its_groups(load: Load) -> None:
    settings = load(
        f"""{ACME}
[scim]
pushes_a_minute = 100
[[scim.idps]]
name = "entra"
kind = "entra"
address = "emails"
grouping_minutes = 0
[[scim.idps.groups]]
name = "Axure ADMINS"
role = "admin"
workspaces = ["Checkout", "Search"]
[[scim.idps]]
name = "okta-push"
kind = "okta"
"""
    ).scim
    meaning = GroupMeaning(role="admin", workspaces=("Checkout", "Search"))
    assert settings.pushes_a_minute == 100
    assert settings.idps == (
        IdpSettings(
            name="entra",
            kind=IdpKind.ENTRA,
            address=AddressFrom.EMAILS,
            grouping_minutes=0,
            groups={"axure admins": meaning},
        ),
        IdpSettings(name="okta-push", kind=IdpKind.OKTA),
    )
    assert (settings.idp("okta-push"), settings.idp("ping")) == (settings.idps[1], None)


def test_every_mistake_of_an_identity_provider_is_named(load: Load) -> None:
    text = f"""{ACME}
[scim]
max_push_bytes = 5
[[scim.idps]]
name = "Okta!"
kind = "ping"
[[scim.idps]]
name = "okta-push"
kind = "okta"
address = "mail"
[[scim.idps]]
name = "entra"
kind = "entra"
token = "env:TOKEN"
[[scim.idps.groups]]
name = "A"
[[scim.idps.groups]]
name = "B"
role = "boss"
[[scim.idps.groups]]
name = "b"
role = "admin"
[[scim.idps.groups]]
name = "B"
role = "admin"
[[scim.idps.groups]]
name = "C"
workspaces = ["Sales, EMEA", "Check; out", " Search"]
"""
    assert sentences(load, text) == [
        'scim.idps.1.name: found "Okta!"; expected a name of small letters, digits, - and _, such as okta.',
        'scim.idps.1.kind: found "ping"; expected one of okta, entra, other.',
        'scim.idps.2.address: found "mail"; expected one of userName, emails.',
        "scim.idps.3.groups.1.role: missing; expected a role, workspaces, or both: else the group means nothing.",
        'scim.idps.3.groups.2.role: found "boss"; expected one of guest, member, admin, technical_admin, super_admin.',
        'scim.idps.3.groups.3.name: found "b" a second time; expected one meaning for each group.',
        'scim.idps.3.groups.4.name: found "B" a second time; expected one meaning for each group.',
        *(
            f'scim.idps.3.groups.5.workspaces: found "{name}"; expected each entry to be a workspace\'s name as it '
            "stands in Axure: 1 to 80 characters, none of them ;."
            for name in ("Check; out", " Search")
        ),
        "scim.max_push_bytes: found 5; expected a whole number of bytes from 16384 to 100000000.",
        "scim.idps.3.token: no such setting; expected one of name, kind, address, grouping_minutes, groups.",
    ]


@pytest.mark.parametrize("name", ["okta-push", "okta"])
def test_a_name_is_had_once(load: Load, name: str) -> None:
    twice = f'\n[[scim.idps]]\nname = "{name}"\nkind = "okta"\n' * 2
    assert sentences(load, ACME + twice) == [
        f'scim.idps.2.name: found "{name}" a second time; expected one name for each identity provider.'
    ]
