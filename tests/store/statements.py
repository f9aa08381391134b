"""What is asked of a database while something is read."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from tests.store.desk import Desk


@contextmanager
def listening(desk: Desk) -> Generator[list[str]]:
    """The statements that take the ordinary way, as they come; those of the short way are counted by nobody."""
    heard: list[str] = []

    def hear(*about: Any) -> None:
        heard.append(str(about[2]))

    engine = desk.store.database.engine
    event.listen(engine, "before_cursor_execute", hear)
    try:
        yield heard
    finally:
        event.remove(engine, "before_cursor_execute", hear)
