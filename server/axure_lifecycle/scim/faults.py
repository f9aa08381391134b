"""What nobody foresaw in a push: told to the log by its place alone, because its words may tell of people."""

import logging
import traceback
from typing import Final

FAULT: Final = "The request met a fault of the server, whose log names the place; nothing of it was kept."
_log: Final = logging.getLogger(__name__)


def note_fault(fault: Exception) -> None:
    """Write down what kind of fault it is, and where it arose."""
    place = traceback.extract_tb(fault.__traceback__)[-1]
    _log.error("A push met a %s in %s, line %s.", type(fault).__name__, place.name, place.lineno)
