"""`config.toml` → one frozen value, or every mistake in it at once."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from axure_lifecycle.config.home import CONFIGURATION_FILE
from axure_lifecycle.config.notifying import read_places, read_reminders, read_tickets
from axure_lifecycle.config.sections import (
    SQLITE_PREFIX,
    RosterColumns,
    Steps,
    read_columns,
    read_evidence,
    read_limits,
    read_organization,
    read_policy,
    read_store,
)
from axure_lifecycle.config.settings import (
    Findings,
    Mistake,
    Table,
    optional,
    read_flag,
    read_secret_reference,
    read_word,
)
from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.evidence import EvidenceRules
from axure_lifecycle.domain.organization import (
    Limits,
    Organization,
    Policy,
)
from axure_lifecycle.domain.places import Place, TicketRules
from axure_lifecycle.domain.reminding import ReminderRules
from axure_lifecycle.domain.scim import ScimSettings
from axure_lifecycle.domain.serving import ServeSettings

if TYPE_CHECKING:
    from axure_lifecycle.domain.directories import DirectorySettings, SecretReference

TOOLSETS: Final = ("people", "sources", "discrepancies", "cases", "knowledge", "reports", "reviews")

LARGEST_FILE: Final = 1_000_000
"""Bytes; a configuration is written by hand."""
MOST_NAMED: Final = 20
"""Mistakes that the sentence lists; `ConfigurationBroken.mistakes` holds all."""


class NotConfigured(LifecycleError):
    """Nobody has said yet which organisation this is."""

    code = "not_configured"

    def __init__(self, home: Path) -> None:
        self.home = home
        super().__init__(
            f"This needs a configuration, and {home} holds none. "
            f"A person runs `axure-lifecycle init --home {home}` in a terminal once; then repeat the call."
        )


class ConfigurationBroken(LifecycleError):
    """What the configuration says cannot be used."""

    code = "configuration_broken"

    def __init__(self, source: str, mistakes: tuple[Mistake, ...]) -> None:
        self.source = source
        self.mistakes = mistakes
        count = "1 mistake" if len(mistakes) == 1 else f"{len(mistakes)} mistakes"
        lines = [f"- {mistake.sentence}" for mistake in mistakes[:MOST_NAMED]]
        if len(mistakes) > MOST_NAMED:
            lines.append(f"- … and {len(mistakes) - MOST_NAMED} more.")
        super().__init__(
            "\n".join(
                (
                    f"The configuration cannot be used: {source} has {count}.",
                    *lines,
                    "Correct what is named (config.example.toml explains every setting), then repeat the call.",
                )
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """Everything that `config.toml` says, checked, with defaults in place."""

    home: Path
    organization: Organization
    limits: Limits
    policy: Policy
    evidence: EvidenceRules
    store_url: str = field(repr=False)
    """In SQLAlchemy's form, with its password where it has one: show it only through `redacted`."""
    toolsets: tuple[str, ...]
    """Those offered, in the order of `TOOLSETS`."""
    is_read_only: bool
    serving: ServeSettings
    """How a server for a team is reached, and whom it believes."""
    roster_columns: RosterColumns
    """For each kind of roster, which headers mean which field; only what was configured, never an empty entry."""
    directories: "tuple[DirectorySettings, ...]"
    """Those that the product reads by itself, in the order of the file."""
    places: tuple[Place, ...] = ()
    """Where notices go, in the order of the file."""
    reminders: ReminderRules = field(default_factory=ReminderRules)
    tickets: TicketRules = field(default_factory=TicketRules)
    scim: ScimSettings = field(default_factory=ScimSettings)
    """Which identity providers push, and what their groups mean."""
    audit_key: "SecretReference | None" = None
    """Where the key lies that signs checkpoints and bundles; None: in the home, once somebody makes one."""

    @property
    def store_file(self) -> Path | None:
        """The file of an SQLite store; None for a server."""
        path = self.store_url.partition("?")[0].removeprefix(SQLITE_PREFIX)
        return Path(unquote(path)) if self.store_url.startswith(SQLITE_PREFIX) else None


def load_configuration(
    home: Path, environment: Mapping[str, str] = os.environ, *, known_steps: Steps | None = None
) -> Configuration:
    """Read the configuration of a home; `known_steps` is asked only where the configuration names steps.

    Raises `NotConfigured` when there is none and `ConfigurationBroken` with every mistake.
    """
    home = home.absolute()
    file = home / CONFIGURATION_FILE
    findings = Findings()
    root = Table("", _parse(file, findings), findings)
    if findings.mistakes:
        raise ConfigurationBroken(str(file), tuple(findings.mistakes))

    organization = read_organization(root.take_table("organization"), findings)
    limits = read_limits(root.take_table("limits"))
    policy = read_policy(root.take_table("policy"), root.take_tables("seat_prices"), known_steps)
    evidence = read_evidence(root.take_table("evidence"))
    store_url = read_store(root.take_table("store"), home, environment)
    tools = root.take_table("tools")
    offered = tools.take_list("toolsets", read_word(TOOLSETS), TOOLSETS)
    is_read_only = tools.take_or("read_only", read_flag, default=False)
    tools.finish()
    serving = _read_serving(root.take_table("serve"))
    columns = read_columns(root.take_table("rosters"))
    audit_key = _read_audit(root.take_table("audit"))
    directories = _read_directories(root.take_tables("directories"), findings)
    places = read_places(root.take_tables("notices"), findings)
    reminders = read_reminders(root.take_table("reminders"))
    tickets = read_tickets(root.take_table("tickets"))
    scim = _read_scim(root.take_table("scim"), findings)
    root.finish()
    findings.name_unknown()
    if findings.mistakes or organization is None:
        raise ConfigurationBroken(str(file), tuple(findings.mistakes))
    return Configuration(
        home=home,
        organization=organization,
        limits=limits,
        policy=policy,
        evidence=evidence,
        store_url=store_url,
        toolsets=tuple(toolset for toolset in TOOLSETS if toolset in offered),
        is_read_only=is_read_only,
        serving=serving,
        roster_columns=columns,
        directories=directories,
        places=places,
        reminders=reminders,
        tickets=tickets,
        scim=scim,
        audit_key=audit_key,
    )


def _read_serving(table: Table) -> ServeSettings:
    if not table.has_more:
        return ServeSettings()
    from axure_lifecycle.config.serving import read_serving  # most servers serve one person

    return read_serving(table)


def _read_scim(table: Table, findings: Findings) -> ScimSettings:
    if not table.has_more:
        return ScimSettings()
    from axure_lifecycle.config.scim import read_scim  # most servers serve one person

    return read_scim(table, findings)


def _read_directories(tables: tuple[Table, ...], findings: Findings) -> "tuple[DirectorySettings, ...]":
    if not tables:
        return ()
    from axure_lifecycle.config.directories import read_directories  # most servers are only listed

    return read_directories(tables, findings)


def _read_audit(table: Table) -> "SecretReference | None":
    """`[audit]`."""
    key = table.take_or("key", optional(read_secret_reference), None)
    table.finish()
    return key


def describe_organization(answers: Mapping[str, str | None]) -> Organization:
    """An organisation from answers to the questions of `init`, named like the settings of `[organization]`.

    An answer of None counts as not given. Raises `ConfigurationBroken` with every mistake.
    """
    findings = Findings()
    given = {key: answer for key, answer in answers.items() if answer is not None}
    organization = read_organization(Table("", given, findings), findings)
    findings.name_unknown()
    if findings.mistakes or organization is None:
        raise ConfigurationBroken("what was answered", tuple(findings.mistakes))
    return organization


def _parse(file: Path, findings: Findings) -> Mapping[str, object]:
    import tomllib  # a few ms, which a server that is only listed need not spend

    def fail(found: str, expected: str) -> Mapping[str, object]:
        findings.mistakes.append(Mistake("", found, expected))
        return {}

    try:
        with file.open("rb") as stream:
            content = stream.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        raise NotConfigured(file.parent) from None
    except OSError as error:
        return fail(f"it cannot be read ({error.strerror})", "a file that you may read")
    if len(content) > LARGEST_FILE:
        return fail("it is too large", f"at most {LARGEST_FILE} bytes")
    try:
        return tomllib.loads(content.decode("utf-8-sig"), parse_float=Decimal)
    except UnicodeDecodeError as error:
        return fail(f"byte {error.start + 1} is not UTF-8", "UTF-8 text")
    except tomllib.TOMLDecodeError as error:
        return fail(f"it is not TOML: {error}", 'lines such as `name = "value"` under headers such as [organization]')
    except ValueError as error:
        return fail(f"it holds a value that cannot be read: {error}", "shorter numbers and real dates")
    except RecursionError:
        return fail("it is nested too deeply", "plain tables")
