"""A call that is made again under the same key gets the first answer, and nothing more is written."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.text import shown
from axure_lifecycle.domain.trail import canonical
from axure_lifecycle.ports import Change, View


class RequestKeyReused(LifecycleError):
    """One key for two different calls: the first answer would pass for the second one's."""

    code = "request_key_reused"

    def __init__(self, verb: str, key: str) -> None:
        self.verb, self.key = verb, key
        super().__init__(
            f"{verb} was not run: the request_key “{shown(key, 40)}” belongs to an earlier call with other arguments. "
            "Give every call that is meant to do something a key of its own, or leave the key out."
        )


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a verb. Without a key nothing is remembered of it."""

    verb: str
    key: str | None
    arguments: Mapping[str, object]
    """As JSON can hold them."""

    def first_answer(self, view: View) -> str | None:
        """What was answered to the same call under this key, as it was remembered. Raises `RequestKeyReused`."""
        kept = view.answer_to(self.key) if self.key else None
        if kept is None:
            return None
        digest, _, answer = kept.partition("\n")
        if digest != self._digest():
            raise RequestKeyReused(self.verb, self.key or "")
        return answer

    def remember(self, change: Change, answer: str) -> None:
        """Keep the answer for a repeat."""
        if self.key:
            change.keep_answer(self.key, f"{self._digest()}\n{answer}")

    def _digest(self) -> str:
        return sha256(canonical({"verb": self.verb, "arguments": dict(self.arguments)}).encode()).hexdigest()
