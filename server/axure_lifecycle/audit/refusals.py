"""Why there is no bundle, in one sentence each."""

from collections.abc import Sequence
from datetime import date
from pathlib import PurePath

from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.text import shown

MOST_NAMED = 5


class AuditFileRefused(LifecycleError):
    """A file of the audit has nowhere to go."""

    code = "audit_file_refused"

    def __init__(self, what: str, file: PurePath, why: str) -> None:
        self.file = file
        super().__init__(f"The {what} was not written to {shown(str(file))}: {why}. Name another file.")


class DaysReversed(LifecycleError):
    """The last day lies before the first."""

    code = "days_reversed"

    def __init__(self, first: date, last: date) -> None:
        super().__init__(
            f"No bundle was made: --from {first.isoformat()} lies after --to {last.isoformat()}. "
            "Name the first day with --from and the last one with --to; both are included."
        )


class DaysAhead(LifecycleError):
    """What did not happen yet cannot be audited."""

    code = "days_ahead"

    def __init__(self, last: date, today: date) -> None:
        super().__init__(
            f"No bundle was made: {last.isoformat()} lies in the future, where nothing was recorded yet. "
            f"Name {today.isoformat()} or an earlier day with --to."
        )


class NothingRecorded(LifecycleError):
    """Nothing happened in those days."""

    code = "nothing_recorded"

    def __init__(self, first: date, last: date, begun: date | None, ended: date | None) -> None:
        told = "the trail is empty" if begun is None or ended is None else f"the trail reaches from {begun} to {ended}"
        super().__init__(
            f"No bundle was made: nothing was recorded from {first.isoformat()} to {last.isoformat()}; {told}. "
            "Name other days."
        )


class EvidenceNotWhole(LifecycleError):
    """A file that was attached is not there as it was attached."""

    code = "evidence_not_whole"

    def __init__(self, names: Sequence[str]) -> None:
        more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
        super().__init__(
            f"No bundle was made: {', '.join(names[:MOST_NAMED])}{more} {'is' if len(names) == 1 else 'are'} missing "
            "from the home or changed, and a bundle without would not verify. Attach the original again, which puts it "
            "right."
        )


class BundleUnsound(LifecycleError):
    """What was written does not verify, so it is not given out."""

    code = "bundle_unsound"

    def __init__(self, why: str) -> None:
        super().__init__(
            f"No bundle was made: it would not verify, because {why}. Run `axure-lifecycle audit verify`, keep a copy "
            "of the store as it is, and restore from a backup where the trail is broken."
        )
