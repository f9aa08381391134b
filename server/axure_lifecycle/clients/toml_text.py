"""TOML as people keep it, and how to add one table to it without touching the rest.

No writer of TOML keeps every letter of a file, so this adds and replaces lines, and believes none of its guesses: a
change counts only where reading the result (`tomllib`) gives what was there before and the wanted entry beside it.
"""

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any, Final, cast

_LONGEST_VALUE: Final = 40
"""Lines that one value may take."""
_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")


class Malformed(Exception):
    """The text is no TOML."""


class Unfit(Exception):
    """The document is written so that nothing can be added by lines alone; what stands there."""


def read(text: str) -> dict[str, Any]:
    """What the text says. Raises `Malformed`."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Malformed(str(error)) from None
    except RecursionError:
        raise Malformed("it is nested too deeply") from None


def put(text: str, path: Sequence[str], members: Mapping[str, Any]) -> str:
    """The text with these members in the table at the path, which is made at the end where it is missing.

    Raises `Malformed`; `Unfit` where the table cannot be added or changed line by line.
    """
    said = read(text)
    wanted = deepcopy(said)
    table = wanted
    for depth, step in enumerate(path):
        inner = table.setdefault(step, {})
        if not isinstance(inner, dict):
            raise Unfit(".".join(path[: depth + 1]))
        table = cast("dict[str, Any]", inner)
    if not table:
        table.update(members)
        return _checked(_append(text, path, members), wanted, path)
    for key, value in members.items():
        if key in table and table[key] == value:
            continue
        text = _set(text, path, key, value, is_new=key not in table, wanted=table, whole=wanted)
    return text


def _append(text: str, path: Sequence[str], members: Mapping[str, Any]) -> str:
    end = _line_end(text)
    gap = "" if not text else end if text.endswith(("\n", "\r")) else end + end
    header = "[" + ".".join(map(_key, path)) + "]"
    return text + gap + end.join([header, *(_line(key, value) for key, value in members.items())]) + end


def _set(
    text: str,
    path: Sequence[str],
    key: str,
    value: Any,
    *,
    is_new: bool,
    wanted: dict[str, Any],
    whole: dict[str, Any],
) -> str:
    """One key of the table, by trying where it may stand and reading what comes of it."""
    wanted[key] = value
    end, lines = _line_end(text), text.splitlines(keepends=True)
    begins = re.compile(rf"""\s*(?:{re.escape(key)}|"{re.escape(key)}"|'{re.escape(key)}')\s*=""")
    for start, line in enumerate(lines):
        if is_new and line.lstrip().startswith("["):
            stops: Sequence[int] = [start + 1]
            before = [line if line.endswith(("\n", "\r")) else line + end]
        elif not is_new and begins.match(line):
            stops, before = range(start + 1, min(start + 1 + _LONGEST_VALUE, len(lines) + 1)), []
        else:
            continue
        indent = line[: len(line) - len(line.lstrip())]
        for stop in stops:
            tried = "".join([*lines[:start], *before, f"{indent}{_line(key, value)}{end}", *lines[stop:]])
            if _says(tried, whole):
                return tried
    raise Unfit(".".join(path))


def _says(text: str, wanted: dict[str, Any]) -> bool:
    try:
        return read(text) == wanted
    except Malformed:
        return False


def _checked(text: str, wanted: dict[str, Any], path: Sequence[str]) -> str:
    if not _says(text, wanted):
        raise Unfit(".".join(path))
    return text


def _line(key: str, value: Any) -> str:
    # A JSON string without the characters that TOML escapes otherwise is a basic string of TOML.
    return f"{_key(key)} = {json.dumps(value, ensure_ascii=False)}".replace("\x7f", "\\u007F")


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else json.dumps(key, ensure_ascii=False)


def _line_end(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"
