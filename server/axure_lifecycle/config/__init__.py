"""From a home folder to one frozen value, with every mistake of the file named at once."""

from axure_lifecycle.config.home import (
    CONFIGURATION_FILE,
    HOME_VARIABLE,
    STORE_FILE,
    ConfigurationExists,
    HomeUnusable,
    create_privately,
    home_directory,
    looseness,
    prepare_home,
    write_configuration,
)
from axure_lifecycle.config.reading import (
    TOOLSETS,
    Configuration,
    ConfigurationBroken,
    NotConfigured,
    describe_organization,
    load_configuration,
)
from axure_lifecycle.config.rendering import render_configuration
from axure_lifecycle.config.settings import Mistake, redacted

__all__ = [
    "CONFIGURATION_FILE",
    "HOME_VARIABLE",
    "STORE_FILE",
    "TOOLSETS",
    "Configuration",
    "ConfigurationBroken",
    "ConfigurationExists",
    "HomeUnusable",
    "Mistake",
    "NotConfigured",
    "create_privately",
    "describe_organization",
    "home_directory",
    "load_configuration",
    "looseness",
    "prepare_home",
    "redacted",
    "render_configuration",
    "write_configuration",
]
