"""The readable part of what was sent, and the rest put aside.

Identity providers stop a person's whole update at one refused attribute, and try it again for weeks. So a value that
cannot be read is kept aside, and everything else of the same request lands. Refused as a whole stays what makes a wish
one at all: a user name, whether somebody is wanted on, the name of a group; and a request that is no SCIM.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, cast

from scim2_models import (
    InvalidPathException,
    InvalidValueException,
    MutabilityException,
    NoTargetException,
    SCIMException,
)

from axure_lifecycle.scim.aside import Aside
from axure_lifecycle.scim.bodies import NO_TEXT, strange_text

Payload = dict[str, Any]
Attempt = Callable[[Any], object]
"""Reads a value where it belongs. Raises `SCIMException`."""

UNREADABLE: Final = (InvalidValueException, InvalidPathException, NoTargetException, MutabilityException)
"""What is wrong with a value, or with where it belongs; anything else is wrong with the request.

RFC 7644 section 3.5.2 has a whole PATCH refused that touches a read-only attribute (`groups`, `meta`). An identity
provider with such a mapping would never switch that person off, so that operation is put aside, and the others land."""
ESSENTIAL: Final = frozenset({"username", "active", "schemas", "id"})
NOTHING_TO_DO: Final[Mapping[str, str]] = {"op": "remove", "path": "nothing"}
"""An operation on an attribute that nobody has; a PATCH needs one."""
OPERATIONS: Final = frozenset({"add", "remove", "replace"})
MOST_NAMES: Final = 200
"""Of one value that is looked at name by name, those within it included; no person and no group has as many."""
_GONE: Final = object()
_CORE: Final = "urn:ietf:params:scim:schemas:core:2.0:"


class Mender:
    """Takes from a value what can be read."""

    def __init__(self, aside: Aside, essential: frozenset[str] = ESSENTIAL) -> None:
        self._aside, self._essential = aside, essential

    def resource(self, payload: object, attempt: Attempt) -> object:
        """A whole person or group. Raises `SCIMException` where what is essential cannot be read."""
        if not isinstance(payload, dict):
            return attempt(payload)
        told = cast("Payload", payload)
        kept: Payload = {name: value for name, value in told.items() if self._is_essential(name)}
        for name, value in kept.items():
            _require_text(name, value)
        attempt(kept)
        self._add(kept, {name: value for name, value in told.items() if name not in kept}, attempt, "")
        return attempt(kept)

    def operations(self, operations: list[object], attempt: Attempt) -> list[Payload]:
        """The operations of a PATCH in the parts that can be read; `attempt` takes one of them at a time.

        Raises `SCIMException` where something essential cannot be read, or where it is no operation.
        """
        kept: list[Payload] = []
        for operation in operations:
            if not isinstance(operation, dict):
                attempt(operation)
                continue
            told = cast("Payload", operation)
            part = self._operation(told, attempt)
            if part is not None:
                attempt(part)
                kept.append(part)
        return kept

    def _operation(self, told: Payload, attempt: Attempt) -> Payload | None:
        path = told.get("path")
        strange = strange_text(path)
        if strange is not None:
            self._aside.put(strange, told.get("value"), NO_TEXT)
            return None
        name = path if isinstance(path, str) else ""
        if str(told.get("op")).lower() not in OPERATIONS:
            attempt(told)
        if "value" not in told:
            try:
                attempt(told)
            except (InvalidPathException, MutabilityException) as error:
                self._put(name, None, error)
                return None
            return told
        value = self._readable(lambda part: attempt({**told, "value": part}), name, told["value"])
        return None if value is _GONE else {**told, "value": value}

    def _readable(self, attempt: Attempt, path: str, value: object) -> object:
        try:
            attempt(value)
        except UNREADABLE as error:
            if strange_text(value) is not None:
                self._put(path, value, InvalidValueException(detail=f"{path}: {NO_TEXT}"))
                return _GONE
            match value:
                case dict() if value:
                    kept: Payload = {}
                    self._add(kept, cast("Payload", value), attempt, path)
                    return kept or _GONE
                case list() if value:
                    return self._items(attempt, path, cast("list[object]", value))
                case _:
                    self._put(path, value, error)
                    return _GONE
        return value

    def _add(self, kept: Payload, told: Payload, attempt: Attempt, path: str) -> None:
        """What can be read of these names; each alone, so that many of them take no longer than all of them."""
        if _names_in(told) > MOST_NAMES:
            raise InvalidValueException(detail=f"a value that cannot be read has more than {MOST_NAMES} names")
        needed = dict(kept)
        found: Payload = {}
        for name, value in told.items():
            part = self._alone(needed, name, value, attempt, _below(path, name))
            if part is not _GONE:
                found[name] = part
        if found:
            self._join(kept, found, attempt, path)

    def _alone(self, needed: Payload, name: str, value: object, attempt: Attempt, path: str) -> object:
        return self._readable(lambda part: attempt({**needed, name: part}), path, value)

    def _join(self, kept: Payload, found: Payload, attempt: Attempt, path: str) -> None:
        """Add names that can be read alone, as far as they can be read together."""
        try:
            attempt({**kept, **found})
        except UNREADABLE as error:
            names = list(found)
            if len(names) == 1:
                self._put(_below(path, names[0]), found[names[0]], error)
                return
            middle = len(names) // 2
            for some in (names[:middle], names[middle:]):
                self._join(kept, {name: found[name] for name in some}, attempt, path)
            return
        kept.update(found)

    def _items(self, attempt: Attempt, path: str, values: list[object]) -> object:
        """Each alone, so that one bad of many takes no longer than all of them."""
        kept: list[object] = []
        for number, value in enumerate(values):
            part = self._readable(lambda found: attempt([found]), f"{path}[{number}]", value)
            if part is not _GONE:
                kept.append(part)
        if not kept:
            return _GONE
        try:
            attempt(kept)
        except UNREADABLE as error:
            self._put(path, kept, error)
            return _GONE
        return kept

    def _put(self, path: str, value: object, error: SCIMException) -> None:
        if self._is_essential(path):
            raise error
        self._aside.put(path, value, error.detail)

    def _is_essential(self, path: str) -> bool:
        head = path.casefold()
        if head.startswith(_CORE):
            head = head.removeprefix(_CORE).partition(":")[2]
        return head.partition(".")[0].partition("[")[0] in self._essential


def _require_text(name: str, value: object) -> None:
    if strange_text(value) is not None:
        raise InvalidValueException(detail=f"{name}: {NO_TEXT}")


def _names_in(value: object) -> int:
    if not isinstance(value, dict):
        return 0
    told = cast("Payload", value)
    return len(told) + sum(map(_names_in, told.values()))


def _below(path: str, name: str) -> str:
    if not path or name.lower().startswith("urn:"):
        return name
    return (
        f"{path}:{name}"
        if path.lower().startswith("urn:") and path[-1].isalpha() and _is_schema(path)
        else (f"{path}.{name}")
    )


def _is_schema(path: str) -> bool:
    """Whether a path is a schema, not an attribute of one: what follows its version is the name of a resource."""
    return path.rpartition(":")[0].rpartition(":")[2].replace(".", "").isdigit()
