"""Whether the trail holds, and whether the files that were attached are still what they were."""

from collections.abc import Sequence
from typing import Final

from pydantic import Field

from axure_lifecycle.domain.access import AUDITORS
from axure_lifecycle.domain.evidence import Evidence, Keeping
from axure_lifecycle.domain.trail import ORIGIN
from axure_lifecycle_tools.spec import Desk, Reply, Toolset, Verb
from axure_lifecycle_tools.wording import plural

MOST_NAMED: Final = 10
MOST_LOST: Final = 100
"""Lost files in an answer: many of them are one accident."""


class TrailReply(Reply):
    """What a walk along the whole chain found."""

    holds: bool
    records: int
    erased: int = Field(description="Records whose payload was erased; their links still hold.")
    head: str = Field(description="The hash of the last record: keep it elsewhere, it shows a shortened trail later.")
    broken_at: int | None
    what: str | None
    files: int = Field(default=0, description="Attached files, each compared with its digest.")
    lost_files: list[str] = Field(default=[], description="Those that are missing or changed.")

    def text(self) -> str:
        """One sentence, and what it does not prove."""
        if not self.holds:
            return f"The trail is BROKEN at record {self.broken_at}: {self.what}. {self.next}"
        erased = f", {self.erased} of them erased" if self.erased else ""
        said = [f"The trail holds: {plural(self.records, 'record')}{erased}, head {self.head}.", self._about_files()]
        return " ".join(filter(None, (*said, self.next)))

    def _about_files(self) -> str:
        if not self.lost_files:
            return f"{plural(self.files, 'attached file')} as attached." if self.files else ""
        lost, named = len(self.lost_files), self.lost_files[:MOST_NAMED]
        more = f" and {lost - len(named):,} more" if lost > len(named) else ""
        return (
            f"{lost:,} of {plural(self.files, 'attached file')} NOT as attached: {', '.join(named)}{more}. Attach the "
            "original again (attach_evidence), and it is put right; get_case tells its digest."
        )


def verify_audit_trail(desk: Desk) -> TrailReply:
    """Walk the whole chain, then compare each attached file with its digest."""
    with desk.store.reading() as view:
        audit = view.verify_trail(desk.progress)
        files = [one for one in view.evidence_of(None) if one.retracted_at is None]
    broken = audit.broken_at
    return TrailReply(
        holds=audit.holds,
        records=audit.records,
        erased=audit.erased,
        head=audit.head,
        broken_at=broken.seq if broken else None,
        what=broken.what if broken else None,
        files=len(files),
        lost_files=_lost(desk, files)[:MOST_LOST],
        next="Keep a copy of the store as it is and restore from a backup."
        if broken
        else "Whoever can write the whole store can also write a whole new chain, and cut off its end: compare the "
        "head with one that was kept elsewhere.",
    )


def _lost(desk: Desk, files: Sequence[Evidence]) -> list[str]:
    """The files whose kept copy is no longer what was attached, and how."""
    kept = {digest: desk.archive.look_at(digest) for digest in {one.digest for one in files}}
    return [
        f"{one.name} (C-{one.case_id}, {kept[one.digest].value})"
        for one in files
        if kept[one.digest] is not Keeping.WHOLE
    ]


class ComparedTrail(TrailReply):
    """A walk along the chain, beside a head that was kept elsewhere."""

    kept_head: str
    kept_at: int | None = Field(description="The record whose hash it is; 0 for an empty trail, None for none.")
    signed: str = Field(default="", description="Of a checkpoint: who signed it, and what that excludes.")

    def text(self) -> str:
        """What the walk found, then what the kept head shows."""
        if self.kept_at is None:
            kept = (
                f"The head {self.kept_head} is NOT in this trail: it was cut off before that record or written anew "
                "since, or the head is another store's."
            )
        else:
            after = self.records - self.kept_at
            kept = (
                f"The head that you kept is that of record {self.kept_at}: nothing up to there was changed, left out "
                "or cut off since you kept it. "
                + (
                    f"{plural(after, 'record')} came after it, which only a newer head can vouch for."
                    if after
                    else "It is the newest one."
                )
            )
        return "\n".join(filter(None, (super().text(), self.signed, kept)))


def compare_with_head(desk: Desk, head: str) -> ComparedTrail:
    """Walk the whole chain, and look for the record whose hash was kept elsewhere (lower-case hexadecimal)."""
    reply = verify_audit_trail(desk)
    with desk.store.reading() as view:
        kept_at = 0 if head == ORIGIN else next((record.seq for record in view.trail() if record.hash == head), None)
    if kept_at is not None and reply.holds:
        reply = reply.model_copy(update={"next": ""})
    return ComparedTrail(**reply.model_dump(), kept_head=head, kept_at=kept_at)


VERBS: Final = (
    Verb(
        name="verify_audit_trail",
        roles=AUDITORS,
        title="Verify the audit trail",
        toolset=Toolset.REPORTS,
        description=(
            "Walks the hash chain of everything that was recorded and says whether it holds, what that does not "
            "prove, and which attached files are no longer as they were."
        ),
        reply=TrailReply,
        run=verify_audit_trail,
        reads_only=True,
        repeats_safely=True,
    ),
)
