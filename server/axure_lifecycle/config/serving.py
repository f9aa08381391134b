"""The table `[serve]`: how a server for a team is reached, and whom it believes."""

import re
from collections.abc import Mapping
from dataclasses import replace
from ipaddress import ip_address
from typing import Final, cast
from urllib.parse import SplitResult, urlsplit

from axure_lifecycle.config.settings import (
    Table,
    Unfit,
    optional,
    read_choice,
    read_file,
    read_flag,
    read_host,
    read_number,
    read_secret_reference,
    read_text,
)
from axure_lifecycle.domain.access import Role
from axure_lifecycle.domain.addresses import normal
from axure_lifecycle.domain.serving import EVERYWHERE, LOOPBACK, IssuerSettings, ServeSettings

LONGEST_URL: Final = 500
"""Characters."""

_WORD: Final = re.compile(r"[\x21-\x7e]{1,500}")
_PORTS: Final[Mapping[str, int]] = {"https": 443, "http": 80}
_PROOF: Final = (
    "tokens = true or [serve.issuer] beside it, or 127.0.0.1 and no public_url: nobody may get in without being asked "
    "who they are"
)


def read_serving(table: Table) -> ServeSettings:
    """`[serve]`, with the defaults for whatever is wrong in it."""
    default = ServeSettings()
    settings = ServeSettings(
        host=table.take_or("host", _read_listening_host, default.host),
        port=table.take_or("port", read_number(1, 65_535, "the port"), default.port),
        public_url=table.take_or("public_url", optional(_read_origin), None),
        takes_tokens=table.take_or("tokens", read_flag, default.takes_tokens),
        workers=table.take_or("workers", read_number(1, 64, "processes"), default.workers),
        # A single one may stand without brackets, so that what could be the key itself is read as a reference.
        keys=table.take_list("keys", read_secret_reference, is_single_allowed=True),
        calls_a_minute=table.take_or("calls_a_minute", read_number(1, 1_000_000, "calls"), default.calls_a_minute),
        max_body_bytes=table.take_or(
            "max_body_bytes", read_number(65_536, 1_000_000_000, "bytes"), default.max_body_bytes
        ),
        session_hours=table.take_or("session_hours", read_number(1, 720, "hours"), default.session_hours),
        telemetry=table.take_or("telemetry", read_flag, default.telemetry),
        trusted_proxies=table.take_list("trusted_proxies", _read_proxy),
    )
    has_issuer = table.is_given("issuer")
    issuer = table.take_table("issuer")
    if has_issuer:
        settings = replace(settings, issuer=_read_issuer(issuer, settings.resource))
    table.finish()
    if settings.host in EVERYWHERE and not table.is_given("public_url"):
        found = f'found "{settings.host}", which is every address and none that anybody types'
        table.refuse("host", found, "public_url beside it, or one address")
    if not (settings.takes_tokens or has_issuer):
        if settings.host not in LOOPBACK:
            table.refuse("host", f'found "{settings.host}", where others can reach it', _PROOF)
        elif settings.public_url is not None:
            table.refuse("public_url", f'found "{settings.public_url}", where others can reach it', _PROOF)
    return settings


def _read_issuer(table: Table, resource: str) -> IssuerSettings | None:
    issuer = table.take("issuer", _read_issuer_url)
    settings = IssuerSettings(
        issuer=issuer or "",
        audience=table.take_or("audience", _read_word, resource),
        identity_claim=table.take_or("identity_claim", _read_word, "email"),
        email_is_trusted=table.take_or("email_is_trusted", read_flag, False),
        roles_claim=table.take_or("roles_claim", _read_word, "roles"),
        roles=table.take_table("roles").take_every(read_choice(Role)),
        people=_read_people(table.take_table("people")),
        clock_skew=table.take_or("clock_skew", read_number(0, 300, "seconds"), 60),
        ca_file=table.take_or("ca_file", optional(read_file), None),
        client_id=table.take_or("client_id", optional(read_text), None),
        client_secret=table.take_or("client_secret", optional(read_secret_reference), None),
        session_minutes=table.take_or("session_minutes", read_number(5, 720, "minutes"), 60),
    )
    table.finish()
    if table.is_given("client_secret") and not table.is_given("client_id"):
        table.refuse("client_id", "missing", "client_id beside client_secret")
    return None if issuer is None else settings


def _read_people(table: Table) -> dict[str, frozenset[Role]]:
    """Names as they stand in the trail: addresses in their normal form, anything else as it is."""
    return {str(normal(name) or name): roles for name, roles in table.take_every(_read_roles).items()}


def _read_roles(value: object) -> frozenset[Role]:
    words = cast("list[object]", value) if isinstance(value, list) else [value]
    try:
        roles = frozenset(map(read_choice(Role), words))
    except Unfit as unfit:
        raise Unfit(f"a list of roles, each {unfit.expected}") from None
    if not roles:
        raise Unfit(f"at least one role of {', '.join(Role)}")
    return roles


def _read_listening_host(value: object) -> str:
    """An address of this machine, or a name of it; no port."""
    if isinstance(value, str) and value.isascii():
        try:
            return str(ip_address(value.strip()))
        except ValueError:
            if ":" not in value:
                return read_host(value)
    raise Unfit("an address or a name of this machine without a port, such as 127.0.0.1 or 0.0.0.0")


def _read_proxy(value: object) -> str:
    if isinstance(value, str):
        try:
            found = ip_address(value.strip())
        except ValueError:
            pass
        else:
            if not (found.is_unspecified or found.is_multicast):
                return str(found)
    raise Unfit("the IP address of one proxy, such as 10.0.0.7")


def _read_word(value: object) -> str:
    if isinstance(value, str) and _WORD.fullmatch(value):
        return value
    raise Unfit("a word of up to 500 letters, digits and signs without blanks")


def _read_origin(value: object) -> str:
    """Scheme, host and port, the port left out where it is the scheme's own."""
    url = _read_url(value, "https://lifecycle.acme.example, with a port where it needs one and without a path")
    if url.path.strip("/") or url.query or url.fragment:
        raise Unfit("https://lifecycle.acme.example, with a port where it needs one and without a path")
    name = f"[{url.hostname}]" if ":" in (url.hostname or "") else url.hostname
    port = "" if url.port in (None, _PORTS[url.scheme]) else f":{url.port}"
    return f"{url.scheme}://{name}{port}"


def _read_issuer_url(value: object) -> str:
    """As it is written: tokens say the same letter by letter."""
    expected = "the issuer as its tokens name it, an https URL without a query, such as https://id.acme.example/realm"
    url = _read_url(value, expected)
    if url.query or url.fragment:
        raise Unfit(expected)
    return str(value)


def _read_url(value: object, expected: str) -> SplitResult:
    """https, or http on the loopback; no name and no password in it."""
    if isinstance(value, str) and re.fullmatch(rf"[\x21-\x7e]{{1,{LONGEST_URL}}}", value):
        try:
            url = urlsplit(value)
            _ = url.port  # refuses a number that is no port
        except ValueError:
            raise Unfit(expected) from None
        is_private = url.scheme == "https" or (url.scheme == "http" and url.hostname in LOOPBACK)
        if is_private and url.hostname and "@" not in url.netloc and value.startswith(f"{url.scheme}://"):
            return url
    raise Unfit(expected)
