"""The tables `[[notices]]`, `[reminders]`, `[tickets]` and `[policy.run]`."""

import re
from collections.abc import Callable, Mapping
from datetime import time
from typing import Any, Final

from axure_lifecycle.config.settings import (
    Findings,
    Table,
    Unfit,
    describe,
    optional,
    read_address,
    read_choice,
    read_file,
    read_host,
    read_number,
    read_secret_reference,
    read_text,
)
from axure_lifecycle.domain.addresses import normal
from axure_lifecycle.domain.places import (
    MailPlace,
    MailSecurity,
    Place,
    SlackPlace,
    Takes,
    TeamsPlace,
    TicketRules,
    WebhookPlace,
)
from axure_lifecycle.domain.policies import Opening, RunPolicy
from axure_lifecycle.domain.reminding import ReminderRules, Weekday
from axure_lifecycle.domain.reports import ReportFormat, ReportKind, ReportOrder
from axure_lifecycle.domain.serving import LOOPBACK

MOST: Final = 16
"""Places."""
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_PORTS: Final = {MailSecurity.STARTTLS: 587, MailSecurity.TLS: 465, MailSecurity.NONE: 25}


def read_owner(value: object) -> str:
    """Whose something is: an address in its normal form, or a team in any words."""
    text = read_text(value)
    return str(normal(text) or text)


def read_places(tables: tuple[Table, ...], findings: Findings) -> tuple[Place, ...]:
    """All of them, in the order of the file; a wrong one is left out, and its mistakes are noted."""
    found: list[Place] = []
    names: set[str] = set()
    for number, table in enumerate(tables, 1):
        before = len(findings.mistakes)
        name = table.take("name", _read_name)
        kind = table.take("kind", _read_kind)
        place = None
        if kind is not None:
            default = tuple(Takes) if kind == "webhook" else (Takes.DIGESTS, Takes.ESCALATIONS)
            takes = table.take_list("takes", read_choice(Takes), default)
            if Takes.TICKETS in takes and kind != "webhook":
                table.refuse("takes", 'found "tickets"', "tickets at a webhook only: a person needs no such messages")
            common: dict[str, Any] = {
                "name": name or "",
                "takes": frozenset(takes),
                "owners": table.take_list("owners", read_owner),
                "ca_file": table.take_or("ca_file", optional(read_file), None),
            }
            place = _READERS[kind](table, common)
            table.finish()
        if number > MOST:
            table.refuse("name", f"found a place number {number}", f"at most {MOST} places")
        elif name is not None and name in names:
            table.refuse("name", f"found {describe(name)} a second time", "one name for each place")
        names |= {name} if name is not None else set()
        if place is not None and len(findings.mistakes) == before:
            found.append(place)
    return tuple(found)


def _read_name(value: object) -> str:
    if isinstance(value, str) and _NAME.fullmatch(value):
        return value
    raise Unfit("a name of small letters, digits, - and _, such as slack")


def _read_kind(value: object) -> str:
    if isinstance(value, str) and value in _READERS:
        return value
    raise Unfit(f"one of {', '.join(_READERS)}")


def _slack(table: Table, common: dict[str, Any]) -> Place | None:
    url = table.take("url", read_secret_reference)
    return None if url is None else SlackPlace(url=url, **common)


def _teams(table: Table, common: dict[str, Any]) -> Place | None:
    url = table.take("url", read_secret_reference)
    return None if url is None else TeamsPlace(url=url, **common)


def _webhook(table: Table, common: dict[str, Any]) -> Place | None:
    url = table.take("url", read_secret_reference)
    secret = table.take("secret", read_secret_reference)
    return None if url is None or secret is None else WebhookPlace(url=url, secret=secret, **common)


def _email(table: Table, common: dict[str, Any]) -> Place | None:
    host = table.take("host", read_host)
    security = table.take_or("security", read_choice(MailSecurity), MailSecurity.STARTTLS)
    port = table.take_or("port", read_number(1, 65_535, "the port"), _PORTS[security])
    sender = table.take("sender", read_address)
    user = table.take_or("user", optional(read_text), None)
    password = table.take_or("password", optional(read_secret_reference), None)
    fallback = table.take_or("fallback", optional(read_address), None)
    if (user is None) is not (password is None):
        table.refuse("user" if user is None else "password", "missing", "user and password together, or neither")
    if security is MailSecurity.NONE and host is not None and host not in LOOPBACK:
        table.refuse("security", f'found "none" with {host}', "starttls or tls: only this machine is spoken to without")
    if host is None or sender is None:
        return None
    return MailPlace(
        host=host,
        port=port,
        security=security,
        sender=sender,
        user=user,
        password=password,
        fallback=fallback,
        **common,
    )


_READERS: Final[Mapping[str, Callable[[Table, dict[str, Any]], Place | None]]] = {
    "slack": _slack,
    "teams": _teams,
    "webhook": _webhook,
    "email": _email,
}


def read_reminders(table: Table) -> ReminderRules:
    """`[reminders]`."""
    default = ReminderRules()
    rules = ReminderRules(
        every_days=table.take_or("every_days", read_number(1, 31, "days"), default.every_days),
        quiet_from=table.take_or("quiet_from", optional(_read_time), None),
        quiet_until=table.take_or("quiet_until", optional(_read_time), None),
        quiet_days=frozenset(table.take_list("quiet_days", read_choice(Weekday))),
        escalate_after_days=table.take_or(
            "escalate_after_days", read_number(0, 365, "days"), default.escalate_after_days
        ),
        escalate_to=table.take_or("escalate_to", optional(read_owner), None),
        give_up_hours=table.take_or("give_up_hours", read_number(1, 720, "hours"), default.give_up_hours),
    )
    table.finish()
    if (rules.quiet_from is None) is not (rules.quiet_until is None):
        missing = "quiet_from" if rules.quiet_from is None else "quiet_until"
        table.refuse(missing, "missing", "quiet_from and quiet_until together, or neither")
    if len(rules.quiet_days) == len(Weekday):
        table.refuse("quiet_days", "found all seven", "at least one day on which people may be told")
    return rules


def _read_time(value: object) -> time:
    if isinstance(value, str) and re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", value):
        return time.fromisoformat(value)
    raise Unfit('a time of day in quotes, such as "20:00"')


def read_tickets(table: Table) -> TicketRules:
    """`[tickets]`."""
    secret = table.take_or("secret", optional(read_secret_reference), None)
    table.finish()
    return TicketRules(secret=secret)


def read_run(table: Table) -> RunPolicy:
    """`[policy.run]`."""
    opening = table.take_or("open", read_choice(Opening), Opening.NEVER)
    owner = table.take_or("owner", optional(read_owner), None)
    default = RunPolicy()
    reports = table.take_list("reports", _read_order, default.reports)
    weekly = table.take_list("weekly_reports", _read_order, default.weekly_reports)
    weekly_on = table.take_or("weekly_on", read_choice(Weekday), default.weekly_on)
    table.finish()
    return RunPolicy(opening=opening, owner=owner, reports=reports, weekly_reports=weekly, weekly_on=weekly_on)


def _read_order(value: object) -> ReportOrder:
    kind, _, form = value.rpartition(".") if isinstance(value, str) else ("", "", "")
    if kind in tuple(ReportKind) and form in tuple(ReportFormat):
        return ReportOrder(ReportKind(kind), ReportFormat(form))
    kinds, forms = ", ".join(ReportKind), ", ".join(ReportFormat)
    raise Unfit(f"a kind and a form such as leavers.html, of {kinds} and {forms}")
