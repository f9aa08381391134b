"""What the tests of the register may ask for."""

from pathlib import Path

import pytest

from axure_lifecycle.domain.facts import Register
from axure_lifecycle.facts import shipped_register
from tests.conftest import lacks

REFERENCE = Path(__file__).resolve().parents[3] / "shared" / "reference"


def reference(name: str) -> str:
    """A text from which the register was drawn, which stands beside the checkout."""
    file = REFERENCE / name
    if not file.is_file():
        lacks(f"the reference texts (../shared/reference/{name})")
    return file.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def guide() -> str:
    """The third party's guide that started the project."""
    return reference("axure-user-management-api-guide.txt")


@pytest.fixture(scope="session")
def known_facts() -> str:
    """What was known about Axure when the register was written."""
    return reference("axure-facts.md")


@pytest.fixture
def shipped() -> Register:
    """The register that the product ships."""
    return shipped_register()
