"""How the tests of the vendors ask them, with bare httpx."""

import time
from collections.abc import Mapping
from typing import Any

import httpx
import jwt

from tests.directories.vendors.entra import EntraVendor
from tests.directories.vendors.google import READ_USERS, GoogleVendor
from tests.directories.vendors.keys import ASSERTION_TYPE, make_key
from tests.directories.vendors.okta import OktaVendor
from tests.directories.vendors.people import Organisation, make_organisation
from tests.directories.vendors.serving import Served

Pages = list[list[dict[str, Any]]]


def make_staff() -> Organisation:
    """250 people, of whom number 3 is switched off and number 4 on hold; every third is assigned."""
    organisation = make_organisation(250)
    organisation.disable(3)
    organisation.suspend(4)
    return organisation


def ask(served: Served[Any], path: str, authorization: str = "", **headers: str) -> httpx.Response:
    """One GET; `path` may be a whole address."""
    with httpx.Client(base_url=served.base, verify=served.context(), timeout=5) as client:
        return client.get(path, headers={**headers, **({"authorization": authorization} if authorization else {})})


def post(served: Served[Any], path: str, form: Mapping[str, str]) -> httpx.Response:
    with httpx.Client(base_url=served.base, verify=served.context(), timeout=5) as client:
        return client.post(path, data=form)


def ssws(served: Served[OktaVendor]) -> str:
    return f"SSWS {served.vendor.ssws_token}"


def walk_okta(served: Served[OktaVendor], path: str) -> Pages:
    """All pages, by the next links."""
    pages: Pages = []
    following: str | None = path
    while following is not None:
        reply = ask(served, following, ssws(served))
        assert reply.status_code == 200, reply.text
        pages.append(reply.json())
        following = reply.links.get("next", {}).get("url")
    return pages


def okta_form(
    served: Served[OktaVendor], scope: str = "okta.users.read", claims: Mapping[str, object] | None = None
) -> dict[str, str]:
    """A right form for a token, but for the claims that are given; None leaves a claim out."""
    vendor = served.vendor
    now = int(time.time())
    payload: dict[str, object] = {
        "iss": vendor.client_id,
        "sub": vendor.client_id,
        "aud": f"{served.base}/oauth2/v1/token",
        "exp": now + 300,
        **(claims or {}),
    }
    kept = {name: value for name, value in payload.items() if value is not None}
    return {
        "grant_type": "client_credentials",
        "scope": scope,
        "client_assertion_type": ASSERTION_TYPE,
        "client_assertion": jwt.encode(kept, vendor.key, algorithm="RS256", headers={"kid": vendor.kid}),
    }


def graph(served: Served[EntraVendor], path: str, **headers: str) -> httpx.Response:
    """One GET with a fresh token."""
    vendor = served.vendor
    return ask(served, path, f"Bearer {vendor.tokens.issue(vendor.granted, vendor.client_id)}", **headers)


def walk_graph(served: Served[EntraVendor], path: str, **headers: str) -> tuple[Pages, str | None]:
    """All pages, by the next links, and the delta link of the last one."""
    pages: Pages = []
    while True:
        reply = graph(served, path, **headers)
        assert reply.status_code == 200, reply.text
        body = reply.json()
        assert not {"@odata.nextLink", "@odata.deltaLink"} <= body.keys()
        pages.append(body["value"])
        if "@odata.nextLink" not in body:
            return pages, body.get("@odata.deltaLink")
        path = body["@odata.nextLink"]


def entra_form(served: Served[EntraVendor], **fields: str) -> dict[str, str]:
    """A right form with the secret, but for the fields that are given."""
    vendor = served.vendor
    return {
        "grant_type": "client_credentials",
        "client_id": vendor.client_id,
        "client_secret": vendor.secret,
        "scope": "https://graph.microsoft.com/.default",
        **fields,
    }


def with_certificate(served: Served[EntraVendor], algorithm: str, header: Mapping[str, str]) -> dict[str, str]:
    """A right form with an assertion, but for its header."""
    vendor = served.vendor
    now = int(time.time())
    claims = {
        "iss": vendor.client_id,
        "sub": vendor.client_id,
        "aud": f"{served.base}/{vendor.tenant}/oauth2/v2.0/token",
        "nbf": now,
        "exp": now + 300,
    }
    assertion = jwt.encode(claims, make_key("entra"), algorithm=algorithm, headers=dict(header))
    form = entra_form(served, client_assertion_type=ASSERTION_TYPE, client_assertion=assertion)
    del form["client_secret"]
    return form


def google_form(
    served: Served[GoogleVendor], claims: Mapping[str, object] | None = None, key: str = "google"
) -> dict[str, str]:
    """A right form for a token, but for the claims that are given."""
    now = int(time.time())
    payload = {
        "iss": served.vendor.email,
        "sub": served.vendor.admin,
        "scope": READ_USERS,
        "aud": f"{served.base}/token",
        "iat": now,
        "exp": now + 3600,
        **(claims or {}),
    }
    return {
        "grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer",
        "assertion": jwt.encode(payload, make_key(key), algorithm="RS256", headers={"kid": served.vendor.kid}),
    }


def directory(served: Served[GoogleVendor], query: str, **claims: object) -> httpx.Response:
    """One GET of users with a token of its own."""
    token = post(served, "/token", google_form(served, claims)).json()["access_token"]
    return ask(served, f"/admin/directory/v1/users?{query}", f"Bearer {token}")


def walk_google(served: Served[GoogleVendor], query: str) -> Pages:
    """All pages, by the page tokens."""
    pages: Pages = []
    token = ""
    while True:
        reply = directory(served, f"{query}&pageToken={token}" if token else query)
        assert reply.status_code == 200, reply.text
        pages.append(reply.json().get("users", []))
        token = reply.json().get("nextPageToken", "")
        if not token:
            return pages
