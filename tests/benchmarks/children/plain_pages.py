"""The same pages of a vendor by a bare loop of httpx, which parses their JSON: `plain_pages NAME CREDENTIALS`."""

import json
import ssl
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from time import perf_counter, process_time, time
from typing import Any

import httpx
import jwt

ENTRA_USER = "id,userPrincipalName,mail,displayName,accountEnabled,otherMails,proxyAddresses"
GOOGLE_USER = (
    "id,primaryEmail,name(fullName),emails(address),aliases,nonEditableAliases,suspended,suspensionReason,archived,"
    "deletionTime"
)


def okta_pages(client: httpx.Client, told: Mapping[str, str]) -> Iterator[list[Any]]:
    """Users, deprovisioned ones, who changed of late, and who is assigned."""
    client.headers["authorization"] = f"SSWS {told['ssws_token']}"
    questions: list[tuple[str, dict[str, str]]] = [
        ("/api/v1/users", {"limit": "200"}),
        ("/api/v1/users", {"limit": "200", "filter": 'status eq "DEPROVISIONED"'}),
        ("/api/v1/users", {"limit": "200", "filter": 'lastUpdated gt "2030-01-01T00:00:00.000Z"'}),
        (f"/api/v1/apps/{told['app_id']}/users", {"limit": "500"}),
    ]
    for path, params in questions:
        answer = client.get(path, params=params)
        yield answer.json()
        while "next" in answer.links:
            answer = client.get(answer.links["next"]["url"])
            yield answer.json()


def entra_pages(client: httpx.Client, told: Mapping[str, str]) -> Iterator[list[Any]]:
    """The first round of the delta query, and who is assigned."""
    form = {
        "grant_type": "client_credentials",
        "client_id": told["client_id"],
        "client_secret": told["client_secret"],
        "scope": "https://graph.microsoft.com/.default",
    }
    token = client.post(f"/{told['tenant']}/oauth2/v2.0/token", data=form).json()["access_token"]
    client.headers["authorization"] = f"Bearer {token}"
    principal = told["principal_id"]
    for path, params in (
        ("/v1.0/users/delta", {"$select": ENTRA_USER}),
        (f"/v1.0/servicePrincipals/{principal}/appRoleAssignedTo", {"$top": "999"}),
    ):
        body = client.get(path, params=params).json()
        yield body["value"]
        while "@odata.nextLink" in body:
            body = client.get(body["@odata.nextLink"]).json()
            yield body["value"]


def google_pages(client: httpx.Client, told: Mapping[str, str]) -> Iterator[list[Any]]:
    """Deleted users, then the others."""
    scope = "https://www.googleapis.com/auth/admin.directory.user.readonly"
    now = int(time())
    claims = {"iss": told["client_email"], "sub": told["subject"], "scope": scope, "aud": told["token_uri"]}
    headers = {"kid": told["private_key_id"]}
    assertion = jwt.encode({**claims, "iat": now, "exp": now + 300}, told["private_key"], "RS256", headers)
    form = {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": assertion}
    token = client.post("/token", data=form).json()["access_token"]
    client.headers["authorization"] = f"Bearer {token}"
    fields = f"kind,nextPageToken,users({GOOGLE_USER})"
    for question in ({"showDeleted": "true"}, {}):
        params = {"customer": "my_customer", "maxResults": "500", "fields": fields, **question}
        while True:
            body = client.get("/admin/directory/v1/users", params=params).json()
            yield body.get("users", [])
            if "nextPageToken" not in body:
                break
            params["pageToken"] = body["nextPageToken"]


PAGES = {"okta": okta_pages, "entra": entra_pages, "google": google_pages}


def walk(name: str, told: Mapping[str, str]) -> int:
    """How many objects came."""
    context = ssl.create_default_context(cafile=told["ca_file"])
    with httpx.Client(base_url=told["base"], verify=context) as client:
        return sum(len(page) for page in PAGES[name](client, told))


if __name__ == "__main__":
    credentials = json.loads(Path(sys.argv[2]).read_text("utf-8"))
    begun, used = perf_counter(), process_time()
    count = walk(sys.argv[1], credentials)
    print(json.dumps({"seconds": perf_counter() - begun, "processor": process_time() - used, "outcome": count}))
