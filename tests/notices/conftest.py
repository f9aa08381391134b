"""Where a test keeps the secrets of its places."""

from pathlib import Path

import pytest

from tests.notices.sending import Secrets


@pytest.fixture
def secrets(tmp_path: Path) -> Secrets:
    """Where this test keeps its secrets."""
    return Secrets(tmp_path)
