"""What every test may ask for."""

import os
from pathlib import Path

import pytest

ACME = Path(__file__).resolve().parents[2] / "shared" / "data" / "acme"


def lacks(peer: str) -> None:
    """Skip this test because the machine lacks a peer; under CI that is a failure, because CI installs them all."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"CI must have {peer}")
    pytest.skip(f"this machine has no {peer}")


@pytest.fixture(scope="session")
def acme() -> Path:
    """The folder of the synthetic organisation with an answer key, which stands beside the checkout."""
    if not ACME.is_dir():
        lacks("Acme's files (../shared/data/acme)")
    return ACME
