"""The one place where adapters are chosen: a home folder becomes desks for verbs, and a server for clients.

Nothing heavy is imported before it is needed: a stdio server starts with every client, and most of the time it only
lists its tools.
"""

import argparse
import hashlib
import json
import os
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Final

from axure_lifecycle import config
from axure_lifecycle.domain.holdings import Actor, Channel
from axure_lifecycle.domain.rosters import RosterKind

if TYPE_CHECKING:
    from axure_lifecycle.audit.keys import SigningKey
    from axure_lifecycle.config import Configuration
    from axure_lifecycle.domain.access import Identity
    from axure_lifecycle.domain.applications import Application
    from axure_lifecycle.domain.checkpoints import Checkpoint
    from axure_lifecycle.domain.facts import Register
    from axure_lifecycle.domain.playbooks import Playbook
    from axure_lifecycle.domain.reports import Report, ReportFormat
    from axure_lifecycle.ports import Clock, Material, Notifier, Progress, Reading, Store
    from axure_lifecycle.reports import TextSink
    from axure_lifecycle.rosters import Material as RawMaterial
    from axure_lifecycle_tools.spec import Desk


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """The present moment, UTC."""
        return datetime.now(UTC)


class ShippedKnowledge:
    """The facts and playbooks that come with the product; read when first asked for."""

    def register(self) -> "Register":
        """The facts."""
        from axure_lifecycle.facts import shipped_register

        return shipped_register()

    def application(self, id: str) -> "Application":  # noqa: A002 - as its file calls it
        """An application that is managed by hand. Raises `ApplicationUnknown`."""
        from axure_lifecycle.playbooks.applications import shipped_application

        return shipped_application(id)

    def playbook(self, application: str, operation: str) -> "Playbook":
        """How an operation is done. Raises `PlaybookMissing`."""
        from axure_lifecycle.playbooks import shipped

        return shipped(application, operation)


@dataclass(frozen=True, slots=True)
class BroughtMaterial:
    """What somebody brought, with how this organisation reads such rosters as a part of its digest."""

    raw: "RawMaterial"
    mapping: Mapping[str, tuple[str, ...]]

    @property
    def label(self) -> str:
        """The file's name without its folder; `pasted text`; `rows`."""
        return self.raw.name

    @property
    def path(self) -> Path | None:
        """Where the file lies, links resolved when it was brought; another file there later is refused."""
        from axure_lifecycle.rosters import FileSource

        return self.raw.source.path if isinstance(self.raw.source, FileSource) else None

    @property
    def written_at(self) -> datetime | None:
        """When the file was last written, UTC."""
        from axure_lifecycle.rosters import FileSource

        if not isinstance(self.raw.source, FileSource):
            return None
        return datetime.fromtimestamp(self.raw.source.stamp[2] / 1e9, UTC)

    def digest(self) -> str:
        """SHA-256, lower-case hexadecimal; the bytes alone where the configuration maps no header."""
        digest = self.raw.digest()
        if not self.mapping:
            return digest
        mapped = json.dumps(sorted((field, list(headers)) for field, headers in self.mapping.items()))
        return hashlib.sha256(f"{digest}\n{mapped}".encode()).hexdigest()


def _resolved(path: str) -> Path:
    """The file that a path leads to, links followed once: what is trusted is what is read."""
    try:
        return Path(path).expanduser().resolve()
    except (OSError, RuntimeError, ValueError):  # a user that does not exist, a ring of links, a NUL
        return Path(path)


class ConfiguredRosters:
    """The roster room, reading headers as the configuration says."""

    def __init__(self, columns: Mapping[RosterKind, Mapping[str, tuple[str, ...]]], zone: tzinfo) -> None:
        self._columns, self._zone = columns, zone

    def material(
        self,
        kind: RosterKind,
        *,
        path: str | None,
        text: str | None,
        rows: Sequence[Mapping[str, str | None]] | None,
    ) -> BroughtMaterial:
        """One of the three, as material. Raises `RosterMissing`, `RosterUnreadable`, `RosterTooLarge`."""
        from axure_lifecycle.rosters import Material

        raw = (
            Material.file(_resolved(path))
            if path is not None
            else Material.text(text)
            if text is not None
            else Material.rows(list(rows or ()))
        )
        return BroughtMaterial(raw, self._columns.get(kind, {}))

    def read(self, kind: RosterKind, material: "Material", progress: "Progress | None") -> "Reading":
        """Begin to read. Raises the refusals of the roster room."""
        from axure_lifecycle.rosters import read_roster

        assert isinstance(material, BroughtMaterial)

        def report(done: int, total: int | None) -> None:
            if progress is not None:
                progress(done, total, f"reading {material.label}")

        return read_roster(
            kind, material.raw, mapping=material.mapping, progress=report if progress else None, zone=self._zone
        )


class Workshop:
    """One home: its configuration, its store, and a desk for every call.

    The configuration is read again when its file changes, so that a client started before `init` need not be started
    again. Safe to use from several threads.
    """

    def __init__(self, home: Path, clock: "Clock | None" = None) -> None:
        self.home = home
        self._clock = clock or SystemClock()
        self._lock = threading.Lock()
        self._stamp: tuple[int, int] | None = None
        self._configuration: Configuration | None = None
        self._store: Store | None = None

    def configuration(self) -> "Configuration":
        """Raises `NotConfigured` and `ConfigurationBroken`."""
        with self._lock:
            return self._load()

    def desk(
        self,
        channel: Channel,
        client: str | None = None,
        progress: "Progress | None" = None,
        most_bytes: int | None = None,
        identity: "Identity | None" = None,
    ) -> "Desk":
        """A desk for one call, of whoever signed in, else of the operator.

        Raises the refusals of configuration and store.
        """
        from axure_lifecycle.archive import HomeArchive
        from axure_lifecycle.archive.report_files import ReportFolder
        from axure_lifecycle.directories.opening import ConfiguredDirectories
        from axure_lifecycle_tools.spec import MOST_BYTES, Desk

        with self._lock:
            configuration = self._load()
            store = self._open(configuration)
        actor = (
            Actor(configuration.organization.operator, channel, client)
            if identity is None
            else Actor(identity.name, channel, client, identity.proof)
        )
        rosters = ConfiguredRosters(configuration.roster_columns, configuration.organization.time_zone)
        return Desk(
            organization=configuration.organization,
            limits=configuration.limits,
            policy=configuration.policy,
            store=store,
            knowledge=ShippedKnowledge(),
            rosters=rosters,
            archive=HomeArchive(self.home, configuration.evidence),
            directories=ConfiguredDirectories(configuration.directories, rosters),
            reports=ReportFolder(self.home, _write_report),
            actor=actor,
            now=self._clock.now().astimezone(configuration.organization.time_zone),
            progress=progress,
            most_bytes=most_bytes or MOST_BYTES,
            toolsets=configuration.toolsets,
            is_read_only=configuration.is_read_only,
            sign_head=self._signer(store, actor),
            roles=None if identity is None else identity.roles,
            notifier=self._notifier(configuration),
            reminders=configuration.reminders,
            scim=configuration.scim,
        )

    def _signer(self, store: "Store", actor: Actor) -> "Callable[[], Checkpoint] | None":
        """Signs the head of a store's trail; None where no key was made or configured."""
        from axure_lifecycle.audit.keys import KEY_FILE

        if self.audit_key_place() is None and not (self.home / KEY_FILE).is_file():
            return None

        def sign() -> "Checkpoint":
            from axure_lifecycle.audit.bundle import sign_head

            return sign_head(store, self.signing_key(), actor, self._clock.now())

        return sign

    def _notifier(self, configuration: "Configuration") -> "Notifier | None":
        if not configuration.places:
            return None
        from axure_lifecycle.notices.opening import ConfiguredPlaces

        return ConfiguredPlaces(configuration.places, configuration.serving.public_url)

    def now(self) -> datetime:
        """The present moment, UTC, by the clock of this workshop."""
        return self._clock.now()

    def audit_key_place(self) -> str | None:
        """Where the configuration says that the key of the audit lies; None: in the home."""
        reference = self.configuration().audit_key
        return None if reference is None else str(reference)

    def signing_key(self) -> "SigningKey":
        """The key that signs checkpoints and bundles. Raises `SigningKeyMissing`, `SigningKeyUnusable`."""
        from axure_lifecycle.audit.keys import KEY_FILE, SigningKeyMissing, home_key, load_key

        reference = self.configuration().audit_key
        if reference is None:
            found = home_key(self.home)
            if found is None:
                raise SigningKeyMissing(KEY_FILE, "is not in the home")
            return found
        from axure_lifecycle.directories.secrets import find_secret

        secret, why = find_secret(reference)
        if secret is None:
            raise SigningKeyMissing(str(reference), why)
        return load_key(secret, str(reference))

    def store(self) -> "Store":
        """The store of the home. Raises the refusals of configuration and store."""
        with self._lock:
            return self._open(self._load())

    def desk_for_client(self, client: str | None, progress: Callable[[int, int | None, str], None] | None) -> "Desk":
        """A desk for a tool call: whatever it says is an assistant's word."""
        return self.desk(Channel.ASSISTANT, client, progress)

    def close(self) -> None:
        """Give the store back."""
        with self._lock:
            if self._store is not None:
                self._store.close()
                self._store = None

    def _load(self) -> "Configuration":
        try:
            found = (self.home / config.CONFIGURATION_FILE).stat()
            stamp = (found.st_mtime_ns, found.st_size)
        except OSError:
            stamp = None
        if self._configuration is None or stamp is None or stamp != self._stamp:
            loaded = config.load_configuration(self.home, known_steps=_shipped_steps)
            if self._configuration is not None and self._configuration.store_url != loaded.store_url and self._store:
                self._store.close()
                self._store = None
            self._configuration, self._stamp = loaded, stamp
        return self._configuration

    def _open(self, configuration: "Configuration") -> "Store":
        if self._store is None:
            from axure_lifecycle.store import open_store

            if configuration.store_file is not None:
                config.create_privately(configuration.store_file)
            self._store = open_store(configuration.store_url, self._clock)
        return self._store


def _write_report(report: "Report", form: "ReportFormat", out: "TextSink") -> int:
    from axure_lifecycle.reports import write_report

    return write_report(report, form, out)


def _shipped_steps() -> frozenset[str]:
    from axure_lifecycle.playbooks import shipped_steps

    return shipped_steps()


HOME_HELP: Final = "The folder with config.toml and the store; default: AXURE_LIFECYCLE_HOME, else the per-user folder."


def serve_stdio(arguments: Sequence[str] | None = None) -> None:
    """What MCP clients start: the server on standard input and output, until the client closes them."""
    parser = argparse.ArgumentParser(prog="axure-lifecycle-mcp", description="The MCP server on standard input/output.")
    parser.add_argument("--home", help=HOME_HELP)
    named = parser.parse_args(arguments).home or os.environ.get(config.HOME_VARIABLE)
    home = config.home_directory(named)
    from axure_lifecycle.mcp_server.at_terminal import Typed
    from axure_lifecycle.mcp_server.server import build_server

    workshop = Workshop(home)
    toolsets, reads_only, console = _offer(workshop)
    typed = Typed.here(str(home) if named else None)
    server = build_server(
        workshop.desk_for_client, toolsets=toolsets, reads_only=reads_only, typed=typed, console=console
    )
    server.run("stdio")


def _offer(workshop: Workshop) -> tuple[Sequence[str], bool, str | None]:
    """What to list, whether only readers, and where the console is, which `[serve] public_url` says.

    Without a usable configuration everything is listed, and each call says what is missing.
    """
    try:
        configuration = workshop.configuration()
    except (config.NotConfigured, config.ConfigurationBroken):
        return config.TOOLSETS, False, None
    return configuration.toolsets, configuration.is_read_only, configuration.serving.public_url
