"""`doctor` about a server for a team, and its secrets, which turn up nowhere."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tests.cli.conftest import initialize
from tests.cli.processes import attend, run
from tests.cli.test_admitting import SECRET
from tests.directories.canaries import Canaries

KEY, SHORT = "canary-of-a-key-5f0c9e7d41b2a683", "canary-too-short-77"
CLIENT_SECRET = "canary-of-a-client-secret-3141592653"


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """An issuer on this machine, which says of itself what issuers say, and at `/other` that it is another."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            own = f"http://{self.headers['Host']}"
            documents: dict[str, dict[str, object]] = {
                "/.well-known/openid-configuration": {"issuer": own, "jwks_uri": f"{own}/keys"},
                "/other/.well-known/openid-configuration": {"issuer": "https://id.acme.example"},
                "/keys": {"keys": []},
            }
            found = documents.get(self.path)
            self.send_response(404 if found is None else 200)
            self.end_headers()
            self.wfile.write(json.dumps(found).encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as it is called there
            """Nothing."""

    with HTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A configured home, whose configuration each test writes anew."""
    return initialize(tmp_path_factory.mktemp("doctor") / "home")


@pytest.fixture
def home(template: Path) -> Iterator[Path]:
    """The home, as it was."""
    file = template / "config.toml"
    before = file.read_text("utf-8")
    yield template
    file.write_text(before, "utf-8")


def configure(home: Path, serve: str) -> None:
    """Put these settings into `[serve]`."""
    file = home / "config.toml"
    text = file.read_text("utf-8")
    assert "\n[serve]\n" in text
    file.write_text(text.replace("\n[serve]\n", f"\n[serve]\n{serve}\n"), "utf-8")


def said_of(home: Path, **environment: str) -> list[str]:
    """What `doctor` says of `[serve]`."""
    found = run("doctor", home=home, environment=environment)
    return [line for line in found.out.splitlines() if "] serve, " in line]


def test_of_a_server_that_nobody_configured_nothing_is_said(home: Path) -> None:
    assert said_of(home) == []


def test_what_is_configured_well_is_fine_and_a_key_is_made_at_the_start_only(home: Path, issuer: str) -> None:
    configure(home, f'workers = 2\n[serve.issuer]\nissuer = "{issuer}"\n')
    assert said_of(home) == [
        "[ok] serve, reach: It listens on 127.0.0.1, port 8765, known as http://127.0.0.1:8765; people come in by the "
        "issuer.",
        f"[ok] serve, key: None is configured; the first start makes one in {home / 'serve.key'}, for this machine "
        "alone.",
        f"[ok] serve, issuer: {issuer} answers; its tokens must be for http://127.0.0.1:8765/mcp. Only our own names "
        "of roles count in the claim roles.",
    ]
    assert not (home / "serve.key").exists()


def test_each_thing_that_is_wrong_is_named_without_any_secret(home: Path, issuer: str, tmp_path: Path) -> None:
    loose = tmp_path / "loose"
    loose.write_text(CLIENT_SECRET, "utf-8")
    loose.chmod(0o644)
    configure(
        home,
        f'host = "192.0.2.7"\ntokens = true\nkeys = ["env:SERVE_KEY", "env:SERVE_SHORT", "file:{tmp_path}/none"]\n'
        f'[serve.issuer]\nissuer = "{issuer}/other"\nclient_id = "console"\nclient_secret = "file:{loose}"\n',
    )
    canaries = Canaries()
    for name, secret in (("key", KEY), ("short", SHORT), ("client secret", CLIENT_SECRET)):
        canaries.keep(name, secret)
    environment = {"SERVE_KEY": KEY, "SERVE_SHORT": SHORT}
    found = run("doctor", home=home, environment=environment)
    told = [line for line in found.out.splitlines() if "] serve, " in line]
    assert [line.partition(":")[0] for line in told] == [
        "[?] serve, reach",
        "[ok] serve, key",
        "[!] serve, key",
        "[!] serve, key",
        "[!] serve, issuer",
        "[?] serve, client secret",
    ]
    assert found.code == 1
    assert "travels unencrypted" in told[0]
    assert f"env:SERVE_KEY holds a key of {len(KEY)} bytes" in told[1]
    assert f"the key in env:SERVE_SHORT has {len(SHORT)} bytes, and 32 are the least" in told[2]
    assert f"file:{tmp_path}/none, one of the `keys` in [serve], cannot be read" in told[3]
    assert "is of another issuer" in told[4]
    assert "Others on this machine may read" in told[5]
    for command in (("doctor",), ("doctor", "--json"), ("serve", "--port", "0"), ("sources",)):
        ended = run(*command, home=home, environment=environment)
        canaries.hear(" ".join(command), ended.out + ended.err)
    canaries.hear_files(home)
    assert list(canaries.found()) == []


def test_a_token_and_a_code_are_heard_once_and_nowhere_else(home: Path) -> None:
    canaries = Canaries()
    for words in (("token", "create", "ana@acme.example", "--role", "admin"), ("factor", "invite", "ana@acme.example")):
        made = attend(*words, home=home)
        [secret] = SECRET.findall(made.err)
        canaries.keep(words[0], secret[4:])
        canaries.hear("around it", made.err.replace(secret, ""))
    for command in (
        ("token", "list"),
        ("token", "list", "--json"),
        ("factor", "list", "--json"),
        ("token", "revoke", "T-1", "--reason", "lost", "--json"),
        ("token", "revoke", "T-1", "--reason", "lost", "--json"),
        ("doctor", "--json"),
        ("audit", "export", str(home / "trail.jsonl")),
    ):
        ended = run(*command, home=home)
        canaries.hear(" ".join(command), ended.out + ended.err)
    assert canaries.hear_files(home) > 2
    assert list(canaries.found()) == []
    assert "token.created" in (home / "trail.jsonl").read_text("utf-8")
