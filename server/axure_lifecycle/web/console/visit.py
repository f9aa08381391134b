"""One request of somebody who is signed in: who they are, what they sent, and a desk for the verbs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, TypeVar

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from axure_lifecycle.domain.access import AUDITORS, Identity, Role, has_any
from axure_lifecycle.domain.holdings import Channel
from axure_lifecycle.ports import SessionRecord
from axure_lifecycle.web.console.guard import form_token
from axure_lifecycle.web.console.rendering import Rendering
from axure_lifecycle.web.console.saying import Saying
from axure_lifecycle.web.house import House
from axure_lifecycle_tools.catalog import BY_NAME
from axure_lifecycle_tools.spec import Desk, Reply

SEE_OTHER: Final = 303
MOST_BYTES: Final = 200_000
"""Of a verb's reply: a page has room for all that a verb ever lists at once."""
Some = TypeVar("Some", bound=Reply)


@dataclass(frozen=True, slots=True)
class Site:
    """The console of one server."""

    house: House
    rendering: Rendering
    saying: Saying

    @property
    def is_secure(self) -> bool:
        """Whether people reach it by https."""
        return self.house.settings.origin.startswith("https://")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a form."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Visit:
    """One request."""

    site: Site
    request: Request
    session: SessionRecord
    secret: str = field(repr=False)
    """The value of the session's cookie."""
    form: Mapping[str, str] = field(default_factory=dict[str, str])
    files: Mapping[str, Upload] = field(default_factory=dict[str, Upload])

    @property
    def identity(self) -> Identity:
        """Who it is."""
        held = self.session
        return Identity(held.person, held.roles, held.proof, held.expires_at, held.token_id)

    @cached_property
    def desk(self) -> Desk:
        """A desk on this person's behalf. Raises the refusals of configuration and store."""
        workshop = self.site.house.workshop
        return workshop.desk(Channel.CONSOLE, most_bytes=MOST_BYTES, identity=self.identity)

    @property
    def query(self) -> Mapping[str, str]:
        """What stands behind the question mark; fields that were left empty are left out."""
        return {name: value for name, value in self.request.query_params.items() if value}

    def path(self, name: str) -> str:
        """A part of the address."""
        return str(self.request.path_params[name])

    def may(self, needed: frozenset[Role]) -> bool:
        """Whether this person may."""
        return has_any(self.session.roles, needed)

    def may_call(self, verb: str) -> bool:
        """Whether this person may use a verb of the catalog."""
        return verb in BY_NAME and self.may(BY_NAME[verb].allowed)

    def require(self, verb: str, what: str) -> None:
        """Hold the person to their roles. Raises `RoleMissing`."""
        self.desk.require_role(what, BY_NAME[verb].allowed)

    # -- answers ------------------------------------------------------------------------------------------------------

    def page(self, template: str, /, status: int = 200, **context: Any) -> Response:
        """A page for this person."""
        told, forget = self.site.saying.take(self.request, self.session.digest)
        frame = {
            "me": self.identity,
            "desk": self.desk,
            "zone": self.desk.organization.time_zone,
            "organization": self.desk.organization.name,
            "here": self.request.url.path,
            "form_token": form_token(self.secret),
            "told": told,
            "problem": None,
            "may": self.may_call,
            "walks_trail": self.may(AUDITORS),
        }
        response = HTMLResponse(self.site.rendering.page(template, {**frame, **context}), status)
        if forget:
            self.site.saying.forget(response)
        return response

    def go(self, path: str, told: str = "") -> Response:
        """Go on to another page of ours, which says what was done."""
        response = RedirectResponse(path, SEE_OTHER)
        if told:
            self.site.saying.leave(response, told, self.session.digest)
        return response
