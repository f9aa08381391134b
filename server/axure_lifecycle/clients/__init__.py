"""Client programs and their configuration files: finding them, adding one server, and taking it out again."""

from axure_lifecycle.clients.installing import (
    ClientEntryUnusual,
    ClientFileChanged,
    ClientFileMalformed,
    ClientFileUnusable,
    ClientKeepsItsFile,
    ClientNotHere,
    NothingToUndo,
    Plan,
    Undoing,
    carry_out,
    example_for,
    plan_installation,
    plan_undoing,
    undo,
)
from axure_lifecycle.clients.places import Client, ProjectImpossible, Spot, find_spot
from axure_lifecycle.clients.starting import Start

__all__ = [
    "Client",
    "ClientEntryUnusual",
    "ClientFileChanged",
    "ClientFileMalformed",
    "ClientFileUnusable",
    "ClientKeepsItsFile",
    "ClientNotHere",
    "NothingToUndo",
    "Plan",
    "ProjectImpossible",
    "Spot",
    "Start",
    "Undoing",
    "carry_out",
    "example_for",
    "find_spot",
    "plan_installation",
    "plan_undoing",
    "undo",
]
