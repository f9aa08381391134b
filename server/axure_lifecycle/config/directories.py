"""The tables `[[directories]]`: one for each directory that the product reads by itself."""

import re
from collections.abc import Callable, Mapping
from typing import Final

from axure_lifecycle.config.settings import (
    Findings,
    Table,
    Unfit,
    describe,
    optional,
    read_address,
    read_file,
    read_flag,
    read_host,
    read_number,
    read_secret_reference,
)
from axure_lifecycle.domain.directories import (
    DirectorySettings,
    EntraSettings,
    FileSettings,
    GoogleSettings,
    LdapFlavour,
    LdapSettings,
    OktaSettings,
)

MOST: Final = 16
"""Directories; the comparison joins no more."""

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_ID: Final = re.compile(r"[A-Za-z0-9._~-]{1,100}")


def read_directories(tables: tuple[Table, ...], findings: Findings) -> tuple[DirectorySettings, ...]:
    """All of them, in the order of the file; a wrong one is left out, and its mistakes are noted."""
    found: list[DirectorySettings] = []
    names: set[str] = set()
    for number, table in enumerate(tables, 1):
        before = len(findings.mistakes)
        name = table.take("name", _read_name)
        kind = table.take("kind", _read_kind)
        settings = _READERS[kind](table, name or "") if kind is not None else None
        if kind is not None:
            table.finish()
        if number > MOST:
            table.refuse("name", f"found a directory number {number}", f"at most {MOST} directories")
        elif name is not None and name in names:
            table.refuse("name", f"found {describe(name)} a second time", "one name for each directory")
        names |= {name} if name is not None else set()
        if settings is not None and len(findings.mistakes) == before:
            found.append(settings)
    return tuple(found)


def _read_name(value: object) -> str:
    if isinstance(value, str) and _NAME.fullmatch(value):
        return value
    raise Unfit("a name of small letters, digits, - and _, such as okta")


def _read_kind(value: object) -> str:
    if isinstance(value, str) and value in _READERS:
        return value
    raise Unfit(f"one of {', '.join(_READERS)}")


def _read_id(value: object) -> str:
    if isinstance(value, str) and _ID.fullmatch(value):
        return value
    raise Unfit("an id as the directory shows it: letters, digits, and . _ ~ -")


def _read_long(value: object) -> str:
    if isinstance(value, str) and 0 < len(value.strip()) <= 1000 and value.isprintable():
        return value.strip()
    raise Unfit("a text of 1 to 1000 printable characters")


def _read_filter(value: object) -> str:
    if isinstance(value, str) and re.fullmatch(r"\([\x20-\U0010ffff]{1,998}\)", value) and value.isprintable():
        return value
    raise Unfit("an LDAP filter in brackets such as (objectClass=inetOrgPerson)")


def _one_of(table: Table, *ways: tuple[str, ...]) -> None:
    """Exactly one way to sign in, whole."""
    given = [way for way in ways if any(table.is_given(key) for key in way)]
    told = " or ".join(" with ".join(way) for way in ways)
    if not given:
        table.refuse(ways[0][0], "missing", f"a way to sign in: {told}")
    elif len(given) > 1:
        table.refuse(given[1][0], f"found beside {given[0][0]}", f"one way to sign in: {told}")
    else:
        for key in given[0]:
            if not table.is_given(key):
                table.refuse(key, "missing", f"{key} beside {given[0][0] if key != given[0][0] else given[0][1]}")


def _okta(table: Table, name: str) -> DirectorySettings | None:
    host = table.take("host", read_host)
    client_id = table.take_or("client_id", optional(_read_id), None)
    key = table.take_or("key", optional(read_secret_reference), None)
    key_id = table.take_or("key_id", optional(_read_id), None)
    token = table.take_or("token", optional(read_secret_reference), None)
    app = table.take_or("app", optional(_read_id), None)
    ca_file = table.take_or("ca_file", optional(read_file), None)
    _one_of(table, ("client_id", "key"), ("token",))
    if table.is_given("key_id") and not table.is_given("key"):
        table.refuse("key_id", "found without key", "key_id beside key only")
    if host is None:
        return None
    return OktaSettings(
        name=name, host=host, client_id=client_id, key=key, key_id=key_id, token=token, app=app, ca_file=ca_file
    )


def _entra(table: Table, name: str) -> DirectorySettings | None:
    tenant = table.take("tenant", _read_id)
    client_id = table.take("client_id", _read_id)
    secret = table.take_or("secret", optional(read_secret_reference), None)
    key = table.take_or("key", optional(read_secret_reference), None)
    certificate = table.take_or("certificate", optional(read_file), None)
    app = table.take_or("app", optional(_read_id), None)
    leave_dates = table.take_or("leave_dates", read_flag, default=False)
    graph_host = table.take_or("graph_host", read_host, "graph.microsoft.com")
    login_host = table.take_or("login_host", read_host, "login.microsoftonline.com")
    ca_file = table.take_or("ca_file", optional(read_file), None)
    _one_of(table, ("secret",), ("key", "certificate"))
    if tenant is None or client_id is None:
        return None
    return EntraSettings(
        name=name,
        tenant=tenant,
        client_id=client_id,
        secret=secret,
        key=key,
        certificate=certificate,
        app=app,
        leave_dates=leave_dates,
        graph_host=graph_host,
        login_host=login_host,
        ca_file=ca_file,
    )


def _google(table: Table, name: str) -> DirectorySettings | None:
    admin = table.take("admin", read_address)
    key = table.take("key", read_secret_reference)
    customer = table.take_or("customer", _read_id, "my_customer")
    api_host = table.take_or("api_host", read_host, "admin.googleapis.com")
    token_host = table.take_or("token_host", read_host, "oauth2.googleapis.com")
    ca_file = table.take_or("ca_file", optional(read_file), None)
    if admin is None or key is None:
        return None
    return GoogleSettings(
        name=name, admin=admin, key=key, customer=customer, api_host=api_host, token_host=token_host, ca_file=ca_file
    )


def _ldap(flavour: LdapFlavour) -> Callable[[Table, str], DirectorySettings | None]:
    def read(table: Table, name: str) -> DirectorySettings | None:
        host = table.take("host", read_host)
        base = table.take("base", _read_long)
        bind_as = table.take("bind_as", _read_long)
        password = table.take("password", read_secret_reference)
        start_tls = table.take_or("start_tls", read_flag, default=False)
        people = table.take_or("people", optional(_read_filter), None)
        ca_file = table.take_or("ca_file", optional(read_file), None)
        if host is None or base is None or bind_as is None or password is None:
            return None
        return LdapSettings(
            name=name,
            flavour=flavour,
            host=host,
            start_tls=start_tls,
            base=base,
            bind_as=bind_as,
            password=password,
            people=people,
            ca_file=ca_file,
        )

    return read


def _file(table: Table, name: str) -> DirectorySettings | None:
    path = table.take("path", read_file)
    still_seconds = table.take_or("still_seconds", read_number(0, 3600, "seconds"), 5)
    return None if path is None else FileSettings(name=name, path=path, still_seconds=still_seconds)


_READERS: Final[Mapping[str, Callable[[Table, str], DirectorySettings | None]]] = {
    "okta": _okta,
    "entra": _entra,
    "google": _google,
    LdapFlavour.ACTIVE_DIRECTORY.value: _ldap(LdapFlavour.ACTIVE_DIRECTORY),
    LdapFlavour.OPENLDAP.value: _ldap(LdapFlavour.OPENLDAP),
    "file": _file,
}
