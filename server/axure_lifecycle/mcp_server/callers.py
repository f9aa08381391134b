"""Who calls: whom the door let in with the request that is being answered.

The SDK carries a request's context variables to whatever answers it, also within a session of the older era; so this
is about the very request, whoever began the session.
"""

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

from axure_lifecycle.domain.access import Identity

_CALLER: Final[ContextVar[Identity | None]] = ContextVar("caller", default=None)


def caller() -> Identity | None:
    """Whoever signed in; None where nobody signs in."""
    return _CALLER.get()


@contextmanager
def calling(identity: Identity | None) -> Generator[None, None, None]:
    """What is done meanwhile is done for them."""
    token = _CALLER.set(identity)
    try:
        yield
    finally:
        _CALLER.reset(token)
