"""Every command, in the order in which the help lists them."""

from collections.abc import Callable
from typing import Annotated, Any, Final

import typer

from axure_lifecycle import __version__
from axure_lifecycle.cli import (
    admitting,
    attaching,
    auditing,
    backing_up,
    bringing,
    bundling,
    comparing,
    copying,
    deciding,
    erasing,
    installing,
    knowing,
    looking,
    opening,
    passing,
    planning,
    provisioning,
    recording,
    reporting,
    reviewing,
    serving,
    setting_up,
    syncing,
)
from axure_lifecycle.cli.shell import Command, Home
from axure_lifecycle.cli.terminal import tell
from axure_lifecycle.cli.wording import PROGRAM

COMMANDS: Final[tuple[Command, ...]] = (
    setting_up.demonstrate,
    setting_up.init,
    installing.install,
    bringing.bring,
    comparing.discrepancies,
    looking.check,
    looking.users,
    looking.sources,
    syncing.sync,
    passing.make_pass,
    passing.list_notices,
    deciding.decide,
    deciding.retract,
    planning.onboard,
    planning.offboard,
    planning.role_change,
    planning.reactivation,
    planning.operation,
    opening.open_planned,
    looking.cases,
    looking.case,
    recording.record,
    recording.confirm,
    recording.approve,
    recording.deactivated,
    attaching.attach,
    opening.assign,
    passing.record_ticket,
    opening.cancel,
    knowing.explain,
    knowing.record_fact,
    knowing.record_screen_change,
    reporting.report,
    reviewing.open_review,
    reviewing.list_reviews,
    reviewing.show,
    reviewing.decide,
    reviewing.close,
    auditing.verify,
    auditing.export,
    bundling.key,
    bundling.checkpoint,
    bundling.bundle,
    bundling.verifier,
    erasing.erase,
    syncing.doctor,
    backing_up.backup,
    backing_up.restore,
    serving.mcp,
    serving.serve,
    copying.copy,
    admitting.create_token,
    admitting.list_tokens,
    admitting.revoke_token,
    admitting.list_sessions,
    admitting.end_sessions,
    admitting.invite_factor,
    admitting.list_factors,
    admitting.remove_factor,
    provisioning.create_token,
    provisioning.list_tokens,
    provisioning.revoke_token,
    provisioning.list_waiting,
    provisioning.list_aside,
)
GROUPS: Final = {
    "review": "Campaigns in which people decide who keeps access: open, list, show, decide, close.",
    "plan": "Plan the steps of an operation. A plan writes nothing and never touches Axure.",
    "audit": "The trail of everything that was recorded: verify, export, sign, and bundle it for an auditor.",
    "db": "The store's database: copy it into another one.",
    "token": "With which people get in to a server for a team: create, list, revoke.",
    "session": "Who is signed in at the console of a server for a team: list, end.",
    "notices": "Messages to owners, and what became of them.",
    "factor": "Devices that a person holds and no assistant does: invite, list, remove.",
    "scim": "Identity providers that push whom they want in Axure.",
    "scim token": "With which an identity provider pushes: create, list, revoke.",
}


def build_command() -> Any:
    """The whole program, as typer runs it."""
    app = _make_group(_root)
    groups = {"": app, **{name: _make_group(_group_callback(purpose)) for name, purpose in GROUPS.items()}}
    for name in GROUPS:
        above, _, last = name.rpartition(" ")
        groups[above].add_typer(groups[name], name=last)
    for one in COMMANDS:
        one.add_to(groups[" ".join(one.words[:-1])])
    return typer.main.get_command(app)


def _make_group(callback: Callable[..., None]) -> typer.Typer:
    return typer.Typer(
        callback=callback,
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    )


def _tell_version(wanted: bool) -> None:
    if wanted:
        tell(f"{PROGRAM} {__version__}")
        raise typer.Exit


def _root(
    context: typer.Context,
    home: Home = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_tell_version, is_eager=True, help="Tell the version.")
    ] = False,
) -> None:
    """Joiners, movers and leavers for Axure Cloud for Business, which has no user API.

    Compares who has Axure with who should, plans the steps that a person clicks, keeps what people confirm and what
    the next roster shows. Nothing here ever reads or changes anything inside Axure.
    """
    context.obj = home


def _group_callback(purpose: str) -> Callable[..., None]:
    def callback(context: typer.Context, home: Home = None) -> None:
        context.obj = home or context.obj

    callback.__doc__ = purpose
    return callback
