"""What a server for a team says about itself: one JSON object a line on standard error.

Never a body, a token, a query or a cookie. What others' code has to say is written as its template, without what was
filled in, and a fault as its kind and the places it went through, without its words: both may hold somebody's data.
"""

import asyncio
import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from logging.handlers import BufferingHandler
from typing import Final, TextIO

OURS: Final = "axure_lifecycle"
_FACTS: Final = "facts"
_GATHER_SECONDS: Final = 0.01
_MOST_GATHERED: Final = 100
"""Lines."""

log: Final = logging.getLogger(f"{OURS}.web")


def say(event: str, **facts: object) -> None:
    """Something that happened, by a stable name and facts that may be known to whoever runs the server."""
    log.info(event, extra={_FACTS: facts})


def speak_json(worker: str | None = None) -> None:
    """Have everything that is logged in this process written so; `worker` tells processes apart."""
    handler = _Gathering(sys.stderr)
    handler.setFormatter(_Lines(worker))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger(OURS).setLevel(logging.INFO)


class _Gathering(BufferingHandler):
    """Writes what a busy loop says in a hundredth of a second at once; a warning, or what a thread says, immediately.

    Each write has the interpreter given away and asked back, which costs a loop more than all else about a line.
    """

    def __init__(self, stream: TextIO) -> None:
        super().__init__(_MOST_GATHERED)
        self._stream = stream
        self._waits_for: asyncio.AbstractEventLoop | None = None
        """The loop that is going to write what is kept."""

    def shouldFlush(self, record: logging.LogRecord) -> bool:  # noqa: N802 - the name is the library's
        """Whether the record, and what was kept before it, is written now."""
        loop = None if record.levelno > logging.INFO else _running_loop()
        if loop is None or super().shouldFlush(record):
            return True
        if loop is not self._waits_for:
            self._waits_for = loop
            loop.call_later(_GATHER_SECONDS, self.flush)
        return False

    def flush(self) -> None:
        """Write what was kept; the end of the process does so too."""
        self.acquire()
        try:
            records, self.buffer, self._waits_for = self.buffer, [], None
            if records:
                self._stream.write("".join(f"{self.format(record)}\n" for record in records))
                self._stream.flush()
        finally:
            self.release()


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


class _Lines(logging.Formatter):
    def __init__(self, worker: str | None) -> None:
        super().__init__()
        self._worker = worker

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        is_ours = record.name.partition(".")[0] == OURS
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage() if is_ours else str(record.msg)[:300],
        }
        if not is_ours:
            line["logger"] = record.name
        if self._worker is not None:
            line["worker"] = self._worker
        line.update(getattr(record, _FACTS, {}))
        if record.exc_info is not None and record.exc_info[1] is not None:
            error = record.exc_info[1]
            line["fault"] = type(error).__name__
            line["through"] = [
                f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)
            ][-8:]
        return json.dumps(line, ensure_ascii=False, default=str)
