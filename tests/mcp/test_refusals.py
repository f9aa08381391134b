"""Every refusal of the project, by its code: clients and scripts go by it, so it never changes unseen."""

import importlib
import inspect
import pkgutil
import re
from collections import Counter
from collections.abc import Iterator
from types import ModuleType

import axure_lifecycle
import axure_lifecycle_tools
from axure_lifecycle.domain.errors import LifecycleError
from tests.conftest import Golden


def refusals() -> list[type[LifecycleError]]:
    """Every class of refusal that the two packages define, by code."""
    for package in (axure_lifecycle, axure_lifecycle_tools):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if ".migrations." not in module.name and not module.name.endswith("__main__"):
                importlib.import_module(module.name)
    ours = {kind for kind in below(LifecycleError) if is_ours(inspect.getmodule(kind))}
    return sorted(ours, key=lambda kind: (kind.code, kind.__qualname__))


def below(kind: type[LifecycleError]) -> Iterator[type[LifecycleError]]:
    """The subclasses of a class, and theirs."""
    for child in kind.__subclasses__():
        yield child
        yield from below(child)


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


def test_the_codes_are_as_they_were(golden: Golden) -> None:
    rows = [
        f"| `{kind.code}` | {kind.__name__} | {(inspect.getdoc(kind) or '').splitlines()[0]} |" for kind in refusals()
    ]
    golden("refusals.md", "\n".join(["| code | class | when |", "|---|---|---|", *rows, ""]))
