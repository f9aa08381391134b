"""Every verb, in the order in which clients list them."""

from typing import Final

from axure_lifecycle_tools import (
    cases,
    deactivations,
    decisions,
    discrepancies,
    evidence,
    importing,
    knowledge,
    listing,
    local,
    local_screens,
    opening,
    people,
    planning,
    reports,
    retracting,
    sources,
    steps,
    syncing,
)
from axure_lifecycle_tools.spec import Verb

CATALOG: Final[tuple[Verb, ...]] = (
    *people.VERBS,
    *listing.VERBS,
    *importing.VERBS,
    *sources.VERBS,
    *syncing.VERBS,
    *retracting.VERBS,
    *discrepancies.VERBS,
    *decisions.VERBS,
    *planning.VERBS,
    *opening.VERBS,
    *cases.VERBS,
    *steps.VERBS,
    *deactivations.VERBS,
    *evidence.VERBS,
    *knowledge.VERBS,
    *local.VERBS,
    *local_screens.VERBS,
    *reports.VERBS,
)
BY_NAME: Final = {verb.name: verb for verb in CATALOG}
