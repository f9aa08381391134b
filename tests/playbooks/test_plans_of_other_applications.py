"""Plans of the other applications as a person reads them."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from axure_lifecycle.domain.playbooks import build
from axure_lifecycle.playbooks import shipped, shipped_names
from tests.playbooks.situations import ADDRESS, rendered, situation

HOST: Final = "analytics.6sense.com"
BEN: Final = "ben.ode@acme.example"
JOINING: Final[Mapping[str, tuple[str, ...]]] = {"joining": (ADDRESS, BEN)}
STAYS: Final = {"directory": "active", "membership": "active"}
LEAVES: Final = {"directory": "active", "membership": "active", "leave_day": "ahead"}

EXAMPLES: Final[dict[str, tuple[str, Mapping[str, tuple[str, ...]], dict[str, str], dict[str, str]]]] = {
    "6sense.onboard/two-by-invitation": (
        "Two people are invited",
        JOINING,
        {"wants_sso": "no", "batch": "yes", "membership": "not_listed"},
        {"role": "Marketing User"},
    ),
    "6sense.onboard/one-by-sso-entra": (
        "Somebody comes by SSO with Entra ID, before any list",
        {"joining": (ADDRESS,)},
        {"wants_sso": "yes", "idp": "entra", "batch": "no", "membership": "no_roster"},
        {"role": "Sales User"},
    ),
    "6sense.offboard/last-day-ahead-okta": ("Somebody leaves on Friday, Okta", {}, LEAVES, {}),
    "6sense.offboard/only-invited": (
        "Somebody who never came, brought by an assistant's list",
        {},
        {"membership": "invited", "directory": "gone", "roster": "reported"},
        {},
    ),
    "6sense.change-role/to-administrator": (
        "Somebody becomes an Administrator",
        {"members_on": (ADDRESS,)},
        {**STAYS, "batch": "no"},
        {"role": "Administrator"},
    ),
    "anecdotes.onboard/two-by-sso-google": (
        "Two people, SSO with Google Workspace, before any list",
        JOINING,
        {"wants_sso": "yes", "idp": "google", "batch": "yes", "membership": "no_roster"},
        {"role": "Contributor"},
    ),
    "anecdotes.offboard/last-day-ahead-another-idp": (
        "Somebody leaves on Friday, another identity provider",
        {},
        {**LEAVES, "idp": "other", "batch": "no", "other_addresses": "yes"},
        {},
    ),
    "anecdotes.change-role/not-listed": (
        "Somebody whom the list does not name",
        {},
        {"directory": "active", "membership": "not_listed", "batch": "no"},
        {"role": "Viewer"},
    ),
}
"""Golden file → what it is about, the groups of people, what else is so, and what was asked for."""


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_plan_as_a_person_reads_it(name: str, golden: Callable[[str, str], None]) -> None:
    title, records, traits, options = EXAMPLES[name]
    application, _, operation = name.partition("/")[0].partition(".")
    values = {
        "host": HOST,
        "everybody": ", ".join(records.get("joining", (ADDRESS,))),
        "how_many": str(len(records.get("joining", (ADDRESS,)))),
        "leave_day": "2026-11-27",
        "new_role": options.get("role", "not stated"),
        "role": "not stated",
    }
    some = replace(situation(records, values, **traits), options=options)
    golden(f"playbooks/{name}.md", rendered(title, build(shipped(application, operation), some, "7")))


def test_every_playbook_has_a_plan_and_a_page_to_be_looked_at() -> None:
    folder = Path(__file__).parent.parent / "golden" / "playbooks"

    for application, operation in shipped_names():
        files = {file.stem for file in (folder / f"{application}.{operation}").glob("*.md")}
        assert "page" in files, operation
        assert files - {"page"}, operation
    assert {file.name for file in folder.iterdir()} == {f"{one}.{other}" for one, other in shipped_names()}
