"""What the reference says, made from the product itself: tools, refusals, commands, the configuration, the man page."""

import inspect
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from axure_lifecycle import __version__
from axure_lifecycle.cli.commands import COMMANDS, GROUPS, build_command
from tests.mcp.refusal_examples import example_of
from tests.mcp.test_refusals import refusals

ROOT: Final = Path(__file__).resolve().parents[2]
SURFACE: Final = ROOT / "server" / "axure_lifecycle" / "mcp_server" / "surface.json"
MADE: Final = "<!-- made by a test: uv run pytest --bless tests/docs/test_reference.py -->\n"
WIDTH: Final = 100


def tools() -> str:
    """Every tool with its arguments, as clients are told of them."""
    parts = ["# Tools", MADE, "As a client lists them. Which of them are offered, `[tools]` in the configuration says."]
    for tool in json.loads(SURFACE.read_text("utf-8")):
        parts += [f"## `{tool['name']}`", tool["description"]]
        rows = list(arguments(tool["input_schema"]))
        if rows:
            parts.append("\n".join(["| argument | takes | |", "|---|---|---|", *rows]))
        else:
            parts.append("No arguments.")
    return "\n\n".join(parts) + "\n"


def arguments(schema: dict[str, Any]) -> Iterator[str]:
    """A row of the table for each argument."""
    for name, one in schema.get("properties", {}).items():
        needed = "" if name in schema.get("required", []) else ", optional"
        says = " ".join(str(one.get("description", "")).split()).replace("|", "\\|")
        yield f"| `{name}` | {kind_of(one)}{needed} | {says} |"


def kind_of(one: dict[str, Any]) -> str:
    """What a value may be, in words."""
    if "enum" in one:
        return ", ".join(f"`{value}`" for value in one["enum"] if value is not None)
    for several in ("anyOf", "oneOf"):
        if several in one:
            return " or ".join(kind_of(part) for part in one[several] if part.get("type") != "null")
    if one.get("type") == "array":
        return f"a list of {kind_of(one.get('items', {}))}"
    told: str | list[str] = one.get("type", "object")
    return told if isinstance(told, str) else " or ".join(part for part in told if part != "null")


def refusal_codes() -> str:
    """Every refusal by its stable code."""
    parts = ["# Refusals", MADE]
    parts.append("A refusal says what was asked, what stands in the way and what to do next. Its code never changes.")
    rows = ["| code | when | for example |", "|---|---|---|"]
    for kind in refusals():
        when = (inspect.getdoc(kind) or "").splitlines()[0]
        example = " ".join(example_of(kind).split()).replace("|", "\\|")
        rows.append(f"| `{kind.code}` | {when} | {example} |")
    return "\n\n".join([*parts, "\n".join(rows)]) + "\n"


def commands() -> str:
    """Every command with its help."""
    parts = [
        "# Commands",
        MADE,
        "What `--help` says. Exit codes: 0 done; 1 refused, or nobody said yes, or something does",
    ]
    parts[-1] += " not hold; 2 mistyped; 70 a fault of ours; 130 interrupted."
    for words in every_command():
        title = " ".join(["axure-lifecycle", *words])
        parts.append(f"## `{title}`\n\n```text\n{help_of(words)}\n```")
    return "\n\n".join(parts) + "\n"


def every_command() -> list[tuple[str, ...]]:
    """The words of the program itself, of groups and of commands."""
    return [(), *(tuple(name.split()) for name in GROUPS), *(command.words for command in COMMANDS)]


def context_of(words: tuple[str, ...]) -> Any:
    """A command, ready to be asked for its help."""
    command: Any = build_command()
    context: Any = command.make_context("axure-lifecycle", [], resilient_parsing=True)
    context.terminal_width = WIDTH
    for word in words:
        command = command.commands[word]
        context = command.make_context(word, [], parent=context, resilient_parsing=True)
        context.terminal_width = WIDTH
    return context


def help_of(words: tuple[str, ...]) -> str:
    """What `--help` writes, at a fixed width."""
    context = context_of(words)
    return "\n".join(line.rstrip() for line in str(context.get_help()).strip().splitlines())


def configuration() -> str:
    """The commented example, which a test holds against the defaults."""
    example = (ROOT / "config.example.toml").read_text("utf-8")
    says = "`config.toml` lies in the home; `axure-lifecycle init` writes it. Every setting, with its default:"
    return "\n\n".join(["# Configuration", MADE, says, f"```toml\n{example.rstrip()}\n```"]) + "\n"


def man_page() -> str:
    """The manual page, section 1."""
    lines = [
        '.\\" Made by a test: uv run pytest --bless tests/docs/test_reference.py',
        f'.TH AXURE\\-LIFECYCLE 1 "" "axure\\-lifecycle {roff(__version__)}" "User Commands"',
        ".SH NAME",
        "axure\\-lifecycle \\- joiners, movers and leavers for Axure, which has no user API",
        ".SH SYNOPSIS",
        ".B axure\\-lifecycle",
        ".RI [ OPTIONS ]",
        ".I COMMAND",
        ".RI [ ARGUMENTS ]",
        ".SH DESCRIPTION",
        *paragraphs(context_of(()).command.help or ""),
        ".SH COMMANDS",
    ]
    for command in COMMANDS:
        lines += [f".SS {roff(' '.join(command.words))}", *paragraphs(command.function.__doc__ or "")]
        context = context_of(command.words)
        for parameter in context.command.get_params(context):
            record = parameter.get_help_record(context)
            if record is not None and "--help" not in record[0]:
                lines += [".TP", f".B {roff(record[0])}", *text(record[1] or "See above.")]
        lines += [".PP", "For example:"]
        lines += [
            line
            for example in command.examples
            for line in (".PP", ".RS", f".B {roff(f'axure-lifecycle {example}')}", ".RE")
        ]
    lines += [
        *(
            ".SH FILES",
            ".TP",
            ".I config.toml",
            "in the home: \\-\\-home, else AXURE_LIFECYCLE_HOME, else the per\\-user",
        ),
        "folder for data.",
        *(
            ".SH EXIT STATUS",
            ".TP",
            ".B 0",
            "Done.",
            ".TP",
            ".B 1",
            "Refused, or nobody said yes, or something does not hold.",
        ),
        *(".TP", ".B 2", "Mistyped.", ".TP", ".B 70", "A fault of the program.", ".TP", ".B 130", "Interrupted."),
    ]
    return "\n".join(lines) + "\n"


def roff(words: str) -> str:
    """Text so that troff shows it as it is."""
    plain = words.replace("\\", "\\e").replace("-", "\\-").replace("`", "")
    return "".join(letter if letter.isascii() else f"\\[u{ord(letter):04X}]" for letter in plain)


def text(words: str) -> list[str]:
    """Lines of text, none of which troff takes for a request."""
    joined = roff(" ".join(words.split()))
    return [f"\\&{joined}" if joined.startswith((".", "'")) else joined]


def paragraphs(words: str) -> list[str]:
    """Text with its paragraphs."""
    lines: list[str] = []
    for paragraph in re.split(r"\n\s*\n", inspect.cleandoc(words)):
        lines += [".PP", *text(paragraph)]
    return lines


PAGES: Final = {
    "docs/reference/tools.md": tools,
    "docs/reference/refusals.md": refusal_codes,
    "docs/reference/commands.md": commands,
    "docs/reference/configuration.md": configuration,
    "docs/man/axure-lifecycle.1": man_page,
}
"""What is made, and from what."""
