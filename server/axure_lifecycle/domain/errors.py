"""Refusals: what was asked, what stands in the way, what to do next.

Every refusal that a caller can meet is a `LifecycleError` with a stable `code`; the class builds the sentence and
keeps the facts as attributes. Refusals live beside what they guard; this module holds only their root. Any other
exception is a fault of ours, and its text never reaches a client.
"""

from typing import ClassVar


class LifecycleError(Exception):
    """A request that is refused with a sentence for the person who made it."""

    code: ClassVar[str]

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence
