"""A server with narrow limits behind a proxy with TLS, as one that identity providers reach from the internet."""

import http.server
import ssl
from collections.abc import Generator, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from axure_lifecycle.app import Workshop
from tests.cli.processes import run
from tests.directories.peers.certificates import Authority
from tests.loopback import on_a_thread
from tests.scim.conftest import make_scim_home
from tests.scim.listing import stand_for_members
from tests.scim.pushing import ERROR, Idp, give_scim_token, over_http
from tests.web.serving import configure, serve

A_MINUTE = 8
"""Pushes of each identity provider."""
IDPS = ("okta-push", "entra", "okta-spec")


@dataclass
class Narrow:
    """The server, and whom it takes."""

    home: Path
    authority: Authority
    upstream: str = ""
    """Where the server itself listens."""
    idps: dict[str, Idp] = field(default_factory=dict[str, Idp])


@contextmanager
def proxy(narrow: Narrow) -> Generator[str]:
    """What ends TLS before the server; its address."""
    shown = narrow.authority.issue("127.0.0.1")
    showing = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    showing.load_cert_chain(shown.certificate, shown.key)

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer = httpx.get(f"{narrow.upstream}{self.path}", headers={"Host": self.headers["Host"]}, timeout=30)
            self.send_response(answer.status_code)
            self.send_header("Content-Length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as the library calls it
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.socket = showing.wrap_socket(server.socket, server_side=True)
    with on_a_thread(server):
        yield f"https://127.0.0.1:{server.server_address[1]}"


@pytest.fixture(scope="module")
def narrow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Narrow]:
    """Three identity providers, and a members roster of nobody but the operator."""
    folder = tmp_path_factory.mktemp("narrow")
    found = Narrow(make_scim_home(folder / "home"), Authority(folder / "authority"))
    file = found.home / "config.toml"
    with proxy(found) as address, ExitStack() as opened:
        configure(found.home, f'tokens = true\npublic_url = "{address}"')
        text = file.read_text("utf-8").replace("# pushes_a_minute = 3000", f"pushes_a_minute = {A_MINUTE}")
        file.write_text(text.replace("# max_push_bytes = 1048576", "max_push_bytes = 16384"), "utf-8")
        with closing(Workshop(found.home)) as workshop:
            stand_for_members(workshop, folder / "members.csv", ["Pat,pat@acme.example,Admin,Active,Yes"])
        served = opened.enter_context(serve(found.home))
        client = opened.enter_context(httpx.Client())
        found.upstream = served.url
        for name in (*IDPS, "entra again"):
            token = give_scim_token(found.home, name.partition(" ")[0], days=90)
            found.idps[name] = over_http(client, served.url, token)
        yield found


def test_doctor_has_nothing_to_say_of_a_server_that_is_reached_and_pushed_to(narrow: Narrow) -> None:
    for number, name in enumerate(IDPS):
        narrow.idps[name].create(f"p{number}@acme.example")
    found = run("doctor", "scim", home=narrow.home, environment={"SSL_CERT_FILE": str(narrow.authority.file)})
    assert found.code == 0, found
    assert "/scim/v2 answers, and lets nobody in without a token." in found.out
    assert found.out.count("It wants 1 on and 0 off") == len(IDPS)
    upstream, narrow.upstream = narrow.upstream, f"{narrow.upstream}/elsewhere"
    lost = run("doctor", "scim", home=narrow.home, environment={"SSL_CERT_FILE": str(narrow.authority.file)})
    narrow.upstream = upstream
    assert (lost.code, "answers otherwise than this server does" in lost.out) == (1, True)


def test_too_many_pushes_of_one_identity_provider_are_told_to_come_later_and_another_one_is_served(
    narrow: Narrow,
) -> None:
    entra, again, okta = (narrow.idps[name] for name in ("entra", "entra again", "okta-push"))
    large = entra.post("/Users", {"userName": "x" * 20_000})
    assert (large.status, large["schemas"]) == (413, [ERROR])
    late = [answer for answer in (entra.get("/Users") for _ in range(2 * A_MINUTE)) if answer.status == 429]
    assert late
    assert {answer["schemas"][0] for answer in late} == {ERROR}
    assert int(late[0].headers["retry-after"]) >= 1
    while (answer := again.get("/Users")).status == 200:
        pass  # as often as one more is allowed by now
    assert answer.status == 429  # another token of the same one makes no difference
    assert okta.get("/Users").status == 200
