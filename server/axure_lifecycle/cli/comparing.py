"""`discrepancies`: the whole comparison, streamed, for machines and for a person on a Friday evening."""

from typing import Annotated

import typer

from axure_lifecycle.cli.looking import AsOf, OfVerdict
from axure_lifecycle.cli.shell import Shell, command


@command(
    "discrepancies",
    "discrepancies",
    "discrepancies --verdict leaver",
    "discrepancies --json --all --as-of 2026-11-23",
)
def discrepancies(
    shell: Shell,
    as_of: AsOf = None,
    everyone: Annotated[
        bool, typer.Option("--all", help="Every member, not only those who ask for a decision or an action.")
    ] = False,
    verdict: OfVerdict = None,
) -> None:
    """Compare who has Axure with who should have it.

    Finds leavers, holds, unknown addresses, idle seats and what they cost. One verdict for each member of the
    newest roster, with its reason. Where the sources are too old or too small it names no leaver and says why. It
    opens no case and changes nothing.
    """
    from axure_lifecycle.cli.comparison import print_for_people, write_json
    from axure_lifecycle_tools.arguments import moment_of
    from axure_lifecycle_tools.comparison import compare_all
    from axure_lifecycle_tools.discrepancies import find_discrepancies

    shell.check(find_discrepancies, {"as_of": as_of})
    with shell.desk() as desk:
        moment = moment_of(as_of, desk)
        with compare_all(desk, moment, everyone=everyone or verdict is not None) as whole:
            wanted = None if verdict is None else verdict.value
            if shell.wants_json:
                write_json(desk, whole, moment, wanted, shell.words)
            else:
                print_for_people(desk, whole, moment, wanted, shell.words)
