"""The same verbs for a shell. Nothing here touches Axure; whoever types is a person only at an interactive terminal."""

from axure_lifecycle.cli.running import main

__all__ = ["main"]
