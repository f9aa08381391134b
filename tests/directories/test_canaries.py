"""No secret, and no part of one, in anything that the product says, logs or keeps: whatever happens to a read."""

import json
import logging
import random
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import keyring
import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from cryptography.hazmat.primitives.asymmetric import rsa
from keyring.backend import KeyringBackend

from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.organization import Organization
from tests.cli.processes import run
from tests.directories.canaries import PART, Canaries
from tests.directories.conftest import StartDomainController, StartOpenLdap
from tests.directories.ldap_reads import at_openldap
from tests.directories.peers import openldap as openldaps
from tests.directories.peers import samba
from tests.directories.product import NAME, open_product, settings_of, write_members
from tests.directories.rigs import VENDORS
from tests.directories.troubles import HASTY
from tests.directories.vendors.entra import EntraVendor
from tests.directories.vendors.faults import MAKERS, Broken, LoginPage, TokenExpired
from tests.directories.vendors.google import GoogleVendor
from tests.directories.vendors.keys import to_pem
from tests.directories.vendors.okta import OktaVendor
from tests.directories.vendors.people import make_organisation
from tests.directories.vendors.serving import serve
from tests.mcp.offices import open_bureau

PEOPLE = 30
SEEN_BY_DOCTOR = {"500", "login page", "token expired", "redirect elsewhere", "next elsewhere", "wrong shape"}


class HeldKeyring(KeyringBackend):
    """A keyring of this process."""

    priority = 1  # pyright: ignore[reportAssignmentType, reportIncompatibleMethodOverride]

    def __init__(self) -> None:
        self.held: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.held.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.held[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.held[service, username]


@pytest.fixture
def held() -> Iterator[HeldKeyring]:
    """The keyring of this test."""
    before, ours = keyring.get_keyring(), HeldKeyring()
    keyring.set_keyring(ours)
    yield ours
    keyring.set_keyring(before)


@pytest.fixture(scope="module")
def portal() -> Iterator[BlockingPortal]:
    """Where the clients live."""
    with start_blocking_portal() as portal:
        yield portal


@pytest.fixture
def canaries() -> Canaries:
    return Canaries()


def other_key() -> str:
    """A private key that nobody knows."""
    return to_pem(rsa.generate_private_key(public_exponent=65537, key_size=2048))


def table(name: str, kind: str, **fields: object) -> str:
    """A table of the configuration."""
    lines = [f"{field} = {json.dumps(str(value))}" for field, value in fields.items()]
    return "\n".join(["", "[[directories]]", f'name = "{name}"', f'kind = "{kind}"', *lines, ""])


def test_a_part_of_a_secret_is_found_wherever_it_hides(canaries: Canaries, tmp_path: Path) -> None:
    secret = canaries.keep("the key", other_key())
    part = secret.splitlines()[3][20 : 20 + PART]
    canaries.hear("harmless", secret.splitlines()[0] + part[1:])
    assert list(canaries.found()) == []
    (tmp_path / "store").write_bytes(b"\0\xff" + part.encode())
    canaries.hear_files(tmp_path)
    record = logging.LogRecord("wire", logging.DEBUG, "", 0, "asked %s", (part,), None)
    canaries.hear_logs([record])
    assert {"the key in store", "the key in log of wire"} <= set(canaries.found())


@pytest.mark.peer("slapd")
@pytest.mark.peer("samba")
def test_no_canary_is_in_anything_that_configured_directories_leave(
    canaries: Canaries,
    start_openldap: StartOpenLdap,
    start_domain_controller: StartDomainController,
    held: HeldKeyring,
    organization: Organization,
    portal: BlockingPortal,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    people = make_organisation(PEOPLE)
    lie, environment = tmp_path / "secrets", dict[str, str]()
    lie.mkdir()

    def in_file(name: str, secret: str) -> str:
        (lie / name).write_text(canaries.keep(name, secret), "utf-8")
        return f"file:{lie / name}"

    def in_environment(name: str, secret: str) -> str:
        environment[name] = canaries.keep(name, secret)
        monkeypatch.setenv(name, secret)
        return f"env:{name}"

    def in_keyring(name: str, secret: str) -> str:
        held.held["lifecycle", name] = canaries.keep(name, secret)
        return f"keyring:lifecycle/{name}"

    with ExitStack() as stack:
        okta = stack.enter_context(serve(OktaVendor(people)))
        entra = stack.enter_context(serve(EntraVendor(people)))
        google = stack.enter_context(serve(GoogleVendor(people)))
        doubtful = stack.enter_context(serve(OktaVendor(people), trusted=False))
        broken = stack.enter_context(serve(EntraVendor(people)))
        broken.vendor.schedule.always(TokenExpired())
        told = okta.vendor.credentials()
        at_okta: dict[str, object] = {"host": okta.base.removeprefix("https://"), "ca_file": okta.ca_file}
        service_app: dict[str, object] = {**at_okta, "client_id": told["client_id"], "key_id": told["kid"]}
        ours = entra.vendor.credentials()
        login = entra.base.removeprefix("https://")
        at_entra: dict[str, object] = {
            "tenant": ours["tenant"],
            "client_id": ours["client_id"],
            "ca_file": entra.ca_file,
            "graph_host": login,
            "login_host": login,
            "app": ours["app_id"],
        }
        (lie / "entra.pem").write_text(ours["certificate"], "utf-8")
        file = google.vendor.credentials()
        place = google.base.removeprefix("https://")
        at_google: dict[str, object] = {
            "admin": file["subject"],
            "api_host": place,
            "token_host": place,
            "ca_file": google.ca_file,
        }
        key_file = json.dumps({"type": "service_account", **file})
        canaries.keep("google.json", file["private_key"])
        strange = other_key()
        canaries.keep("google-wrong.json", strange)
        wrong_file = json.dumps({"type": "service_account", **file, "private_key": strange})
        (lie / "google.json").write_text(key_file, "utf-8")
        (lie / "google-wrong.json").write_text(wrong_file, "utf-8")
        untrusted: dict[str, object] = {
            "host": doubtful.base.removeprefix("https://"),
            "ca_file": doubtful.ca_file,
        }
        other = broken.base.removeprefix("https://")
        expired: dict[str, object] = {
            **at_entra,
            "graph_host": other,
            "login_host": other,
            "ca_file": broken.ca_file,
        }
        openldap, controller = start_openldap(people=3), start_domain_controller(people=3)
        servers = [each for each in tmp_path.iterdir() if each.name.startswith(("openldap", "samba"))]
        at_ldap: dict[str, object] = {
            "host": openldap.tls_url.removeprefix("ldaps://"),
            "base": openldaps.PEOPLE,
            "bind_as": openldaps.READER,
            "ca_file": openldap.authority.file,
        }
        at_domain: dict[str, object] = {
            "host": controller.host,
            "base": samba.BASE,
            "bind_as": samba.SYNCER,
            "ca_file": controller.authority.file,
        }
        configured = "".join(
            (
                table("okta", "okta", **at_okta, token=in_environment("OKTA_TOKEN", told["ssws_token"])),
                table("okta-app", "okta", **service_app, key=in_file("okta.pem", told["private_key"])),
                table("okta-wrong", "okta", **at_okta, token=in_environment("WRONG", "canary-of-a-token-0123456789")),
                table("okta-stray", "okta", **service_app, key=in_file("stray.pem", other_key())),
                table("okta-no-app", "okta", **at_okta, token="env:OKTA_TOKEN", app="0oaunknown"),
                table("okta-doubtful", "okta", **untrusted, token="env:OKTA_TOKEN"),
                table("entra", "entra", **at_entra, secret=in_keyring("entra", ours["client_secret"])),
                table("entra-wrong", "entra", **at_entra, secret=in_file("wrong", "canary-of-a-client-secret-98765")),
                table(
                    "entra-key",
                    "entra",
                    **at_entra,
                    certificate=lie / "entra.pem",
                    key=in_file("entra-key.pem", ours["private_key"]),
                ),
                table("entra-expired", "entra", **expired, secret=in_file("broken", broken.vendor.secret)),
                table("google", "google", **at_google, key=f"file:{lie / 'google.json'}"),
                table("google-wrong", "google", **at_google, key=f"file:{lie / 'google-wrong.json'}"),
                table("google-torn", "google", **at_google, key=in_file("torn.json", key_file[: len(key_file) // 2])),
                table("ldap", "openldap", **at_ldap, password=in_file("ldap", openldaps.READER_PASSWORD)),
                table("ad", "active_directory", **at_domain, password=in_environment("AD", samba.PASSWORD)),
                table(
                    "ad-wrong",
                    "active_directory",
                    **at_domain,
                    password=in_keyring("ad", "canary-of-a-password-of-nobody"),
                ),
            )
        )
        bureau = stack.enter_context(open_bureau(tmp_path, portal, organization))
        config = bureau.office.home / "config.toml"
        config.write_text(config.read_text("utf-8") + configured, "utf-8")

        outcomes: dict[str, str | None] = {}
        names = [line.split('"')[1] for line in configured.splitlines() if line.startswith("name = ")]
        for name in names:
            synced = bureau.assistant.call("sync_directory", directory=name)
            canaries.hear(f"sync_directory of {name}", json.dumps([synced.text, synced.data], ensure_ascii=False))
            outcomes[name] = synced.data["directories"][0]["code"]
        canaries.hear("list_sources", bureau.assistant.send("list_sources", {}).model_dump_json())
        home = bureau.office.home
        for command in (
            ("sync", "okta-app"),
            ("sync", "google-wrong"),
            ("doctor",),
            ("sources",),
            ("doctor", "--json"),
        ):
            done = run(*command, home=home, environment=environment)
            canaries.hear(f"{command}, code {done.code}", done.out + done.err)
        exported = run("audit", "export", "-", home=home)
        assert "directory.read_failed" in exported.out
        canaries.hear("the exported trail", exported.out)
        for vendor in (okta.vendor, entra.vendor, google.vendor, broken.vendor):
            for token in vendor.tokens.known():
                canaries.keep(f"an access token of {vendor.name}", token)

    assert outcomes == {
        "okta": None,
        "okta-app": None,
        "okta-wrong": "directory_sign_in_refused",
        "okta-stray": "directory_sign_in_refused",
        "okta-no-app": "directory_app_unknown",
        "okta-doubtful": "directory_certificate_untrusted",
        "entra": None,
        "entra-wrong": "directory_sign_in_refused",
        "entra-key": None,
        "entra-expired": "directory_sign_in_refused",
        "google": None,
        "google-wrong": "directory_sign_in_refused",
        "google-torn": "secret_unusable",
        "ldap": None,
        "ad": None,
        "ad-wrong": "directory_sign_in_refused",
    }
    canaries.hear_logs(caplog.records)
    theirs = [file for server in servers for file in server.rglob("*")]  # OpenLDAP keeps the password as it was set.
    assert canaries.hear_files(tmp_path, besides=[*lie.iterdir(), *theirs]) >= 2
    assert not list(canaries.found())


@pytest.mark.parametrize("name", list(VENDORS))
def test_no_canary_is_in_anything_that_a_fault_leaves(
    name: str, canaries: Canaries, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    organisation = make_organisation(PEOPLE)
    vendor = VENDORS[name](organisation)
    roster = write_members(tmp_path / "members.csv", [person.address for person in organisation.people.values()])
    with serve(vendor) as served:
        settings, secret = settings_of(served)
        for part in secrets_among(vendor.credentials()):
            canaries.keep(name, part)
        with open_product(tmp_path / "home", roster, settings, secret) as product:
            codes: set[str | None] = set()
            for fault, make in MAKERS.items():
                if fault in {"silence", "slow drip", "429, date", "429, fraction", "502", "504"}:  # slow, or as others
                    continue
                vendor.schedule.again().at(1, *(make(random.Random(fault)) for _ in range(40)))
                synced = product.sync(HASTY)
                codes.add(synced.code)
                canaries.hear(fault, synced.model_dump_json() + repr(product.last_attempt()))
                if fault not in SEEN_BY_DOCTOR:
                    continue
                vendor.schedule.always(make(random.Random(fault)))
                for finding in product.directory.open(NAME).examine():
                    canaries.hear(f"doctor at {fault}", finding)
            for trouble in (Broken(500), LoginPage()):
                vendor.schedule.again().at_token(1, *[trouble] * 40)
                vendor.tokens.expire()
                try:
                    with product.directory.open(NAME).read(None, None, None) as reading:
                        list(reading.batches())
                except LifecycleError as error:
                    canaries.hear_refusal(type(trouble).__name__, error)
                    codes.add(error.code)
            assert len(codes - {None}) >= 4
            for token in vendor.tokens.known():
                canaries.keep(f"an access token of {name}", token)
    canaries.hear_logs(caplog.records)
    canaries.hear_files(tmp_path)
    assert not list(canaries.found())


@pytest.mark.peer("slapd")
def test_no_password_of_ldap_is_in_anything_that_is_left(
    canaries: Canaries, start_openldap: StartOpenLdap, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server = start_openldap(people=3)
    roster = write_members(tmp_path / "members.csv", ["p00000@acme.example"])
    wrong = canaries.keep("a wrong password", "canary-of-a-wrong-password")
    outcomes: list[str | None] = []
    for number, password in enumerate((canaries.keep("the password", openldaps.READER_PASSWORD), wrong)):
        home = tmp_path / f"home{number}"
        with open_product(home, roster, at_openldap(server), password) as product:
            synced = product.sync(HASTY)
            outcomes.append(synced.code)
            canaries.hear("sync", synced.model_dump_json() + repr(product.last_attempt()))
            canaries.hear("doctor", product.directory.open(NAME).examine())
            server.daemon.stop()
            canaries.hear("sync of nobody", product.sync(HASTY).model_dump_json())
            server.daemon.start()
        canaries.hear_files(home)
    canaries.hear_logs(caplog.records)
    assert outcomes == [None, "directory_sign_in_refused"]
    assert not list(canaries.found())


def secrets_among(credentials: Mapping[str, str]) -> Iterator[str]:
    """The members that are to be kept secret."""
    for name in ("ssws_token", "client_secret", "private_key"):
        if name in credentials:
            yield credentials[name]
