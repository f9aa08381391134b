"""What registries demand of `server.json`, written down by hand; the schema itself is not kept here.

After https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json (ServerDetail, Package, Repository,
Transport, Argument and KeyValueInput; the newest that was published by November 2026) and what the official registry
asks beyond it (docs/reference/server-json/official-registry-requirements.md of modelcontextprotocol/registry). Stricter
in one thing: what the schema does not know, or the product has no use for, is refused, because a misspelt name would go
unnoticed.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

SCHEMA: Final = "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json"
NAME: Final = re.compile(r"[a-zA-Z0-9.-]+/[a-zA-Z0-9._-]+")
RANGE: Final = re.compile(r"[\^~<>=*|]|\bx\b| - ")
REGISTRIES: Final = ("npm", "pypi", "cargo", "oci", "nuget", "mcpb")
URL: Final = re.compile(r"https?://[^\s]+|\{[a-zA-Z_][a-zA-Z0-9_]*\}[^\s]*")
HTTPS: Final = re.compile(r"https://[^\s/]+(/[^\s]*)?")

Check = Callable[[Any], bool]
Fields = Mapping[str, tuple[bool, Check]]
"""Name → whether it must be there, and whether a value is fit."""


def _text(least: int, most: int) -> Check:
    return lambda value: isinstance(value, str) and least <= len(value) <= most


def _like(pattern: re.Pattern[str], least: int = 1, most: int = 2_000) -> Check:
    return lambda value: _text(least, most)(value) and pattern.fullmatch(value) is not None


def _one_of(*values: str) -> Check:
    return lambda value: value in values


def _is_exact(value: object) -> bool:
    return isinstance(value, str) and 1 <= len(value) <= 255 and value != "latest" and not RANGE.search(value)


def _is_truth(value: object) -> bool:
    return isinstance(value, bool)


_ANY: Final = _text(0, 2_000)
_INPUT: Final[Fields] = {
    "description": (False, _ANY),
    "default": (False, _ANY),
    "placeholder": (False, _ANY),
    "value": (False, _ANY),
    "format": (False, _one_of("string", "number", "boolean", "filepath")),
    "isRequired": (False, _is_truth),
    "isSecret": (False, _is_truth),
}
_SERVER: Final[Fields] = {
    "$schema": (True, _one_of(SCHEMA)),
    "name": (True, _like(NAME, 3, 200)),
    "title": (False, _text(1, 100)),
    "description": (True, _text(1, 100)),
    "version": (True, _is_exact),
    "websiteUrl": (False, _like(HTTPS)),
    "repository": (False, lambda value: not list(_against(_REPOSITORY, value, ""))),
    "packages": (True, lambda value: isinstance(value, list)),
}
_REPOSITORY: Final[Fields] = {
    "url": (True, _like(HTTPS)),
    "source": (True, _text(1, 100)),
    "id": (False, _ANY),
    "subfolder": (False, _ANY),
}
_PACKAGE: Final[Fields] = {
    "registryType": (True, _one_of(*REGISTRIES)),
    "identifier": (True, _text(1, 200)),
    "version": (True, _is_exact),
    "runtimeHint": (False, _text(1, 100)),
    "transport": (True, lambda value: isinstance(value, dict)),
    "packageArguments": (False, lambda value: isinstance(value, list)),
    "environmentVariables": (False, lambda value: isinstance(value, list)),
}
_TRANSPORTS: Final[Mapping[str, Fields]] = {
    "stdio": {"type": (True, _one_of("stdio"))},
    "streamable-http": {"type": (True, _ANY), "url": (True, _like(URL))},
    "sse": {"type": (True, _ANY), "url": (True, _like(URL))},
}
_ARGUMENTS: Final[Mapping[str, Fields]] = {
    "positional": {**_INPUT, "type": (True, _ANY), "valueHint": (False, _ANY), "isRepeated": (False, _is_truth)},
    "named": {**_INPUT, "type": (True, _ANY), "name": (True, _text(1, 200)), "isRepeated": (False, _is_truth)},
}
_VARIABLE: Final[Fields] = {**_INPUT, "name": (True, _text(1, 200))}


def objections(told: Mapping[str, Any]) -> list[str]:
    """What a registry would refuse of a description."""
    return [*_against(_SERVER, told, "server"), *_packages(told.get("packages"))]


def _packages(packages: Any) -> Iterator[str]:
    for package in packages or ():
        yield from _against(_PACKAGE, package, "package")
        yield from _by_type(_TRANSPORTS, package.get("transport"), "transport")
        for argument in package.get("packageArguments", ()):
            yield from _by_type(_ARGUMENTS, argument, "argument")
            if argument.get("type") == "positional" and not {"value", "valueHint"} & set(argument):
                yield "argument: neither value nor valueHint"
        for variable in package.get("environmentVariables", ()):
            yield from _against(_VARIABLE, variable, "variable")


def _by_type(kinds: Mapping[str, Fields], told: Any, what: str) -> Iterator[str]:
    kind = str(told["type"]) if told and "type" in told else ""
    if kind in kinds:
        yield from _against(kinds[kind], told, what)
    else:
        yield f"{what}: type {kind}"


def _against(fields: Fields, told: Any, what: str) -> Iterator[str]:
    yield from (f"{what}: {name} is unknown" for name in told if name not in fields)
    for name, (must, is_fit) in fields.items():
        if name not in told:
            if must:
                yield f"{what}: {name} is missing"
        elif not is_fit(told[name]):
            yield f"{what}: {name} is unfit"
