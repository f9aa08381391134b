"""The least configuration, and what a wrong one is told."""

from collections.abc import Callable

import pytest

from axure_lifecycle.config import (
    Configuration,
    ConfigurationBroken,
)

ACME = """\
[organization]
name = "Acme"
deployment = "private_instance"
host = "acme.axure.cloud"
sign_in = "saml"
idp = "okta"
screens = "new"
operator = "pat@acme.example"
"""


Load = Callable[..., Configuration]


def sentences(load: Load, text: str, **environment: str) -> list[str]:
    """Every mistake that the text is told."""
    with pytest.raises(ConfigurationBroken) as refusal:
        load(text, **environment)
    return [mistake.sentence for mistake in refusal.value.mistakes]
