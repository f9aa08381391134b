"""The help teaches, stays as it was looked at, and comes at once."""

import subprocess
import sys

import pytest

from axure_lifecycle.cli.commands import COMMANDS, GROUPS
from axure_lifecycle.cli.shell import Command
from axure_lifecycle.cli.wording import COMMANDS as COMMANDS_OF_VERBS
from axure_lifecycle_tools.catalog import CATALOG
from tests.cli.processes import run
from tests.conftest import Golden


def test_the_help_of_every_command_is_as_it_was_looked_at(golden: Golden) -> None:
    lines = [(), *(tuple(name.split()) for name in GROUPS), *(command.words for command in COMMANDS)]
    parts: list[str] = []
    for words in lines:
        shown = run(*words, "--help")
        assert (shown.code, shown.err) == (0, "")
        parts.append(f"$ axure-lifecycle {' '.join([*words, '--help'])}\n{shown.out}")
    golden("cli/help.txt", "\n".join(parts))


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: " ".join(command.words))
def test_every_command_says_what_it_is_for_how_it_is_typed_and_what_it_never_does(command: Command) -> None:
    help_text = command.function.__doc__ or ""
    first = help_text.partition("\n")[0]
    assert first.endswith(".")
    assert len(first) <= 60, "the list of commands would cut it"
    assert any(word in help_text.lower() for word in ("never", "nobody", "nothing", "undoes", "changes no"))
    assert command.examples
    assert all(" ".join(command.words) in example for example in command.examples)


def test_every_verb_has_a_command() -> None:
    assert set(COMMANDS_OF_VERBS) == {verb.name for verb in CATALOG}
    assert set(COMMANDS_OF_VERBS.values()) <= {" ".join(command.words) for command in COMMANDS}


def test_help_and_version_load_no_store_no_models_and_no_painter() -> None:
    program = (
        "import sys; from axure_lifecycle.cli import main; sys.argv[1:] = ['--help']; main(); "
        "print('LOADED', sorted({'sqlalchemy', 'pydantic', 'mcp', 'rich', 'alembic'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "LOADED []"


def test_without_arguments_the_help_is_shown() -> None:
    assert "Commands:" in run().out + run().err


def test_the_version_is_told() -> None:
    assert run("--version").out.startswith("axure-lifecycle 0.")


def test_a_shell_can_complete_commands() -> None:
    script = run(environment={"_AXURE_LIFECYCLE_COMPLETE": "source_bash"})
    assert "complete" in script.out
    words = {"_AXURE_LIFECYCLE_COMPLETE": "complete_bash", "COMP_WORDS": "axure-lifecycle disc", "COMP_CWORD": "1"}
    assert run(environment=words).out.split() == ["discrepancies"]
