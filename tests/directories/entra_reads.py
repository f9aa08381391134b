"""How the tests of Entra's reader configure it, read, and settle what came."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from axure_lifecycle.directories.entra import open_entra
from axure_lifecycle.directories.pace import Pace
from axure_lifecycle.domain.directories import EntraSettings, SecretKind, SecretReference
from axure_lifecycle.domain.rosters import Assigned, DirectoryRow
from axure_lifecycle.ports.directories import DirectoryEntry, Ending
from tests.directories.vendors.entra import PERMISSIONS, EntraVendor
from tests.directories.vendors.serving import Served

SOMEWHERE = SecretReference(SecretKind.ENVIRONMENT, "ENTRA_SECRET")
WITHOUT_DATES = PERMISSIONS - {"User-LifeCycleInfo.Read.All"}


async def no_sleep(seconds: float) -> None:
    del seconds


PACE = Pace(sleep=no_sleep)


def configured(
    served: Served[EntraVendor], *, app: bool = False, leave_dates: bool = False
) -> tuple[EntraSettings, str]:
    host, vendor = urlsplit(served.base).netloc, served.vendor
    settings = EntraSettings(
        name="people",
        tenant=vendor.tenant,
        client_id=vendor.client_id,
        secret=SOMEWHERE,
        app=vendor.app_id if app else None,
        leave_dates=leave_dates,
        graph_host=host,
        login_host=host,
        ca_file=served.ca_file,
    )
    return settings, vendor.secret


def by_certificate(served: Served[EntraVendor], folder: Path) -> tuple[EntraSettings, str]:
    settings, _ = configured(served)
    members = served.vendor.credentials()
    certificate = folder / "certificate.pem"
    certificate.write_text(members["certificate"])
    return replace(settings, secret=None, key=SOMEWHERE, certificate=certificate), members["private_key"]


def read(
    settings: EntraSettings, secret: str, cursor: str | None = None, pace: Pace = PACE
) -> tuple[list[DirectoryEntry], Ending]:
    with open_entra(settings, secret, pace).read(cursor, None, None) as reading:
        assert reading.is_full is (cursor is None)
        entries = [entry for batch in reading.batches() for entry in batch]
        return entries, reading.ending()


def last(entries: list[DirectoryEntry]) -> Mapping[str, DirectoryEntry]:
    """What counts of each key: the later entry."""
    return {entry.key: entry for entry in entries if not isinstance(entry, Assigned)}


def settled(entries: list[DirectoryEntry], before: Mapping[str, DirectoryRow] | None = None) -> dict[str, DirectoryRow]:
    """The people by their keys, above those from before; where they came in the listing is left out."""
    after = {**(before or {}), **last(entries)}
    return {key: entry._replace(line=0) for key, entry in after.items() if isinstance(entry, DirectoryRow)}


def assigned(entries: list[DirectoryEntry]) -> set[str]:
    return {entry.key for entry in entries if isinstance(entry, Assigned)}


def words(settings: EntraSettings, secret: str) -> list[tuple[str, bool, bool]]:
    return [(each.about, each.is_fine, each.is_warning) for each in open_entra(settings, secret).examine()]
