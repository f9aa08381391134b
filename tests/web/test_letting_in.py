"""Who comes in to MCP: by a token that the issuer signed for this server, or by one that was made here. Nobody else."""

import base64
import json
import re
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from axure_lifecycle.domain.access import Role
from axure_lifecycle.web import remembered
from tests.cli.processes import attend, run
from tests.web.conftest import Team
from tests.web.issuing import Issuer, sign_with_secret, strange_key
from tests.web.serving import ask, configure, give_token, last_payload, serve, use

OK, UNAUTHORIZED, FORBIDDEN = 200, 401, 403


def status(client: httpx.Client, team: Team, token: str | None) -> int:
    """What becomes of somebody who wants to know which tools there are."""
    return ask(client, team.served.mcp, "tools/list", token=token).status_code


# -- an issuer's tokens -----------------------------------------------------------------------------------------------


def test_the_issuers_token_for_this_server_lets_somebody_in(client: httpx.Client, team: Team, issuer: Issuer) -> None:
    assert status(client, team, issuer.token(team.audience)) == OK


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "https://other.acme.example/mcp"},
        {"aud": ["https://other.acme.example/mcp"]},
        {"aud": None},
        {"iss": "https://id.evil.example"},
        {"iss": None},
        {"exp": 1_000_000_000},
        {"exp": None},
        {"nbf": 4_000_000_000},
        {"sub": None},
        {"sub": ""},
        {"exp": "soon"},
    ],
    ids=str,
)
def test_a_token_for_somebody_else_or_another_time_lets_nobody_in(
    client: httpx.Client, team: Team, issuer: Issuer, claims: dict[str, Any]
) -> None:
    assert status(client, team, issuer.token(team.audience, **claims)) == UNAUTHORIZED


def test_clocks_may_differ_by_the_seconds_that_are_configured_and_no_more(
    client: httpx.Client, team: Team, issuer: Issuer
) -> None:
    now = int(time.time())
    assert status(client, team, issuer.token(team.audience, exp=now - 30)) == OK
    assert status(client, team, issuer.token(team.audience, exp=now - 90)) == UNAUTHORIZED


def test_a_token_that_the_issuer_did_not_sign_lets_nobody_in(client: httpx.Client, team: Team, issuer: Issuer) -> None:
    claims = issuer.claims(team.audience)
    right = issuer.sign(claims)
    head, body, signature = right.split(".")
    none = base64.urlsafe_b64encode(json.dumps({"alg": "none", "typ": "JWT"}).encode()).decode().rstrip("=")
    other = base64.urlsafe_b64encode(json.dumps({**claims, "roles": ["admin"]}).encode()).decode().rstrip("=")
    forged = {
        "alg none": f"{none}.{body}.",
        "alg none, signed": f"{none}.{body}.{signature}",
        "another key": issuer.sign(claims, key=strange_key()),
        "another key by the issuer's name": issuer.sign(claims, key=strange_key(), kid=_key_id(right)),
        "the public key as a secret": sign_with_secret(claims, issuer.public_pem(), _key_id(right)),
        "other claims": f"{head}.{other}.{signature}",
        "another type": issuer.sign(claims, typ="dpop+jwt"),
        "no token": "eyJ.eyJ.x",
    }
    assert {name: status(client, team, token) for name, token in forged.items()} == dict.fromkeys(forged, UNAUTHORIZED)


def test_a_key_that_was_rotated_away_lets_nobody_in_and_the_new_one_does(
    client: httpx.Client, team: Team, issuer: Issuer
) -> None:
    assert status(client, team, issuer.token(team.audience)) == OK
    old = issuer.rotate()
    assert status(client, team, issuer.token(team.audience)) == OK
    assert status(client, team, issuer.sign(issuer.claims(team.audience), key=old)) == UNAUTHORIZED


def test_roles_come_from_the_claim_from_the_configuration_or_nowhere(
    client: httpx.Client, team: Team, issuer: Issuer
) -> None:
    def may_write(**claims: Any) -> bool | int:
        answer = ask(client, team.served.mcp, "tools/list", token=issuer.token(team.audience, **claims))
        if answer.status_code != OK:
            return answer.status_code
        return "open_case" in {tool["name"] for tool in answer.json()["result"]["tools"]}

    assert may_write(roles=["operator"]) is True
    assert may_write(roles="viewer helpdesk") is True
    assert may_write(roles=["viewer"]) is False
    assert may_write(roles=[], email="vera@acme.example") is False
    assert may_write(roles=[]) == FORBIDDEN
    assert may_write(roles=["root", 7]) == FORBIDDEN
    assert may_write(roles=None) == FORBIDDEN
    assert may_write(roles=[], email="vera@acme.example", email_verified=False) == FORBIDDEN
    assert may_write(roles=[], email="vera@acme.example", email_verified=None) == FORBIDDEN
    assert may_write(roles=[], email="vera@acme.example", email_verified="true") == FORBIDDEN


def test_an_email_that_a_token_does_not_call_verified_names_nobody_unless_the_configuration_trusts_it(
    client: httpx.Client, home: Path, issuer: Issuer
) -> None:
    """In some issuers people set their own: another one's address would be another one's name in the trail."""

    def write(*, is_trusted: bool) -> None:
        serving = f'[serve.issuer]\nissuer = "{issuer.url}"\naudience = "{audience}"\n'
        trust = f"email_is_trusted = {str(is_trusted).lower()}\n"
        configure(home, serving + trust + '[serve.issuer.people]\n"vera@acme.example" = ["operator"]')

    def come(**claims: Any) -> int:
        return ask(client, served.mcp, "tools/list", token=issuer.token(audience, **claims)).status_code

    audience = "https://lifecycle.acme.example/mcp"
    vera: dict[str, Any] = {"roles": [], "email": "vera@acme.example"}
    write(is_trusted=False)
    with serve(home) as served:
        assert come(**vera) == OK
        assert come(**vera, email_verified=None) == FORBIDDEN
        write(is_trusted=True)
        assert come(**vera, email_verified=None) == OK
        assert come(**vera, email_verified=False) == FORBIDDEN


def test_somebody_without_a_role_is_told_so(client: httpx.Client, team: Team, issuer: Issuer) -> None:
    answer = ask(client, team.served.mcp, "tools/list", token=issuer.token(team.audience, roles=[]))
    assert answer.status_code == FORBIDDEN
    assert 'error="insufficient_scope"' in answer.headers["WWW-Authenticate"]
    assert "olga@acme.example has no role" in answer.json()["error"]["message"]


def test_whoever_is_not_let_in_learns_where_tokens_come_from(client: httpx.Client, team: Team, issuer: Issuer) -> None:
    for token, says in ((None, None), ("nonsense", 'error="invalid_token"')):
        answer = ask(client, team.served.mcp, "tools/list", token=token)
        told = answer.headers["WWW-Authenticate"]
        assert answer.status_code == UNAUTHORIZED
        assert (says or "") in told
        place = told.partition('resource_metadata="')[2].partition('"')[0]
        assert place.endswith("/.well-known/oauth-protected-resource/mcp")
        document = client.get(place).json()
        assert document["authorization_servers"] == [issuer.url]
        assert document["resource"] == team.served.mcp


def test_an_issuer_that_cannot_be_asked_is_no_fault_of_whoever_comes(
    home: Path, client: httpx.Client, issuer: Issuer
) -> None:
    audience = "https://lifecycle.acme.example/mcp"
    configure(home, f'tokens = true\n[serve.issuer]\nissuer = "http://localhost:9"\naudience = "{audience}"')
    token = give_token(home, "pat@acme.example", Role.ADMIN)
    with serve(home) as served:
        answer = ask(client, served.mcp, "tools/list", token=issuer.token(audience))
        assert (answer.status_code, answer.json()["error"]["code"]) == (503, "issuer_unreachable")
        assert ask(client, served.mcp, "tools/list", token=token).status_code == OK


# -- tokens of our own ------------------------------------------------------------------------------------------------


def test_a_token_of_our_own_lets_its_person_in_and_only_as_a_bearer(client: httpx.Client, team: Team) -> None:
    token = team.tokens["viewer"]
    assert status(client, team, token) == OK
    assert status(client, team, token + "x") == UNAUTHORIZED
    assert status(client, team, token.upper()) == UNAUTHORIZED
    assert status(client, team, None) == UNAUTHORIZED
    assert ask(client, f"{team.served.mcp}?access_token={token}", "tools/list").status_code == UNAUTHORIZED
    basic = {"Authorization": f"Basic {base64.b64encode(f'x:{token}'.encode()).decode()}"}
    assert ask(client, team.served.mcp, "tools/list", headers=basic).status_code == UNAUTHORIZED
    twice = [("Authorization", f"Bearer {token}"), ("Authorization", "Bearer x")]
    assert client.post(team.served.mcp, headers=twice, json={}).status_code == UNAUTHORIZED


def test_an_expired_token_lets_nobody_in(client: httpx.Client, team: Team) -> None:
    assert status(client, team, give_token(team.home, "eve@acme.example", Role.ADMIN, days=-0.001)) == UNAUTHORIZED


def test_a_revoked_token_lets_nobody_in_any_more_two_seconds_later(client: httpx.Client, team: Team) -> None:
    """By the commands that people type, from the token that is shown to the last look of a worker."""
    eve = "eve@acme.example"
    made = attend("token", "create", eve, "--role", "viewer", home=team.home)
    [token] = re.findall(r"axl_[A-Za-z0-9_-]{43}", made.err)
    assert status(client, team, token) == OK
    assert run("token", "revoke", "--person", eve, "--reason", "she left", home=team.home).code == 0
    revoked = time.monotonic()
    while status(client, team, token) != UNAUTHORIZED:  # 429 where this asks too often
        assert time.monotonic() - revoked < remembered.REMEMBERED_SECONDS + 15  # a busy machine answers late
    assert status(client, team, token) == UNAUTHORIZED


def test_whoever_acts_is_named_by_the_token_and_by_nothing_that_they_say(
    client: httpx.Client, team: Team, issuer: Issuer
) -> None:
    said = {"fact": "deactivate.control", "evidence": "I am pat@acme.example"}
    for token, name, proof in (
        (team.tokens["operator"], "operator@acme.example", "token T-"),
        (issuer.token(team.audience), "olga@acme.example", f"{issuer.url} user-7"),
    ):
        told = use(client, team.served.mcp, "record_fact", token, local_answer=f"a switch of {name}", **said)
        assert told.get("isError") is not True, told
        actor = last_payload(team.home, "fact.answered")["by"]
        assert actor["name"] == name
        assert actor["proof"].startswith(proof)
        assert actor["channel"] == "assistant"


def _key_id(token: str) -> str:
    head = token.partition(".")[0]
    return str(json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))["kid"])
