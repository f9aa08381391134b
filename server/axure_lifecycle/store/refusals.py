"""What a store refuses, with the sentence for the person who asked."""

from collections.abc import Sequence

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.text import shown
from axure_lifecycle.ports import FactorKind


class StoreUnreachable(LifecycleError):
    """There is no store where the configuration says, or it cannot be read."""

    code = "store_unreachable"

    def __init__(self, place: str, why: str) -> None:
        self.place, self.why = place, why
        super().__init__(
            f"Nothing was read or written: the store {place} cannot be opened: {why}. "
            "Look at [store] in config.toml, and whether the file or the server is there and whole."
        )


class StoreTooNew(LifecycleError):
    """The store was written by a later version of this program."""

    code = "store_too_new"

    def __init__(self, place: str, version: str) -> None:
        self.place, self.version = place, version
        super().__init__(
            f"Nothing was read or written: the store {place} has the version {version}, which a newer Axure Lifecycle "
            "wrote. Use that newer program; this one would damage what it does not know."
        )


class StoreReadOnly(LifecycleError):
    """The store, or the folder it lies in, may not be written."""

    code = "store_read_only"

    def __init__(self, place: str) -> None:
        self.place = place
        super().__init__(
            f"Nothing was written: the store {place} is read-only here. Its file and its folder must be writable for "
            "the user who runs this; on a server, the role must be allowed to write."
        )


class StoreFull(LifecycleError):
    """The disk has no room left."""

    code = "store_full"

    def __init__(self, place: str) -> None:
        self.place = place
        super().__init__(
            f"Nothing was written: the disk of the store {place}, or the one for temporary files, is full. What was "
            "stored before is untouched. Make room and do it again."
        )


class StoreBusy(LifecycleError):
    """Somebody else wrote for longer than anybody should wait."""

    code = "store_busy"

    def __init__(self, place: str) -> None:
        self.place = place
        super().__init__(
            f"Nothing was written: another process held the store {place} for longer than a minute. "
            "Do it again; if it stays so, look for a process that hangs while it imports."
        )


class StoreDriverMissing(LifecycleError):
    """A PostgreSQL store without its driver."""

    code = "store_driver_missing"

    def __init__(self, place: str) -> None:
        self.place = place
        super().__init__(
            f"Nothing was read or written: the store {place} is a PostgreSQL server, and its driver is not installed. "
            'Install the extra: `pip install "axure-lifecycle[postgres]"`.'
        )


class StoreUnsupported(LifecycleError):
    """A URL of something that is neither SQLite nor PostgreSQL."""

    code = "store_unsupported"

    def __init__(self, place: str) -> None:
        self.place = place
        super().__init__(
            f"Nothing was read or written: a store cannot be kept in {place}. "
            "Give [store] url as sqlite:////ABSOLUTE/PATH or postgresql+psycopg://USER@HOST/DATABASE."
        )


class StoreFault(Exception):
    """A fault of ours in the store. It carries no statement and no value, so that neither reaches a log."""


class SourceUnknown(LifecycleError):
    """No source has this number."""

    code = "source_unknown"

    def __init__(self, source_id: int, newest: int | None) -> None:
        self.source_id, self.newest = source_id, newest
        super().__init__(f"There is no source R-{source_id}: {_what_exists('R', newest)} Look at list_sources.")


class CaseUnknown(LifecycleError):
    """No case has this number."""

    code = "case_unknown"

    def __init__(self, case_id: int, newest: int | None) -> None:
        self.case_id, self.newest = case_id, newest
        super().__init__(f"There is no case C-{case_id}: {_what_exists('C', newest)} Look at list_cases.")


class ReviewUnknown(LifecycleError):
    """No review has this number."""

    code = "review_unknown"

    def __init__(self, number: int, newest: int | None) -> None:
        super().__init__(f"There is no review V-{number}: {_what_exists('V', newest)} Look at get_review.")


class ClaimUnknown(LifecycleError):
    """No claim has this number."""

    code = "claim_unknown"

    def __init__(self, claim_id: int, newest: int | None) -> None:
        self.claim_id, self.newest = claim_id, newest
        super().__init__(
            f"There is no claim K-{claim_id}: {_what_exists('K', newest)} get_case shows the claims of a case."
        )


class ApprovalUnknown(LifecycleError):
    """No approval has this number."""

    code = "approval_unknown"

    def __init__(self, number: int, newest: int | None) -> None:
        super().__init__(
            f"There is no approval A-{number}: {_what_exists('A', newest)} get_case shows the approvals of a case."
        )


class LocalFactUnknown(LifecycleError):
    """No answer has this number."""

    code = "local_fact_unknown"

    def __init__(self, number: int, newest: int | None) -> None:
        super().__init__(
            f"There is no answer F-{number}: {_what_exists('F', newest)} "
            "explain_axure with the topic local lists what is known here."
        )


class ScreenChangeUnknown(LifecycleError):
    """No changed screen has this number."""

    code = "screen_change_unknown"

    def __init__(self, number: int, newest: int | None) -> None:
        super().__init__(
            f"There is no changed screen S-{number}: {_what_exists('S', newest)} "
            "explain_axure with the topic local lists what is known here."
        )


class EvidenceUnknown(LifecycleError):
    """No evidence has this number."""

    code = "evidence_unknown"

    def __init__(self, number: int, newest: int | None) -> None:
        super().__init__(
            f"There is no evidence E-{number}: {_what_exists('E', newest)} get_case shows the evidence of a case."
        )


def _what_exists(letter: str, newest: int | None) -> str:
    return "there is none yet." if newest is None else f"the newest is {letter}-{newest}."


class PreviewGone(LifecycleError):
    """A roster no longer lies ready."""

    code = "preview_gone"

    def __init__(self, snapshot: int) -> None:
        self.snapshot = snapshot
        super().__init__(
            "Nothing was imported: the roster no longer lies ready; one that is not imported within a day is removed. "
            "Preview it again, look at the numbers, and import it with the new digest."
        )


class CaseOpenAlready(LifecycleError):
    """The person, or each of several, has an open case of this operation."""

    code = "case_open_already"

    def __init__(self, people: Sequence[Address], operation: str, case_id: int) -> None:
        self.people, self.operation, self.case_id = people, operation, case_id
        whom, what = people[0], "that"
        if len(people) > 1:
            whom, what = Address(f"{people[0]} and {len(people) - 1} more"), "these"
        super().__init__(
            f"No case was opened to {operation} {whom}: C-{case_id} is already open for {what}. "
            f"Look at it with get_case, go on with it, or cancel it with cancel_case."
        )


class CaseChanged(LifecycleError):
    """Somebody else wrote to the case since it was read."""

    code = "case_changed"

    def __init__(self, case_id: int, read: int, found: int) -> None:
        self.case_id, self.read, self.found = case_id, read, found
        super().__init__(
            f"C-{case_id} was not changed: it was read as version {read} and is now at version {found}, because "
            "somebody else wrote to it. Look at it again with get_case, and repeat what is still wanted."
        )


class NoDecision(LifecycleError):
    """No decision stands about the address."""

    code = "no_decision"

    def __init__(self, address: Address) -> None:
        self.address = address
        super().__init__(
            f"No decision was taken back: none stands about {address}. "
            "find_discrepancies shows the decisions that count; record_decision makes one."
        )


class TokenUnknown(LifecycleError):
    """No token has this number."""

    code = "token_unknown"

    def __init__(self, number: int, newest: int | None) -> None:
        super().__init__(
            f"There is no token T-{number}: {_what_exists('T', newest)} `axure-lifecycle token list` shows them."
        )


class TokenRevokedAlready(LifecycleError):
    """A token that lets nobody in any more is revoked again."""

    code = "token_revoked_already"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name} was not revoked again: it lets nobody in any more. `axure-lifecycle token list` says since when."
        )


class ScimTokenUnknown(LifecycleError):
    """No token of an identity provider has this number."""

    code = "scim_token_unknown"

    def __init__(self, number: int, newest: int | None) -> None:
        super().__init__(
            f"There is no token ST-{number}: {_what_exists('ST', newest)} `axure-lifecycle scim token list` shows them."
        )


class ScimTokenRevokedAlready(LifecycleError):
    """A token of an identity provider that lets nobody in any more is revoked again."""

    code = "scim_token_revoked_already"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name} was not revoked again: it lets nobody in any more. `axure-lifecycle scim token list` says since "
            "when."
        )


class ScimUserNameTaken(LifecycleError):
    """Another person of the same identity provider has the user name."""

    code = "scim_user_name_taken"

    def __init__(self, user_name: str, idp: str) -> None:
        super().__init__(
            f"{shown(user_name, 80)} was not written: another person of {shown(idp, 40)} has that user name, whatever "
            "its capitals. Look for them by a filter on userName, and change them in place of making another."
        )


class ReadLeftPeopleOut(LifecycleError):
    """A full read of a directory did not bring many people who are there all the same."""

    code = "directory_left_people_out"

    def __init__(self, directory: str, missing: int, asked: int, there: int) -> None:
        """`missing` of those whom the read before had; of `asked` of them `there` are there."""
        self.directory, self.missing, self.asked, self.there = directory, missing, asked, there
        super().__init__(
            f"The directory {shown(directory)} was not read: its listing leaves {missing:,} people out whom the read "
            f"before had, and of {asked:,} of them who were asked for one by one {there:,} are there. Its last "
            "complete read stays in force. Sync again at a quieter time; if it repeats, look what the account may list."
        )


class InvitationUnusable(LifecycleError):
    """A code for enrolling a second factor that does not serve: another's, used, over, or never given."""

    code = "invitation_unusable"

    def __init__(self, person: str) -> None:
        super().__init__(
            f"No second factor was enrolled for {shown(person, 80)}: there is no invitation with this code for them "
            "that is not used and not over. Ask whoever runs the server for a new one "
            "(`axure-lifecycle factor invite`)."
        )


class FactorUnknown(LifecycleError):
    """No second factor with this number counts."""

    code = "factor_unknown"

    def __init__(self, number: int) -> None:
        super().__init__(
            f"No second factor with the number {number} counts: there is none, or it was removed. "
            "`axure-lifecycle factor list` shows them."
        )


class FactorReplayed(LifecycleError):
    """A device's answer was used before, or a copy of the device is about."""

    code = "factor_replayed"

    def __init__(self, kind: FactorKind) -> None:
        what, then = "this code was used before", "Wait for the next code"
        if kind is FactorKind.PASSKEY:
            what, then = "the passkey counted no further than before, as a copy of it would", "Use it again"
        super().__init__(
            f"Nothing was confirmed: {what}. {then}; if that does not help, whoever runs the server removes the "
            "device (`axure-lifecycle factor remove`) and invites anew."
        )
