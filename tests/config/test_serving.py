"""`[serve]` and what policy asks of people: every setting, and every mistake with its key, all at once."""

import pickle
from pathlib import Path

import pytest

from axure_lifecycle.config import ConfigurationBroken
from axure_lifecycle.domain.access import Role
from axure_lifecycle.domain.approvals import ApprovalPolicy, ApprovalReason
from axure_lifecycle.domain.directories import SecretKind, SecretReference
from axure_lifecycle.domain.holdings import Strength
from axure_lifecycle.domain.organization import Demands
from axure_lifecycle.domain.serving import IssuerSettings, ServeSettings
from tests.config.acme import ACME, Load, sentences

SECRET_FORM = "where the secret lies: env:VARIABLE, file:/absolute/path or keyring:SERVICE/USER"
GUARD = (
    "expected tokens = true or [serve.issuer] beside it, or 127.0.0.1 and no public_url: nobody may get in without "
    "being asked who they are."
)
ISSUER = '[serve.issuer]\nissuer = "https://id.acme.example"\n'
ROLES = "viewer, operator, approver, auditor, admin"


def serve(settings: str, rest: str = "") -> str:
    """A configuration with these settings of `[serve]`."""
    return f"{ACME}[serve]\n{settings}{rest}"


def test_nothing_is_served_to_others_by_default(load: Load) -> None:
    found = load(ACME).serving
    assert found == ServeSettings()
    assert (found.host, found.authenticates, found.resource) == ("127.0.0.1", False, "http://127.0.0.1:8765/mcp")


def test_every_setting_is_read(load: Load) -> None:
    found = load(
        serve(
            'host = "::"\nport = 9000\npublic_url = "https://Lifecycle.acme.example:443/"\ntokens = true\nworkers = 4\n'
            'keys = ["env:NEW", "file:/run/old"]\ncalls_a_minute = 60\nmax_body_bytes = 65536\nsession_hours = 8\n'
            'telemetry = true\ntrusted_proxies = ["10.0.0.7", "FD00::1"]\n',
            '[serve.issuer]\nissuer = "https://id.acme.example/realms/acme/"\naudience = "lifecycle"\n'
            'identity_claim = "sub"\nemail_is_trusted = true\nroles_claim = "realm_access.roles"\n'
            'clock_skew = 0\nca_file = "/ca.pem"\n'
            'client_id = "console"\nclient_secret = "keyring:lifecycle/console"\nsession_minutes = 15\n'
            '[serve.issuer.roles]\n"Axure Admins" = "admin"\nhelpdesk = "operator"\n'
            '[serve.issuer.people]\n"Ana@ACME.example" = ["operator", "approver"]\n00u1x9 = "auditor"\n',
        )
    ).serving
    assert found == ServeSettings(
        host="::",
        port=9000,
        public_url="https://lifecycle.acme.example",
        takes_tokens=True,
        workers=4,
        keys=(SecretReference(SecretKind.ENVIRONMENT, "NEW"), SecretReference(SecretKind.FILE, "/run/old")),
        calls_a_minute=60,
        max_body_bytes=65_536,
        session_hours=8,
        telemetry=True,
        trusted_proxies=("10.0.0.7", "fd00::1"),
        issuer=IssuerSettings(
            issuer="https://id.acme.example/realms/acme/",
            audience="lifecycle",
            identity_claim="sub",
            email_is_trusted=True,
            roles_claim="realm_access.roles",
            roles={"Axure Admins": Role.ADMIN, "helpdesk": Role.OPERATOR},
            people={
                "ana@acme.example": frozenset({Role.OPERATOR, Role.APPROVER}),
                "00u1x9": frozenset({Role.AUDITOR}),
            },
            clock_skew=0,
            ca_file=Path("/ca.pem"),
            client_id="console",
            client_secret=SecretReference(SecretKind.KEYRING, "lifecycle/console"),
            session_minutes=15,
        ),
    )
    assert pickle.loads(pickle.dumps(found)) == found, "workers are told it by their parent"


@pytest.mark.parametrize(
    ("settings", "audience"),
    [
        ("", "http://127.0.0.1:8765/mcp"),
        ('host = "::1"\nport = 9000\n', "http://[::1]:9000/mcp"),
        ('public_url = "https://lifecycle.acme.example:8443"\n', "https://lifecycle.acme.example:8443/mcp"),
    ],
)
def test_tokens_of_an_issuer_are_for_the_endpoint_unless_it_is_said(load: Load, settings: str, audience: str) -> None:
    found = load(serve(settings, ISSUER)).serving.issuer
    assert found == IssuerSettings(issuer="https://id.acme.example", audience=audience)


@pytest.mark.parametrize("issuer", ["http://127.0.0.1:5000/", "http://localhost:5000", "http://[::1]:5000/o"])
def test_an_issuer_on_this_machine_may_do_without_tls(load: Load, issuer: str) -> None:
    found = load(serve("", f'[serve.issuer]\nissuer = "{issuer}"\n')).serving.issuer
    assert found is not None
    assert found.issuer == issuer


def test_every_mistake_is_named_at_once(load: Load) -> None:
    text = serve(
        'host = "lifecycle.acme.example:80"\nport = 0\npublic_url = "https://lifecycle.acme.example/app"\ntokens = 1\n'
        'workers = 0\nkeys = ["hunter2-canary", 7]\ncalls_a_minute = 0\nmax_body_bytes = 1\nsession_hours = 1000\n'
        'telemetry = "yes"\ntrusted_proxies = ["proxy.acme.example", "10.0.0.0/8", "*", "0.0.0.0"]\nprot = 1\n',
        '[serve.issuer]\nissuer = "http://id.acme.example"\naudience = "a b"\nclock_skew = 3600\nsession_minutes = 1\n'
        'client_secret = "hunter2-canary"\n'
        '[serve.issuer.roles]\nhelpdesk = "boss"\n[serve.issuer.people]\n"ana@acme.example" = ["operator", "king"]\n'
        '"bo@acme.example" = []\n',
    )
    proxy = "expected each entry to be the IP address of one proxy, such as 10.0.0.7."
    assert sentences(load, text) == [
        'serve.host: found "lifecycle.acme.example:80"; expected an address or a name of this machine without a port, '
        "such as 127.0.0.1 or 0.0.0.0.",
        "serve.port: found 0; expected a whole number of the port from 1 to 65535.",
        'serve.public_url: found "https://lifecycle.acme.example/app"; expected https://lifecycle.acme.example, with a '
        "port where it needs one and without a path.",
        "serve.tokens: found 1; expected true or false.",
        "serve.workers: found 0; expected a whole number of processes from 1 to 64.",
        f"serve.keys: found something else; expected each entry to be {SECRET_FORM}.",
        f"serve.keys: found something else; expected each entry to be {SECRET_FORM}.",
        "serve.calls_a_minute: found 0; expected a whole number of calls from 1 to 1000000.",
        "serve.max_body_bytes: found 1; expected a whole number of bytes from 65536 to 1000000000.",
        "serve.session_hours: found 1000; expected a whole number of hours from 1 to 720.",
        'serve.telemetry: found "yes"; expected true or false.',
        f'serve.trusted_proxies: found "proxy.acme.example"; {proxy}',
        f'serve.trusted_proxies: found "10.0.0.0/8"; {proxy}',
        f'serve.trusted_proxies: found "*"; {proxy}',
        f'serve.trusted_proxies: found "0.0.0.0"; {proxy}',
        'serve.issuer.issuer: found "http://id.acme.example"; expected the issuer as its tokens name it, an https URL '
        "without a query, such as https://id.acme.example/realm.",
        'serve.issuer.audience: found "a b"; expected a word of up to 500 letters, digits and signs without blanks.',
        f'serve.issuer.roles.helpdesk: found "boss"; expected one of {ROLES}.',
        f"serve.issuer.people.ana@acme.example: found a list; expected a list of roles, each one of {ROLES}.",
        f"serve.issuer.people.bo@acme.example: found a list; expected at least one role of {ROLES}.",
        "serve.issuer.clock_skew: found 3600; expected a whole number of seconds from 0 to 300.",
        f"serve.issuer.client_secret: found something else; expected {SECRET_FORM}.",
        "serve.issuer.session_minutes: found 1; expected a whole number of minutes from 5 to 720.",
        "serve.issuer.client_id: missing; expected client_id beside client_secret.",
        "serve.prot: no such setting; expected perhaps port.",
    ]


@pytest.mark.parametrize(
    ("settings", "mistake"),
    [
        ('host = "10.0.0.5"\n', f'serve.host: found "10.0.0.5", where others can reach it; {GUARD}'),
        (
            'public_url = "https://lifecycle.acme.example"\n',
            f'serve.public_url: found "https://lifecycle.acme.example", where others can reach it; {GUARD}',
        ),
    ],
)
def test_a_server_that_others_can_reach_asks_who_they_are(load: Load, settings: str, mistake: str) -> None:
    assert sentences(load, serve(settings)) == [mistake]
    assert load(serve(f"{settings}tokens = true\n")).serving.authenticates
    assert load(serve(settings, ISSUER)).serving.authenticates


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_who_listens_on_every_address_says_by_which_name_people_come(load: Load, host: str) -> None:
    unnamed = f'serve.host: found "{host}", which is every address and none that anybody types; expected'
    assert sentences(load, serve(f'host = "{host}"\ntokens = true\n')) == [
        f"{unnamed} public_url beside it, or one address."
    ]
    assert len(sentences(load, serve(f'host = "{host}"\n'))) == 2
    named = load(serve(f'host = "{host}"\ntokens = true\npublic_url = "https://lifecycle.acme.example"\n')).serving
    assert named.host == host


@pytest.mark.parametrize(
    "url",
    [
        "http://lifecycle.acme.example",
        "https://ana:hunter2@lifecycle.acme.example",
        "https://lifecycle.acme.example?token=hunter2",
        "https://lifecycle.acme.example:99999",
        "https:lifecycle.acme.example",
        "https://",
        "ftp://lifecycle.acme.example",
        "lifecycle.acme.example",
        "https://lifecycle.acme.example/\\u202e",
    ],
)
def test_what_is_no_public_address_is_refused_without_what_may_be_secret_in_it(load: Load, url: str) -> None:
    (sentence,) = sentences(load, serve(f'tokens = true\npublic_url = "{url}"\n'))
    assert sentence.startswith("serve.public_url: found ")
    assert "without a path." in sentence
    assert "hunter2" not in sentence


@pytest.mark.parametrize("written", ['"hunter2-canary"', '["hunter2-canary"]', "{ hunter2 = 1 }", '["env:hunter2 x"]'])
def test_what_may_be_the_key_itself_is_never_quoted(load: Load, written: str) -> None:
    with pytest.raises(ConfigurationBroken) as refusal:
        load(serve(f"keys = {written}\n"))
    assert "serve.keys: found something else" in str(refusal.value)
    assert "hunter2" not in str(refusal.value)


def policy(load: Load, text: str) -> tuple[ApprovalPolicy, Demands]:
    """What policy asks for, where there are three steps."""
    found = load(ACME + text, known_steps=lambda: ("deactivate", "release-seat", "find-page")).policy
    return found.approvals, found.demands


def test_policy_asks_for_nobody_else_by_default(load: Load) -> None:
    assert policy(load, "") == (ApprovalPolicy(), Demands())
    assert ApprovalPolicy().reasons == frozenset()
    assert Demands().of("deactivate") is Strength.CLIENT


def test_policy_names_what_a_second_person_agrees_to_and_how_strong_a_word_must_be(load: Load) -> None:
    approvals, demands = policy(
        load,
        '[policy.approvals]\nreasons = ["batch", "reactivation"]\nbatch_above = 3\n'
        '[policy.confirmation]\nleast = "terminal"\ndeactivate = "second_factor"\napproval = "console"\n'
        'release-seat = "client"\n',
    )
    assert approvals == ApprovalPolicy(
        reasons=frozenset({ApprovalReason.BATCH, ApprovalReason.REACTIVATION}), batch_above=3
    )
    assert [demands.of(step).value for step in ("deactivate", "approval", "release-seat", "find-page")] == [
        "second_factor",
        "console",
        "terminal",
        "terminal",
    ]


def test_a_step_that_no_playbook_has_would_demand_nothing_and_is_refused(load: Load) -> None:
    with pytest.raises(ConfigurationBroken) as refusal:
        policy(
            load,
            '[policy.approvals]\nreasons = ["superadmin"]\nbatch_above = 0\n'
            '[policy.confirmation]\nleast = "none"\ndeactivte = "second_factor"\nrelease-seat = "face"\n',
        )
    strengths = "one of client, terminal, console, second_factor"
    assert [mistake.sentence for mistake in refusal.value.mistakes] == [
        'policy.approvals.reasons: found "superadmin"; expected each entry to be one of super_admin, licence_owner, '
        "batch, reactivation.",
        "policy.approvals.batch_above: found 0; expected a whole number of people from 1 to 1000000.",
        f'policy.confirmation.least: found "none"; expected {strengths}.',
        f'policy.confirmation.release-seat: found "face"; expected {strengths}.',
        "policy.confirmation.deactivte: no such setting; expected perhaps deactivate.",
    ]
