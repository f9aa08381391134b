"""A configuration of any text."""

from collections.abc import Callable, Collection
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

    def load(text: str, known_steps: Callable[[], Collection[str]] | None = None, **environment: str) -> Configuration:
        (tmp_path / "config.toml").write_text(text, encoding="utf-8")
        return load_configuration(tmp_path, environment, known_steps=known_steps)

    return load
