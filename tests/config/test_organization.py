"""What an organisation is, and where its limits lie."""

from dataclasses import replace

import pytest

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.holdings import HoldingKind, System
from axure_lifecycle.domain.organization import Deployment, Limits, Organization, OrganizationRefused, Policy, SignIn


def test_an_impossible_organisation_cannot_be_made(organization: Organization) -> None:
    with pytest.raises(OrganizationRefused) as refusal:
        replace(organization, host="app.axure.cloud", sign_in=SignIn.LDAP)
    assert refusal.value.code == "organization_refused"
    assert len(refusal.value.objections) == 2
    assert refusal.value.sentence == (
        "The organisation cannot be used as described: app.axure.cloud is the public Axure Cloud, another tenant than "
        "yours: acting there changes the wrong accounts. Name your own server, for a private instance normally "
        "something.axure.cloud. Sign-in by AD or LDAP exists on on-premises servers only; a private instance offers "
        "saml or password. Name one of these, or the deployment on_premises. Correct the description."
    )


def test_a_port_does_not_disguise_the_public_tenant(organization: Organization) -> None:
    with pytest.raises(OrganizationRefused):
        replace(organization, host="app.axure.cloud:443")


def test_a_host_that_only_resembles_the_public_tenant_is_accepted(organization: Organization) -> None:
    replace(organization, host="my-app.axure.cloud")
    replace(organization, host="app.axure.cloud.acme.example", deployment=Deployment.ON_PREMISES)


def test_a_person_can_hold_something_in_three_systems(organization: Organization) -> None:
    assert organization.systems() == (
        System("axure", "cloud_for_business", "acme.axure.cloud", HoldingKind.MEMBERSHIP),
        System("axure", "license_portal", "app.axure.com", HoldingKind.SEAT),
        System("axure", "public_cloud", "app.axure.cloud", HoldingKind.PUBLIC_ACCOUNT),
    )


@pytest.mark.parametrize(
    ("before", "now", "is_shrunken"),
    [
        (206, 206, False),
        (206, 165, False),  # 41 of 206 are 19.9 percent
        (206, 164, True),  # 42 of 206 are 20.4 percent
        (100, 80, False),  # 20 percent exactly
        (100, 79, True),
        (8, 4, False),  # half, but four rows only
        (8, 3, True),
        (0, 10, False),
        (10, 20, False),
        (1_000_000, 0, True),
    ],
)
def test_a_roster_is_shrunken_by_more_than_a_fifth_and_at_least_five_rows(
    before: int, now: int, is_shrunken: bool
) -> None:
    assert Limits().is_shrunken(before=before, now=now) is is_shrunken


@pytest.mark.parametrize(("members", "allowed"), [(0, 3), (8, 3), (39, 3), (40, 4), (206, 20), (250, 25), (9_000, 25)])
def test_the_lower_ceiling_on_departures_counts_but_never_below_three(members: int, allowed: int) -> None:
    assert Limits().allow_departures(members) == allowed


@pytest.mark.parametrize(
    ("address", "is_non_personal"),
    [
        ("svc-backup@acme.example", True),
        ("svc-@other.example", True),
        ("room1@acme.example", True),
        ("room12@acme.example", False),
        ("room1@acme.example.org", False),
        ("pat.svc-backup@acme.example", False),
    ],
)
def test_patterns_cover_the_whole_address(address: str, is_non_personal: bool) -> None:
    policy = Policy(non_personal=("svc-*@*", "room?@acme.example"))
    assert policy.is_non_personal(Address(address)) is is_non_personal
