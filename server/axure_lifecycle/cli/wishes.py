"""What somebody wants done, as it is typed: the same words for the plan and for the case."""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated

import typer

from axure_lifecycle.cli.completing import ROLES, among, named_in_store
from axure_lifecycle.cli.operations import read_operation
from axure_lifecycle.cli.shell import Shell

if TYPE_CHECKING:
    from axure_lifecycle_tools.plan_reply import PlanReply

Person = Annotated[
    str, typer.Argument(metavar="ADDRESS", help="The person's e-mail address.", autocompletion=named_in_store("person"))
]
People = Annotated[
    list[str],
    typer.Argument(
        metavar="ADDRESS...", help="E-mail addresses, one or several.", autocompletion=named_in_store("person")
    ),
]
LastDay = Annotated[
    str | None, typer.Option("--last-day", metavar="DATE", help="The last working day, when it is known.")
]
Role = Annotated[
    str | None,
    typer.Option(
        "--role",
        metavar="ROLE",
        help="guest, member, admin, technical_admin; or the application's own.",
        autocompletion=among(*ROLES),
    ),
]
UseSso = Annotated[
    bool | None, typer.Option("--sso/--no-sso", help="Sign in by SSO. Default: as the server is set up.")
]
Seat = Annotated[bool, typer.Option("--seat", help="For people who author in Axure RP: they need a seat.")]
Successor = Annotated[
    str | None,
    typer.Option("--successor", metavar="ADDRESS", help="Who takes over.", autocompletion=named_in_store("person")),
]
NewAddress = Annotated[
    str | None, typer.Option("--new-address", metavar="ADDRESS", help="The new address, for change-address.")
]
Workspaces = Annotated[
    str | None,
    typer.Option("--workspaces", metavar="NAMES", help="Workspaces to be invited to; “;” between two."),
]
LeaveWorkspaces = Annotated[
    str | None,
    typer.Option("--leave-workspaces", metavar="NAMES", help="Workspaces to be taken out of; “;” between two."),
]
Application = Annotated[
    str | None,
    typer.Option(
        "--application",
        metavar="NAME",
        help="Another application than Axure, e.g. 6sense.",
        autocompletion=named_in_store("application"),
    ),
]
Full = Annotated[
    bool, typer.Option("--full", help="Each step with its place on your screens, the evidence, and how sure it is.")
]


@dataclass(frozen=True, slots=True)
class Wish:
    """An operation, whom it is for, and what else was asked for."""

    operation: str
    """By the playbooks' name."""
    people: Sequence[str]
    options: dict[str, str] = field(default_factory=dict[str, str])
    """By the playbooks' names, as they were typed; yes and no for flags."""
    application: str | None = None

    @classmethod
    def of(
        cls,
        operation: str,
        people: Sequence[str],
        *,
        application: str | None = None,
        flags: dict[str, bool | None] | None = None,
        **options: str | None,
    ) -> "Wish":
        """What was typed, without what was left out. Raises `OperationUnknown`."""
        operation = read_operation(operation, application)
        typed = {name: value for name, value in options.items() if value is not None}
        ticked = {name: "yes" if value else "no" for name, value in (flags or {}).items() if value is not None}
        return cls(operation, tuple(people), {**typed, **ticked}, application)

    def plan(self, shell: Shell) -> "PlanReply":
        """The plan for it, said for a shell. Raises the refusals of planning."""
        from axure_lifecycle_tools.planning import addresses_of, plan

        people = addresses_of(list(self.people))
        with shell.desk() as desk:
            return shell.words.reply(plan(desk, self.operation, people, self.options, None, self.application))

    def typed(self) -> list[str]:
        """Its options as they are typed."""
        flags = {"use_sso": {"yes": "--sso", "no": "--no-sso"}, "seat": {"yes": "--seat"}}
        words: list[str] = []
        for name, value in self.options.items():
            flag = flags.get(name, {}).get(value)
            words += [flag] if flag else [] if name in flags else [f"--{name.replace('_', '-')}", value]
        return [*words, *(["--application", self.application] if self.application else [])]

    def line_to_open(self, shell: Shell, digest: str) -> str:
        """The command that opens a case for it."""
        about = [] if self.operation == "offboard" else ["--operation", self.operation]
        return shell.words.line(shlex.join(["open", *self.people, *about, *self.typed(), "--digest", digest]))
