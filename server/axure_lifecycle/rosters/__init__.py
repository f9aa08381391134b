"""What a person brings: CSV, TSV, a pasted page, a saved page, a workbook, user objects, rows → rows and mistakes."""

from axure_lifecycle.rosters.headers import Mapped
from axure_lifecycle.rosters.material import Cells, FileSource, Material
from axure_lifecycle.rosters.reading import Reading, read_roster
from axure_lifecycle.rosters.records import Progress
from axure_lifecycle.rosters.refusals import (
    ExtraMissing,
    HeaderTwice,
    NotARoster,
    RosterChanged,
    RosterIncomplete,
    RosterMissing,
    RosterTooLarge,
    RosterUnreadable,
    UnknownField,
    WrongKind,
)

__all__ = [
    "Cells",
    "ExtraMissing",
    "FileSource",
    "HeaderTwice",
    "Mapped",
    "Material",
    "NotARoster",
    "Progress",
    "Reading",
    "RosterChanged",
    "RosterIncomplete",
    "RosterMissing",
    "RosterTooLarge",
    "RosterUnreadable",
    "UnknownField",
    "WrongKind",
    "read_roster",
]
