"""Where a run works: a temporary folder with the files, the homes and the stores that several rows share."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from axure_lifecycle.config import CONFIGURATION_FILE, STORE_FILE, write_configuration
from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.organization import Deployment, Idp, Organization, Screens, SignIn
from tests.benchmarks.figures import MIB
from tests.benchmarks.people import PATTERN
from tests.benchmarks.processes import run_child

SMALL: Final = 1_000
"""People in the small organisation."""

Tell = Callable[[str], None]
"""Somebody who likes to know what is being done."""


@dataclass(frozen=True, slots=True)
class Workplace:
    """One run's folder. What is asked for twice is made once."""

    folder: Path
    size: int
    """People in the large organisation, and records in its trail."""
    runs: int
    """How often each side of a long row runs."""
    starts: int
    """How often each server is started."""
    calls: int
    """How often each tool is called."""
    tell: Tell

    @property
    def small(self) -> int:
        """People in the small organisation; never more than in the large one."""
        return min(SMALL, self.size)

    def roster(self, kind: str, size: int) -> Path:
        """A file of the members, of the directory, or of the directory's earlier read."""
        file = self.folder / f"{kind}-{size}.csv"
        if not file.exists():
            self.tell(f"writing {file.name}")
            run_child("write_roster", kind, str(size), file)
        return file

    def home(self, size: int) -> Path:
        """A home whose store knows so many members and a directory of the same size, imported by the product."""
        home = self.folder / f"home-{size}"
        if not home.exists():
            rosters = [self.roster(kind, size) for kind in ("members", "earlier_directory", "directory")]
            self.tell(f"importing {size:,} members and as many directory entries")
            draft = configure(self.folder / f"draft-{size}")
            ended = run_child("bring", draft, *(f"{roster.stem.partition('-')[0]}={roster}" for roster in rosters))
            draft.rename(home)
            self.tell(f"imported in {ended.seconds:.1f} s with {ended.peak / MIB:.0f} MiB")
        return home

    def store(self, size: int) -> Path:
        """The store of that home."""
        return self.home(size) / STORE_FILE


def configure(home: Path) -> Path:
    """A home that is configured for an invented organisation and holds nothing else."""
    organization = Organization(
        name="Polder",
        deployment=Deployment.PRIVATE_INSTANCE,
        host="polder.axure.cloud",
        sign_in=SignIn.SAML,
        idp=Idp.OKTA,
        screens=Screens.NEW,
        operator=Address("pat@polder.example"),
        time_zone=ZoneInfo("Europe/Amsterdam"),
    )
    write_configuration(home, organization)
    file = home / CONFIGURATION_FILE
    text = file.read_text("utf-8")
    configured = text.replace("# non_personal = []", f'non_personal = ["{PATTERN}"]')
    assert configured != text, "the configuration has no line for patterns of non-personal accounts"
    file.write_text(configured, "utf-8")
    return home
