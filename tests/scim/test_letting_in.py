"""Who may push: whoever has no token that counts learns nothing, and each identity provider has a room of its own."""

import subprocess
import sys
import uuid
from functools import reduce
from pathlib import Path

import httpx
import pytest

from axure_lifecycle.app import Workshop
from axure_lifecycle.config import write_configuration
from axure_lifecycle.domain.access import Role
from tests.conftest import ACME_ORGANIZATION
from tests.console.conftest import FORM_TOKEN, from_own_page
from tests.scim.conftest import Pushed, make_scim_home
from tests.scim.pushing import BULK, ERROR, GROUP, USER, give_scim_token, revoke_scim_token
from tests.web.serving import ask, bearer, configure, give_token, last_payload, refused, serve

SEARCH = "urn:ietf:params:scim:api:messages:2.0:SearchRequest"
KINDS = ("none", "wrong", "expired", "revoked", "of a person", "of an idp that is no more")


@pytest.fixture
def name() -> str:
    """Somebody whom nobody pushed before."""
    return f"in.{uuid.uuid4().hex[:12]}@acme.example"


def token_that_counts_not(home: Path, kind: str) -> str | None:
    """What a stranger shows."""
    match kind:
        case "none":
            return None
        case "expired":
            return give_scim_token(home, "okta-push", days=-1)
        case "revoked":
            token = give_scim_token(home, "okta-push")
            workshop = Workshop(home)
            with workshop.store().reading() as view:
                newest = view.scim_tokens()[0].id
            workshop.close()
            revoke_scim_token(home, newest)
            return token
        case "of a person":
            return give_token(home, "ana@acme.example", Role.ADMIN)
        case "of an idp that is no more":
            return give_scim_token(home, "ping")
        case _:
            return "axs_guess"


@pytest.mark.parametrize("kind", KINDS)
def test_a_caller_without_a_token_that_counts_hears_the_same_of_everybody(pushed: Pushed, name: str, kind: str) -> None:
    person = pushed.idp("okta-push").create(name)
    stranger = pushed.stranger(token_that_counts_not(pushed.home, kind), f"127.0.0.{30 + KINDS.index(kind)}")
    answers = [
        stranger.get(f"/Users/{person}"),
        stranger.get("/Users/00000000-0000-0000-0000-000000000000"),
        stranger.get(f'/Users?filter=userName eq "{name}"'),
        stranger.post("/Users", {"schemas": [USER], "userName": name}),
        stranger.patch(f"/Users/{person}", {"op": "replace", "path": "active", "value": False}),
        stranger.delete(f"/Users/{person}"),
        stranger.get("/Groups"),
        stranger.post("/Bulk", {}),
        stranger.get("/nothing/of/the/kind"),
        stranger.get(""),
    ]
    assert {answer.status for answer in answers} == {401}
    assert len({str(answer.body) for answer in answers}) == 1
    assert answers[0]["schemas"] == [ERROR]
    assert answers[0].headers["www-authenticate"].startswith("Bearer ")
    assert pushed.idp("okta-push").get(f"/Users/{person}")["active"] is True


def test_what_the_service_is_may_be_asked_without_a_token(pushed: Pushed) -> None:
    told = pushed.stranger(None, "127.0.0.40").get("/ServiceProviderConfig")
    assert (told.status, told["patch"], told["etag"]) == (200, {"supported": True}, {"supported": True})
    assert told["bulk"] == {"supported": True, "maxOperations": 100, "maxPayloadSize": 1048576}
    assert told["authenticationSchemes"][0]["type"] == "oauthbearertoken"
    assert told["changePassword"] == {"supported": False}


def test_whoever_guesses_is_told_to_wait_and_an_identity_provider_at_the_same_address_is_not(pushed: Pushed) -> None:
    guesser = pushed.stranger("axs_guess", "127.0.0.41")
    guesses = [guesser.get("/Users").status for _ in range(70)]
    assert set(guesses) == {401, 429}
    assert pushed.stranger(pushed.tokens["entra"], "127.0.0.41").get("/Users").status == 200


def test_another_identity_provider_sees_nobody_and_may_have_the_same_people(pushed: Pushed, name: str) -> None:
    okta, entra = pushed.idp("okta-push"), pushed.idp("entra")
    person = okta.create(name)
    group = okta.post("/Groups", {"displayName": f"G {name}", "members": [{"value": person}]})["id"]
    assert [entra.get(path).status for path in (f"/Users/{person}", f"/Groups/{group}")] == [404, 404]
    assert entra.delete(f"/Users/{person}").status == 404
    assert entra.patch(f"/Users/{person}", {"op": "replace", "path": "active", "value": False}).status == 404
    for path, body in ((f"/Users/{person}", {"userName": name}), (f"/Groups/{group}", {"displayName": "G"})):
        for version in ('W/"1"', 'W/"9"', "*"):
            asked = [
                entra.get(path, If_None_Match=version),
                entra.put(path, body, If_Match=version),
                entra.patch(path, {"op": "add", "path": "externalId", "value": "x"}, If_Match=version),
                entra.delete(path, If_Match=version),
            ]
            assert [one.status for one in asked] == [404] * 4, version  # 304 and 412 would say that it is there
    assert entra.named(name) == []
    assert entra.create(name) != person
    theirs = entra.post("/Groups", {"displayName": f"G {name}", "members": [{"value": person}]})
    assert (theirs.status, theirs.body.get("members")) == (201, None)
    assert okta.get(f"/Users/{person}")["active"] is True


def test_another_identity_providers_token_learns_nothing_by_bulk_put_search_or_members(
    pushed: Pushed, name: str
) -> None:
    okta, entra = pushed.idp("okta-push"), pushed.idp("entra")
    person, nobody = okta.create(name), str(uuid.uuid4())
    body = {"schemas": [GROUP], "displayName": f"G {name}", "members": [{"value": person}]}
    group = okta.post("/Groups", body)["id"]
    before = [okta.get(path).body for path in (f"/Users/{person}", f"/Groups/{group}")]

    def hears(number: str, group_number: str, user_name: str) -> list[tuple[int, str]]:
        """What entra hears of a person and a group; without the words that it said itself."""
        off = {"op": "replace", "path": "active", "value": False}
        user = {"schemas": [USER], "userName": user_name, "active": False}
        operations = [
            {"method": "PATCH", "path": f"/Users/{number}", "data": {"Operations": [off]}},
            {"method": "PUT", "path": f"/Users/{number}", "data": user},
            {"method": "DELETE", "path": f"/Users/{number}"},
            {"method": "PUT", "path": f"/Groups/{group_number}", "data": {**body, "members": []}},
            {"method": "DELETE", "path": f"/Groups/{group_number}"},
        ]
        searched = [
            (f"{place}/.search", {"schemas": [SEARCH], "filter": condition})
            for place, condition in (
                ("/Users", f'userName eq "{user_name}"'),
                ("/Users", f'groups.value eq "{group_number}"'),
                ("/Groups", f'members[value eq "{number}"]'),
                ("/Groups", f'id eq "{group_number}" and members.value eq "{number}"'),
                ("/Groups", f'members pr and id eq "{group_number}"'),
                ("", f'id eq "{number}"'),
            )
        ]
        answers = [
            entra.post("/Bulk", {"schemas": [BULK], "Operations": operations}),
            entra.put(f"/Users/{number}", user),
            entra.put(f"/Groups/{group_number}", body),
            entra.patch(f"/Groups/{group_number}", {"op": "add", "path": "members", "value": [{"value": number}]}),
            *(entra.post(place, search) for place, search in searched),
        ]
        said = {number: "N", group_number: "G", user_name: "U"}
        return [
            (one.status, reduce(lambda text, word: text.replace(word, said[word]), said, str(one.body)))
            for one in answers
        ]

    theirs = hears(person, group, name)
    assert theirs == hears(nobody, nobody.replace("-", "a"), f"no.{name}")
    assert [status for status, _ in theirs] == [200, 404, 404, 404, *[200] * 6]
    assert theirs[0][1].count("'status': '404'") == 10  # of five operations, and of the error of each
    assert all("'totalResults': 0" in text for _, text in theirs[4:])
    assert [okta.get(path).body for path in (f"/Users/{person}", f"/Groups/{group}")] == before


@pytest.mark.parametrize(
    ("headers", "status"), [({"Host": "evil.example"}, 421), ({"Origin": "https://evil.example"}, 403)], ids=str
)
def test_what_is_not_addressed_to_the_server_is_refused_in_the_form_of_scim(
    pushed: Pushed, headers: dict[str, str], status: int
) -> None:
    for token in (pushed.tokens["entra"], None):
        for path in ("/Users", "/ServiceProviderConfig", "/nothing"):
            answer = pushed.stranger(token, "127.0.0.42").get(path, **headers)
            assert (answer.status, answer.headers["Content-Type"]) == (status, "application/scim+json")
            assert (answer["schemas"], answer["status"]) == ([ERROR], str(status))
            assert answer["detail"].startswith("The request was not answered:")
    elsewhere = httpx.get(f"{pushed.served.url}/scim/v22", headers=headers)
    assert (elsewhere.status_code, elsewhere.headers["Content-Type"]) == (status, "application/json")


def test_the_trail_names_the_identity_provider_and_its_token_whatever_the_request_says(
    pushed: Pushed, name: str
) -> None:
    pushed.idp("okta-push").post(
        "/Users",
        {"schemas": [USER], "userName": name, "by": "pat@acme.example", "meta": {"resourceType": "User"}},
        X_Forwarded_User="pat@acme.example",
    )
    told = last_payload(pushed.home, "scim.user_created")
    assert told["by"] == {"name": "okta-push", "channel": "scim", "client": None, "proof": "token ST-1"}
    assert (told["idp"], told["address"]) == ("okta-push", name)


def test_a_token_of_an_identity_provider_opens_nothing_else(pushed: Pushed, name: str) -> None:
    token, url = pushed.tokens["okta-push"], pushed.served.url
    pushed.idp("okta-push").create(name)
    with httpx.Client(headers=bearer(token), transport=httpx.HTTPTransport(local_address="127.0.0.43")) as client:
        initialize = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"protocolVersion": "2025-06-18"}}
        doors = [
            client.post(f"{url}/mcp", json=initialize, headers={"Accept": "application/json, text/event-stream"}),
            client.get(f"{url}/mcp", headers={"Accept": "text/event-stream"}),
            ask(client, f"{url}/mcp", "tools/list", token=token),
            client.post(f"{url}/hooks/tickets", json={"case": "C-1", "ticket": "HR-1", "state": "closed"}),
        ]
        assert [door.status_code for door in doors] == [401] * 4
        pages = [client.get(f"{url}{path}") for path in ("/", "/people", f"/people/{name}", "/reports", "/account")]
        assert {page.status_code for page in pages} == {303}
        assert all(page.headers["location"].startswith("/sign-in") for page in pages)
        form = FORM_TOKEN.search(client.get(f"{url}/sign-in").text)
        assert form is not None
        fields = {"form_token": form[1], "token": token, "to": "/people"}
        entered = client.post(f"{url}/sign-in", data=fields, headers=from_own_page(url))
        after = client.get(f"{url}/people")
    assert (entered.status_code, after.status_code) == (401, 303)
    assert name not in "".join(one.text for one in (*doors, *pages, entered, after))


LOADED = """
import sys
from pathlib import Path
import axure_lifecycle.cli.commands, axure_lifecycle.mcp_server.server, axure_lifecycle_tools.catalog
from axure_lifecycle.app import Workshop
from axure_lifecycle.web.application import Place, build_application
home = Path(sys.argv[1])
build_application(home, Workshop(home).configuration().serving, Place())
print(sorted({"scim2_models", "scim2_server", "axure_lifecycle.scim"} & set(sys.modules)))
"""


def test_where_no_identity_provider_is_configured_there_is_no_such_path_and_no_library(tmp_path: Path) -> None:
    home = tmp_path / "home"
    write_configuration(home, ACME_ORGANIZATION)
    configure(home, "tokens = true")
    with serve(home) as served, httpx.Client() as client:
        assert client.get(f"{served.url}/scim/v2/ServiceProviderConfig").status_code == 404
    pushed_to = make_scim_home(tmp_path / "pushed-to")
    loaded = [
        subprocess.run([sys.executable, "-c", LOADED, str(each)], capture_output=True, text=True, check=True).stdout
        for each in (home, pushed_to)
    ]
    assert loaded == ["[]\n", "['axure_lifecycle.scim', 'scim2_models', 'scim2_server']\n"]


def test_a_server_without_the_library_says_which_extra_is_missing(tmp_path: Path) -> None:
    home = make_scim_home(tmp_path / "home")
    lacking = tmp_path / "lacking"
    lacking.mkdir()
    (lacking / "sitecustomize.py").write_text(
        "import importlib.util as util\nfind = util.find_spec\n"
        "util.find_spec = lambda name, *rest: None if name == 'scim2_server' else find(name, *rest)\n"
    )
    said = refused(home, environment={"PYTHONPATH": str(lacking)})
    assert "needs the extra `scim`" in said
