"""Every refusal of the project, by its code: clients and scripts go by it, so it never changes unseen."""

import importlib
import inspect
import pkgutil
import re
from collections import Counter
from collections.abc import Iterator
from types import ModuleType

import pytest

import axure_lifecycle
import axure_lifecycle_tools
from axure_lifecycle.domain.errors import LifecycleError
from tests.conftest import Golden
from tests.conversations.next_step import says_what_to_do
from tests.mcp.refusal_examples import BY_CODE, example_of


def refusals() -> list[type[LifecycleError]]:
    """Every class of refusal that the two packages define, by code."""
    for package in (axure_lifecycle, axure_lifecycle_tools):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if ".migrations." not in module.name and not module.name.endswith("__main__"):
                importlib.import_module(module.name)
    ours = {kind for kind in below(LifecycleError) if is_ours(inspect.getmodule(kind)) and not is_a_family(kind)}
    return sorted(ours, key=lambda kind: (kind.code, kind.__qualname__))


def below(kind: type[LifecycleError]) -> Iterator[type[LifecycleError]]:
    """The subclasses of a class, and theirs."""
    for child in kind.__subclasses__():
        yield child
        yield from below(child)


def is_a_family(kind: type[LifecycleError]) -> bool:
    """Whether a class is only what several refusals have in common, and is never raised itself."""
    return "code" not in vars(kind) and bool(kind.__subclasses__())


def is_ours(module: ModuleType | None) -> bool:
    """Whether a module belongs to the project and not to a test."""
    return module is not None and module.__name__.split(".")[0] in ("axure_lifecycle", "axure_lifecycle_tools")


def test_every_refusal_has_a_code_of_its_own() -> None:
    found = refusals()
    assert len(found) > 40
    for kind in found:
        assert "code" in vars(kind), f"{kind.__name__} borrows its code"
        assert re.fullmatch(r"[a-z]+(_[a-z]+)*", kind.code), kind.code
    shared = [code for code, count in Counter(kind.code for kind in found).items() if count > 1]
    assert shared == []


def test_every_refusal_says_in_one_sentence_what_stands_in_the_way() -> None:
    for kind in refusals():
        lines = (inspect.getdoc(kind) or "").splitlines()
        assert lines, kind.__name__
        assert lines[0].endswith("."), kind.__name__


def test_the_codes_and_the_words_are_as_they_were(golden: Golden) -> None:
    parts: list[str] = []
    for kind in refusals():
        when = (inspect.getdoc(kind) or "").splitlines()[0]
        parts.append(f"## `{kind.code}` ({kind.__name__})\n\n{when}\n\n> {example_of(kind)}\n")
    golden("refusals.md", "\n".join(["# Every refusal, with an example of its sentence\n", *parts]))


@pytest.mark.parametrize("kind", refusals(), ids=lambda kind: str(kind.code))
def test_every_refusal_says_what_to_do_next(kind: type[LifecycleError]) -> None:
    assert says_what_to_do(example_of(kind))


def test_there_is_no_example_of_a_refusal_that_is_no_more() -> None:
    assert BY_CODE.keys() <= {kind.code for kind in refusals()}
