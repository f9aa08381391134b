"""What every test may ask for."""

from pathlib import Path

import pytest

ACME = Path(__file__).resolve().parents[2] / "shared" / "data" / "acme"


@pytest.fixture(scope="session")
def acme() -> Path:
    """The folder of the synthetic organisation with an answer key, which stands beside the checkout."""
    return ACME
