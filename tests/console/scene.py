"""What somebody finds on the console of an office that has worked for a fortnight."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from axure_lifecycle.cli.demo import LEAVER, SetClock, directory_table, licence_list, members_page, people
from axure_lifecycle.domain.holdings import Channel
from axure_lifecycle_tools.reviewing import open_review
from tests.console.office import Office, make_office

OTTO = "otto.lind@birchwood.example"
NOOR = "noor.haddad@birchwood.example"
PIA = "pia.sund@birchwood.example"
SAID = tuple(f"{name}@birchwood.example" for name in ("ada.abel", "bram.abel", "chloe.abel", "dario.abel", "edda.abel"))
GUARDED = tuple(
    f"{name}@birchwood.example" for name in ("kira.abel", "liam.abel", "ada.bondi", "bram.bondi", "edda.bondi")
)
OTHERS = tuple(
    f"{name}@birchwood.example" for name in ("felix.abel", "gita.abel", "hugo.abel", "iris.abel", "joel.abel")
)
"""People without a case, for tests that open one."""
STRICT = "ask-about-public-account"
"""The step for which policy wants a second factor."""
TESS = "tess.yates@birchwood.example"


@dataclass
class Scene:
    """The office, and its cases by what they show."""

    office: Office
    clock: SetClock
    """It stands still: what a device shows is known, and nobody waits."""
    leaver: str
    """Some steps confirmed, some only reported."""
    contradicted: str
    overdue: str
    approval: str
    """A second person must agree to it."""
    review: str
    """A review in which nobody is decided yet."""


def licences() -> str:
    """The licence list, with a subscription of which Tess is the owner."""
    text = licence_list(people())
    mine = next(line for line in text.splitlines() if line.startswith("BW-007,"))
    return text.replace(mine, mine.replace("robin.hale@", "tess.yates@", 1))


def play(home: Path, now: datetime | None = None) -> Scene:
    """A fortnight until a moment (UTC; None: this one)."""
    end = now or datetime.now(UTC)
    clock = SetClock(end - timedelta(days=12))
    office = make_office(home, clock)
    overdue = office.open_offboarding(NOOR, "HR-1131: contract ends")
    clock.forward(days=4)
    contradicted = office.open_offboarding(OTTO, "HR-1140")
    clock.forward(hours=1)
    for step in ("hand-over-workspaces", "move-private-workspace", "deactivate"):
        office.confirm(contradicted, step)
    clock.forward(days=5)
    seen = [one for one in people() if one.address != PIA]
    office.bring("members", "members-page-2.txt", members_page(seen))
    office.bring("directory", "directory-2.csv", directory_table(people()))
    clock.forward(days=1)
    leaver = office.open_offboarding(LEAVER, "HR-1142: last day was Friday, asked for by her manager")
    clock.forward(hours=2)
    office.confirm(leaver, "transfer-ownership-by-card")
    office.report(leaver, "transfer-ownership-by-purchase-order", "The vendor answered the ticket, PO 4711 moved.")
    office.report(leaver, "change-share-link-passwords", "No prototype of hers is shared outside.", "skipped")
    clock.forward(hours=5)
    office.bring("seats", "licences-2.csv", licences(), Channel.ASSISTANT)
    office.demand_approvals("licence_owner")
    clock.forward(hours=9)
    approval = office.open_offboarding(TESS, "HR-1150: leaves for a year")
    office.set_policy("policy.confirmation", **{"least": "client", STRICT: "second_factor"})
    clock.at = end
    review = open_review(office.desk(), title="Q4 <i>2026</i>", due_on="2099-12-31").review
    assert review is not None
    return Scene(office, clock, leaver, contradicted, overdue, approval, review)
