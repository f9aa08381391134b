"""What was said in cases of people's memberships, for lists: in a few words, beside what is known and wanted."""

from collections.abc import Collection, Mapping
from typing import Final

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.steps import StepState
from axure_lifecycle.ports import View, Word
from axure_lifecycle_tools.spec import Desk
from axure_lifecycle_tools.wording import said_of

_SAID: Final = {
    StepState.TO_DO: "nothing yet",
    StepState.REPORTED: "reported",
    StepState.CONFIRMED: "confirmed",
    StepState.SKIP_REPORTED: "skip reported",
    StepState.SKIPPED: "skipped",
    StepState.CONTRADICTED: "contradicted by a roster",
}
"""How far the newest word goes. What a roster shows is known, and no claim any more."""


def claims(view: View, desk: Desk, addresses: Collection[Address], *, is_now: bool = True) -> Mapping[Address, str]:
    """Address → what a case says of the membership and no roster shows yet (`reported (C-3 offboard)`).

    One statement for all of them. Whoever has no such case is missing; of an earlier moment nothing is said.
    """
    application = desk.organization.cloud_for_business.application
    words: Mapping[Address, Word] = view.words_about(list(addresses), application) if addresses and is_now else {}
    return {
        address: f"{said} (C-{word.case_id} {said_of(word.operation)})"
        for address, word in words.items()
        if (said := _SAID.get(word.state))
    }
