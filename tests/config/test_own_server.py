"""What a configuration says of an organisation and its own server, and what no server can be."""

import pytest

from axure_lifecycle.config import (
    describe_organization,
)
from axure_lifecycle.domain.organization import Deployment, Organization, Screens, SignIn
from tests.config.acme import ACME, Load, sentences


def test_a_name_with_invisible_characters_is_refused(load: Load) -> None:
    assert len(sentences(load, ACME.replace('"Acme"', '"Ac\\u202eme"'))) == 1


def test_ldap_on_a_private_instance_is_refused_with_the_reason(load: Load) -> None:
    (sentence,) = sentences(load, ACME.replace('"saml"', '"ldap"'))
    assert sentence == (
        "organization.sign_in: found ldap; expected another way: Sign-in by AD or LDAP exists on on-premises servers "
        "only; a private instance offers saml or password. Name one of these, or the deployment on_premises."
    )


def test_saml_and_ldap_at_once_are_refused_with_the_reason(load: Load) -> None:
    (sentence,) = sentences(load, ACME.replace('"saml"', '["saml", "ldap"]'))
    assert sentence == (
        "organization.sign_in: found a list; expected one of password, saml, ldap: a server signs people in one "
        "way only, and with AD/LDAP on, its SAML settings count for nothing."
    )


def test_ldap_on_premises_is_accepted(load: Load) -> None:
    text = ACME.replace('"saml"', '"ldap"').replace('"private_instance"', '"on_premises"')
    organization = load(text.replace("acme.axure.cloud", "Share.Acme.Example:8443")).organization
    assert (organization.sign_in, organization.deployment) == (SignIn.LDAP, Deployment.ON_PREMISES)
    assert organization.host == "share.acme.example:8443"


@pytest.mark.parametrize("deployment", ["private_instance", "on_premises"])
def test_the_public_tenant_is_nobodys_own_server(load: Load, deployment: str) -> None:
    text = ACME.replace("acme.axure.cloud", "App.Axure.Cloud").replace('"private_instance"', f'"{deployment}"')
    (sentence,) = sentences(load, text)
    assert sentence.startswith("organization.host: found app.axure.cloud; expected another host: app.axure.cloud is ")


def test_a_host_of_axures_is_not_on_premises(load: Load) -> None:
    (sentence,) = sentences(load, ACME.replace('"private_instance"', '"on_premises"'))
    assert "hosted by Axure, so it is not on-premises" in sentence


@pytest.mark.parametrize("host", ["", "acme axure", "acme..example", "-acme.example", "acme.example/path", "a" * 64])
def test_what_is_no_host_is_refused(load: Load, host: str) -> None:
    assert len(sentences(load, ACME.replace("acme.axure.cloud", host))) == 1


def test_the_operators_address_is_taken_in_its_normal_form(load: Load) -> None:
    assert load(ACME.replace("pat@acme", " Pat@ACME")).organization.operator == "pat@acme.example"


def test_a_generation_named_by_its_year_needs_no_quotes(load: Load) -> None:
    assert load(ACME.replace('"new"', "2017")).organization.screens is Screens.YEAR_2017


def test_answers_make_an_organisation(organization: Organization) -> None:
    answers = {
        "name": "Acme",
        "deployment": "private_instance",
        "host": "acme.axure.cloud",
        "sign_in": "saml",
        "idp": "okta",
        "screens": "new",
        "operator": "pat@acme.example",
        "time_zone": "Europe/Amsterdam",
    }
    assert describe_organization(answers) == organization
