"""The tables of `config.toml`, one function each."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import fields
from pathlib import Path
from types import MappingProxyType
from typing import Final
from urllib.parse import quote
from zoneinfo import ZoneInfo

from axure_lifecycle.config.home import STORE_FILE
from axure_lifecycle.config.notifying import read_run
from axure_lifecycle.config.settings import (
    Findings,
    Table,
    Unfit,
    describe,
    optional,
    read_address,
    read_amount,
    read_choice,
    read_currency,
    read_folder,
    read_host,
    read_number,
    read_pattern,
    read_text,
    read_zone,
    redacted,
)
from axure_lifecycle.domain.approvals import ApprovalPolicy, ApprovalReason
from axure_lifecycle.domain.evidence import EvidenceRules
from axure_lifecycle.domain.holdings import Strength
from axure_lifecycle.domain.organization import (
    APPROVAL,
    ROSTER,
    Demands,
    Deployment,
    Idp,
    Limits,
    Organization,
    Policy,
    Screens,
    SeatPrice,
    SignIn,
    object_to_host,
    object_to_sign_in,
)
from axure_lifecycle.domain.rosters import DirectoryRow, MemberRow, RosterKind, SeatRow

SQLITE_PREFIX: Final = "sqlite:///"

_UTC: Final = "UTC"
_ROW_TYPES: Final[Mapping[RosterKind, tuple[str, ...]]] = {
    RosterKind.MEMBERS: MemberRow._fields,
    RosterKind.SEATS: SeatRow._fields,
    RosterKind.DIRECTORY: DirectoryRow._fields,
}
_NOT_COLUMNS: Final = frozenset({"line", "shown_as", "flags"})
"""Fields of a row that reading adds and no roster states."""

Steps = Callable[[], Collection[str]]
"""Tells the keys of the steps that there are."""
RosterColumns = Mapping[RosterKind, Mapping[str, tuple[str, ...]]]


def read_sign_in(value: object) -> SignIn:
    """How people sign in: one way for the whole server (fact: ldap-saml.exclusive)."""
    if isinstance(value, list):
        raise Unfit(
            f"one of {', '.join(SignIn)}: a server signs people in one way only, and with AD/LDAP on, its SAML "
            "settings count for nothing"
        )
    return read_choice(SignIn)(value)


def read_organization(table: Table, findings: Findings) -> Organization | None:
    """`[organization]`; None after a mistake."""
    so_far = len(findings.mistakes)
    name = table.take("name", read_text)
    deployment = table.take("deployment", read_choice(Deployment))
    host = table.take("host", read_host)
    sign_in = table.take("sign_in", read_sign_in)
    idp = table.take("idp", read_choice(Idp))
    screens = table.take("screens", read_choice(Screens))
    operator = table.take("operator", read_address)
    time_zone = table.take_or("time_zone", read_zone, ZoneInfo(_UTC))
    table.finish()
    # The public cloud is nobody's own server, whoever hosts it; so that is told beside all other mistakes.
    if host and (objection := object_to_host(deployment or Deployment.PRIVATE_INSTANCE, host)):
        table.refuse("host", f"found {host}", f"another host: {objection.removesuffix('.')}")
    if deployment and sign_in and (objection := object_to_sign_in(deployment, sign_in)):
        table.refuse("sign_in", f"found {sign_in}", f"another way: {objection.removesuffix('.')}")
    if not (name and deployment and host and sign_in and idp and screens and operator):
        return None
    if len(findings.mistakes) > so_far:
        return None
    return Organization(
        name=name,
        deployment=deployment,
        host=host,
        sign_in=sign_in,
        idp=idp,
        screens=screens,
        operator=operator,
        time_zone=time_zone,
    )


_RANGES: Final[Mapping[str, tuple[int, int, str]]] = {
    "members_roster_days": (1, 3650, "days"),
    "directory_snapshot_days": (1, 3650, "days"),
    "shrink_percent": (0, 100, "percent"),
    "shrink_rows": (1, 1_000_000, "rows"),
    "grace_minutes": (0, 10_080, "minutes"),
    "departures_percent": (0, 100, "percent"),
    "departures_number": (0, 1_000_000, "people"),
    "departures_least": (0, 1_000_000, "people"),
    "changes_percent": (0, 100, "percent"),
    "changes_number": (0, 1_000_000, "people"),
    "changes_least": (0, 1_000_000, "people"),
    "step_overdue_days": (1, 3650, "days"),
    "fact_days": (1, 36500, "days"),
    "local_fact_days": (1, 3650, "days"),
    "join_hours": (0, 8760, "hours"),
}


def read_limits(table: Table) -> Limits:
    """`[limits]`."""
    default = Limits()
    found = {
        limit.name: table.take_or(limit.name, read_number(*_RANGES[limit.name]), getattr(default, limit.name))
        for limit in fields(Limits)
    }
    table.finish()
    return Limits(**found)


def read_policy(table: Table, prices: tuple[Table, ...], known_steps: Steps | None = None) -> Policy:
    """`[policy]` with its tables, and the tables `[[seat_prices]]`."""
    non_personal = table.take_list("non_personal", read_pattern)
    trusted = table.take_list("trusted_folders", read_folder)
    approvals = _read_approvals(table.take_table("approvals"))
    demands = _read_demands(table.take_table("confirmation"), known_steps)
    run = read_run(table.take_table("run"))
    table.finish()
    return Policy(
        seat_prices=_read_prices(prices),
        non_personal=non_personal,
        trusted_folders=trusted,
        approvals=approvals,
        demands=demands,
        run=run,
    )


def _read_approvals(table: Table) -> ApprovalPolicy:
    default = ApprovalPolicy()
    reasons = table.take_list("reasons", read_choice(ApprovalReason))
    batch_above = table.take_or("batch_above", read_number(1, 1_000_000, "people"), default.batch_above)
    table.finish()
    return ApprovalPolicy(reasons=frozenset(reasons), batch_above=batch_above)


def _read_demands(table: Table, known_steps: Steps | None) -> Demands:
    """A step that no playbook has is a mistake: it would demand nothing, and nobody would notice."""
    least = table.take_or("least", _read_strength, Demands().least)
    steps: dict[str, Strength] = {}
    if known_steps is None:
        steps = table.take_every(_read_strength)
    elif table.has_more:
        for step in (APPROVAL, ROSTER, *sorted(known_steps())):
            found = table.take_or(step, optional(_read_strength), None)
            steps |= {} if found is None else {step: found}
    table.finish()
    return Demands(least=least, steps=steps)


def _read_strength(value: object) -> Strength:
    words = tuple(strength for strength in Strength if strength is not Strength.NONE)
    if isinstance(value, str) and value in words:
        return Strength(value)
    raise Unfit(f"one of {', '.join(words)}")


def _read_prices(prices: tuple[Table, ...]) -> tuple[SeatPrice, ...]:
    found: dict[str, SeatPrice] = {}
    for price in prices:
        edition = price.take("edition", read_text)
        yearly = price.take("yearly", read_amount)
        currency = price.take("currency", read_currency)
        price.finish()
        if edition and edition.casefold() in found:
            price.refuse("edition", f"found {describe(edition)} a second time", "one price for each edition")
        elif edition and yearly is not None and currency:
            found[edition.casefold()] = SeatPrice(edition, yearly, currency)
    return tuple(found.values())


def read_evidence(table: Table) -> EvidenceRules:
    """`[evidence]`."""
    default = EvidenceRules()
    folders = table.take_list("folders", read_folder)
    max_bytes = table.take_or("max_bytes", read_number(1, 100_000_000, "bytes"), default.max_bytes)
    table.finish()
    return EvidenceRules(folders=folders, max_bytes=max_bytes)


def read_store(table: Table, home: Path, environment: Mapping[str, str]) -> str:
    """`[store]`, with a reference to a variable or a file followed: the URL of the store."""

    def read_from_environment(value: object) -> str:
        if not (isinstance(value, str) and re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,99}", value)):
            raise Unfit("the name of an environment variable", found="found something else")
        if value not in environment:
            raise Unfit("the name of an environment variable that is set", found=f"{value} is not set")
        return _read_url(environment[value])

    def read_from_file(value: object) -> str:
        if not (isinstance(value, str) and Path(value).is_absolute()):
            raise Unfit("the absolute path of a file with the URL in it", found="found something else")
        try:
            return _read_url(Path(value).read_text(encoding="utf-8").strip())
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
            raise Unfit("a file with the URL in it", found=f"{describe(value)} cannot be read ({reason})") from None

    url = url_of_file(home / STORE_FILE)
    readers: Mapping[str, Callable[[object], str]] = {
        "url": _read_url,
        "url_env": read_from_environment,
        "url_file": read_from_file,
    }
    given = [key for key in readers if table.is_given(key)]
    for key, read in readers.items():
        url = table.take_or(key, read, url)
    if len(given) > 1:
        table.refuse(given[1], f"found beside {given[0]}", "only one of url, url_env and url_file")
    table.finish()
    return url


def _read_url(value: object) -> str:
    expected = "sqlite:///ABSOLUTE/PATH or postgresql+psycopg://USER@HOST/DATABASE"
    if not isinstance(value, str):
        raise Unfit(expected)
    if value.isprintable() and re.match(r"sqlite:////.|sqlite:///[A-Za-z]:[/\\]|postgresql\+psycopg://.", value):
        return value
    raise Unfit(expected, found=f"found {describe(redacted(value))}")


def url_of_file(file: Path) -> str:
    """The URL of an SQLite store in this file."""
    return f"{SQLITE_PREFIX}{quote(file.as_posix(), safe='/:')}"


def read_columns(table: Table) -> RosterColumns:
    """`[rosters.*]`: which headers mean which field."""
    columns: dict[RosterKind, Mapping[str, tuple[str, ...]]] = {}
    for kind in RosterKind:
        mapping = table.take_table(kind)
        headers: dict[str, tuple[str, ...]] = {}
        for name in _ROW_TYPES[kind]:
            if name in _NOT_COLUMNS:
                continue
            found = mapping.take_list(name, read_text, is_single_allowed=True)
            for other, taken in headers.items():
                for header in {text.casefold() for text in found} & {text.casefold() for text in taken}:
                    mapping.refuse(name, f"found {describe(header)}, which {other} has too", "each header once")
            if found:
                headers[name] = found
        mapping.finish()
        if headers:
            columns[kind] = MappingProxyType(headers)
    table.finish()
    return MappingProxyType(columns)
