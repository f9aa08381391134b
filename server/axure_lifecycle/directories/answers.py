"""What an answer holds: an object, a list of objects, a person's id. Anything else is refused, and never skipped."""

from typing import cast

from axure_lifecycle.directories.refusals import (
    DirectoryCertificateUntrusted,
    DirectoryPermissionMissing,
    DirectoryRefusal,
    DirectoryUnreachable,
)
from axure_lifecycle.directories.wire import Answer, Wire
from axure_lifecycle.domain.cells import PLAIN_TEXT
from axure_lifecycle.domain.directories import Finding
from axure_lifecycle.domain.user_objects import JsonObject


def object_in(wire: Wire, answer: Answer) -> JsonObject:
    """The object that the answer is. Raises `DirectoryAnswerStrange`."""
    body: object = answer.body
    if not isinstance(body, dict):
        raise wire.strange("no JSON object where one should be")
    return cast("JsonObject", body)


def objects_under(wire: Wire, answer: Answer, member: str) -> list[JsonObject]:
    """The objects in the list under that member. Raises `DirectoryAnswerStrange`."""
    listed = object_in(wire, answer).get(member)
    if not isinstance(listed, list):
        raise wire.strange(f"a page without a list `{member}`")
    objects = cast("list[object]", listed)
    if not {dict}.issuperset(map(type, objects)):
        raise wire.strange(f"a list `{member}` with something else than objects")
    return cast("list[JsonObject]", objects)


def text_under(wire: Wire, body: JsonObject, member: str) -> str | None:
    """The text under that member; None where there is none. Raises `DirectoryAnswerStrange`."""
    text = body.get(member)
    if text is None or isinstance(text, str):
        return text
    raise wire.strange(f"a `{member}` that is no text")


def id_in(wire: Wire, person: JsonObject, member: str = "id") -> str:
    """By what the directory knows somebody. Raises `DirectoryAnswerStrange`."""
    key = person.get(member)
    if not isinstance(key, str) or not PLAIN_TEXT.fullmatch(key):
        raise wire.strange("a user without an id")
    return key


def finding_of(about: str, refusal: DirectoryRefusal) -> Finding:
    """What `doctor` says of a refusal that it met while it looked at something."""
    match refusal:
        case DirectoryUnreachable() | DirectoryCertificateUntrusted():
            about = "connection"
        case DirectoryPermissionMissing():
            about = "permissions"
        case _:
            pass
    return Finding(about, is_fine=False, sentence=refusal.sentence)
