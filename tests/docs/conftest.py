"""What the pages are followed with."""

from tests.cli.conftest import small_template

__all__ = ["small_template"]
