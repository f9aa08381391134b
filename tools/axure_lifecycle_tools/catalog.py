"""Every verb, in the order in which clients list them."""

from typing import Final

from axure_lifecycle_tools import (
    approving,
    building,
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
    review_deciding,
    reviewing,
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
    *approving.VERBS,
    *steps.VERBS,
    *deactivations.VERBS,
    *evidence.VERBS,
    *knowledge.VERBS,
    *local.VERBS,
    *local_screens.VERBS,
    *building.VERBS,
    *reports.VERBS,
    *reviewing.VERBS,
    *review_deciding.VERBS,
    *reviewing.CLOSING,
)
BY_NAME: Final = {verb.name: verb for verb in CATALOG}


def teller_of(verb: Verb) -> str:
    """The tool whose published schema describes this verb's answer in full, by name.

    Several verbs answer with a case, several with a plan. The first of them that only reads tells it: wherever one of
    its toolset is offered, that one is.
    """
    same = (one for one in CATALOG if one.reply is verb.reply and one.toolset is verb.toolset and one.reads_only)
    return next(same, verb).name
