"""Joiners, movers and leavers for applications in which nothing can be automated, Axure first."""

from typing import Final

__version__: Final = "0.1.0"
