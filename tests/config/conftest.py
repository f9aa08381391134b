"""A configuration of any text."""

from pathlib import Path

import pytest

from axure_lifecycle.config import (
    Configuration,
    load_configuration,
)
from tests.config.acme import Load


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Loads a configuration of this text, in a home of its own."""

    def load(text: str, **environment: str) -> Configuration:
        (tmp_path / "config.toml").write_text(text, encoding="utf-8")
        return load_configuration(tmp_path, environment)

    return load
