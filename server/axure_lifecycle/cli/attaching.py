"""Attaching files to the steps of a case."""

from typing import Annotated

import typer

from axure_lifecycle.cli.completing import complete_step
from axure_lifecycle.cli.looking import CaseName
from axure_lifecycle.cli.shell import Shell, command


@command(
    "attach",
    "attach C-1 deactivate members-page.png",
    'attach C-1 release-seat ~/receipt.pdf --note "the portal\'s own mail"',
)
def attach(
    shell: Shell,
    case: CaseName,
    step: Annotated[
        str,
        typer.Argument(
            metavar="STEP", help="The step's key or its number, e.g. deactivate.", autocompletion=complete_step
        ),
    ],
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="A picture, a PDF, a text, a table, a saved page or a mail.")
    ],
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help="What it shows.")] = "",
) -> None:
    """Attach a file that shows what a step says.

    It is copied into the home under the digest of its content, readable by you alone, and shown with the case. At a
    terminal any file that you can read is taken; elsewhere only those in [evidence] folders of config.toml. It
    confirms nothing: the step still needs your word.
    """
    from axure_lifecycle_tools.evidence import attach_evidence

    arguments = {"case": case, "step": step, "path": file, "note": note}
    shell.check(attach_evidence, arguments)
    shell.call(attach_evidence, lambda said: "\n".join(said.said), **arguments)
