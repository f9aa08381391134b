"""How this program is started here, for a client that will start it."""

import json
import os
import shlex
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

_NAME: Final = "axure-lifecycle"
_SERVER: Final = "axure-lifecycle-mcp"
_UV_RAN_THIS: Final = "UV_RUN_RECURSION_DEPTH"
"""Set by `uv run` for whatever it starts."""
_UV: Final = "UV"
"""The uv that started this, absolute: clients that are no shell often have another search path."""
_KEPT_FOR_A_WHILE: Final = "archive-v0"
"""The folder of uv's cache from which `uvx` runs what it installed: it may be gone tomorrow."""


@dataclass(frozen=True, slots=True)
class Start:
    """A program and what it is given."""

    command: str
    args: tuple[str, ...]

    @property
    def line(self) -> str:
        """As it is typed in a shell."""
        return shlex.join([self.command, *self.args])

    @classmethod
    def here(cls, home: str | None, environment: Mapping[str, str] = os.environ) -> "Start":
        """Out of a checkout by `uv run`, out of uv's cache by `uvx`, else the installed program beside this Python.

        `home`: absolute; None where it is the usual one of this user.
        """
        more = () if home is None else ("--home", home)
        uv = environment.get(_UV) or "uv"
        checkout = next((folder for folder in Path(__file__).parents if (folder / "pyproject.toml").is_file()), None)
        if environment.get(_UV_RAN_THIS) and checkout is not None:
            return cls(uv, ("run", "--directory", str(checkout), _SERVER, *more))
        if _KEPT_FOR_A_WHILE in Path(sys.prefix).parts:
            uvx = str(Path(uv).with_name(f"uvx{Path(uv).suffix}")) if Path(uv).is_absolute() else "uvx"
            return cls(uvx, ("--from", _source(), _SERVER, *more))
        beside = shutil.which(_SERVER, path=str(Path(sys.executable).parent))
        if beside is None:
            return cls(sys.executable, ("-m", "axure_lifecycle.app", *more))
        return cls(beside, more)


def _source() -> str:
    """What `uvx --from` was given: a folder where it was one, else the name in a registry."""
    written = metadata.distribution(_NAME).read_text("direct_url.json")
    url: str = json.loads(written)["url"] if written else ""
    address = urlsplit(url)
    return url2pathname(unquote(address.path)) if address.scheme == "file" else _NAME
