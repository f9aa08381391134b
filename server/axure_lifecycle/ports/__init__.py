"""What the verbs need from the outside, as protocols: a clock, a store, the shipped knowledge, roster readers.

Every method says what it returns, in which order, and what a caller can meet. Only `LifecycleError`s are for people.
"""

from axure_lifecycle.ports.access import (
    AccessChange,
    AccessView,
    FactorKind,
    FactorRecord,
    InvitationRecord,
    SessionRecord,
    TokenRecord,
)
from axure_lifecycle.ports.auditing import AuditChange, AuditView, Span, Told
from axure_lifecycle.ports.change import Change
from axure_lifecycle.ports.directories import (
    CursorDoubted,
    Directories,
    Directory,
    DirectoryEntry,
    DirectoryReading,
    Ending,
)
from axure_lifecycle.ports.outside import Clock, EvidenceArchive, Knowledge, Material, Progress, Reading, RosterReader
from axure_lifecycle.ports.records import (
    CaseLine,
    CaseNeed,
    CaseRecord,
    ChangedRow,
    CheckRecord,
    ClaimRecord,
    Compared,
    CursorUnknown,
    Decision,
    DirectoryRecord,
    MemberRecord,
    Page,
    PartRecord,
    Person,
    Preview,
    ReadCursor,
    SeatLine,
    SeatRecord,
    StepRecord,
)
from axure_lifecycle.ports.store import Store
from axure_lifecycle.ports.view import View

__all__ = [
    "AccessChange",
    "AccessView",
    "AuditChange",
    "AuditView",
    "CaseLine",
    "CaseNeed",
    "CaseRecord",
    "Change",
    "ChangedRow",
    "CheckRecord",
    "ClaimRecord",
    "Clock",
    "Compared",
    "CursorDoubted",
    "CursorUnknown",
    "Decision",
    "Directories",
    "Directory",
    "DirectoryEntry",
    "DirectoryReading",
    "DirectoryRecord",
    "Ending",
    "EvidenceArchive",
    "FactorKind",
    "FactorRecord",
    "InvitationRecord",
    "Knowledge",
    "Material",
    "MemberRecord",
    "Page",
    "PartRecord",
    "Person",
    "Preview",
    "Progress",
    "ReadCursor",
    "Reading",
    "RosterReader",
    "SeatLine",
    "SeatRecord",
    "SessionRecord",
    "Span",
    "StepRecord",
    "Store",
    "TokenRecord",
    "Told",
    "View",
]
