"""The table `[scim]`: which identity providers push, and what their groups mean."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from axure_lifecycle.config.settings import (
    Findings,
    Table,
    Unfit,
    describe,
    optional,
    read_choice,
    read_number,
    read_text,
    read_word,
)
from axure_lifecycle.domain.scim import AddressFrom, GroupMeaning, IdpKind, IdpSettings, ScimSettings, key_of
from axure_lifecycle.domain.vocabulary import ROLES
from axure_lifecycle.domain.workspaces import LONGEST, SEPARATOR, is_name

MOST: Final = 20
"""Identity providers."""
MOST_GROUPS: Final = 500
"""Of one of them."""
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


def read_scim(table: Table, findings: Findings) -> ScimSettings:
    """`[scim]`; an identity provider with a mistake is left out."""
    default = ScimSettings()
    settings = ScimSettings(
        idps=_read_idps(table.take_tables("idps"), findings),
        pushes_a_minute=table.take_or("pushes_a_minute", read_number(1, 1_000_000, "pushes"), default.pushes_a_minute),
        max_push_bytes=table.take_or(
            "max_push_bytes", read_number(16_384, 100_000_000, "bytes"), default.max_push_bytes
        ),
    )
    table.finish()
    return settings


def _read_idps(tables: tuple[Table, ...], findings: Findings) -> tuple[IdpSettings, ...]:
    found: dict[str, IdpSettings] = {}
    default = IdpSettings(name="", kind=IdpKind.OTHER)
    for number, table in enumerate(tables, 1):
        before = len(findings.mistakes)
        name = table.take("name", _read_name)
        kind = table.take("kind", read_choice(IdpKind))
        settings = IdpSettings(
            name=name or "",
            kind=kind or IdpKind.OTHER,
            address=table.take_or("address", read_choice(AddressFrom), default.address),
            grouping_minutes=table.take_or(
                "grouping_minutes", read_number(0, 1_440, "minutes"), default.grouping_minutes
            ),
            groups=_read_groups(table),
        )
        table.finish()
        if number > MOST:
            table.refuse("name", f"found an identity provider number {number}", f"at most {MOST} of them")
        elif name in found:
            table.refuse("name", f"found {describe(name)} a second time", "one name for each identity provider")
        if len(findings.mistakes) == before:
            found[settings.name] = settings
    return tuple(found.values())


def _read_groups(idp: Table) -> Mapping[str, GroupMeaning]:
    found: dict[str, GroupMeaning] = {}
    for number, table in enumerate(idp.take_tables("groups"), 1):
        name = table.take("name", read_text)
        role = table.take_or("role", optional(read_word(ROLES)), None)
        workspaces = table.take_list("workspaces", _read_workspace)
        table.finish()
        if number > MOST_GROUPS:
            table.refuse("name", f"found a group number {number}", f"at most {MOST_GROUPS} of them")
        elif name is not None and key_of(name) in found:
            table.refuse("name", f"found {describe(name)} a second time", "one meaning for each group")
        elif not table.is_given("role") and not table.is_given("workspaces"):
            table.refuse("role", "missing", "a role, workspaces, or both: else the group means nothing")
        elif name is not None:
            found[key_of(name)] = GroupMeaning(role=role, workspaces=workspaces)
    return MappingProxyType(found)


def _read_workspace(value: object) -> str:
    if isinstance(value, str) and is_name(value):
        return value
    raise Unfit(f"a workspace's name as it stands in Axure: 1 to {LONGEST} characters, none of them {SEPARATOR}")


def _read_name(value: object) -> str:
    if isinstance(value, str) and _NAME.fullmatch(value):
        return value
    raise Unfit("a name of small letters, digits, - and _, such as okta")
