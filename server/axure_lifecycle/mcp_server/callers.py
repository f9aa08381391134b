"""Who calls: whom the door let in with the request that is being answered, and what is there for them.

The SDK carries a request's context variables to whatever answers it, also within a session of the older era; so this
is about the very request, whoever began the session.
"""

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Final

from axure_lifecycle.domain.access import EVERYBODY, WORKERS, Identity, Role, RoleMissing, has_any
from axure_lifecycle.mcp_server.prompts import PAPERS
from axure_lifecycle.mcp_server.shelves import SHELVES, roles_for

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


# -- what is there for them -------------------------------------------------------------------------------------------
# What is not listed is refused as well when somebody asks for it: tools by their binding, resources by their shelves.

_WRITING: Final = frozenset(paper.name for paper in PAPERS if paper.writes)
_SHELVES: Final = {shelf.name: shelf for shelf in SHELVES}


def may_use(tool: str) -> bool:
    """Whether the caller's roles allow a tool; what is no verb of ours is nobody's business."""
    return _roles() is None or has_any(_roles(), _roles_for(tool))


def require_using(tool: str) -> None:
    """Raises `RoleMissing`."""
    identity = caller()
    if identity is not None and not may_use(tool):
        raise RoleMissing(tool, identity.name, identity.roles, _roles_for(tool))


@cache
def _roles_for(tool: str) -> frozenset[Role]:
    # Imported here: a server for one person lists tools without the verbs.
    from axure_lifecycle.mcp_server.page_tools import PAGE_VERBS
    from axure_lifecycle_tools.catalog import CATALOG

    verb = next((verb for verb in (*CATALOG, *PAGE_VERBS) if verb.name == tool), None)
    return EVERYBODY if verb is None else verb.allowed


def may_read(resource: str) -> bool:
    """Whether the caller's roles allow a resource or a template, by its name."""
    return _roles() is None or resource not in _SHELVES or has_any(_roles(), roles_for(_SHELVES[resource]))


def may_follow(prompt: str) -> bool:
    """Whether the caller's roles allow what a prompt comes to."""
    return prompt not in _WRITING or has_any(_roles(), WORKERS)


def require_following(prompt: str) -> None:
    """Raises `RoleMissing`."""
    identity = caller()
    if identity is not None and not may_follow(prompt):
        raise RoleMissing(f"The prompt {prompt}", identity.name, identity.roles, WORKERS)


def _roles() -> frozenset[Role] | None:
    identity = caller()
    return None if identity is None else identity.roles
