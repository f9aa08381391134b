"""Pages from templates, and the few files beside them.

Every value is escaped. Text that came from outside goes through `outside`: invisible characters are shown as signs, and
the text is kept apart from its neighbours, so that a name written from right to left turns nothing around it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from hashlib import sha256
from importlib.resources import files
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from axure_lifecycle.domain.text import shown
from axure_lifecycle.web.console import words

ASSETS: Final[Mapping[str, str]] = {
    "console.css": "text/css; charset=utf-8",
    "mark.svg": "image/svg+xml",
    "passkey.js": "text/javascript; charset=utf-8",
}
"""File → media type."""
PACKAGE: Final = "axure_lifecycle.web.console"
STATIC: Final = "/static"
_FOR_EVER: Final = "public, max-age=31536000, immutable"
_DIGITS: Final = 16
_BREAKABLE: Final = re.compile(r"(?<=\w)([@_/])(?=\w)")
_TYPED: Final = re.compile(r"`([^`]{1,200})`")


@dataclass(frozen=True, slots=True)
class Asset:
    """A file that pages use; its name changes with its content."""

    name: str
    content: bytes
    media_type: str

    @property
    def path(self) -> str:
        """Where it is served."""
        stem, _, suffix = self.name.rpartition(".")
        return f"{STATIC}/{stem}.{sha256(self.content).hexdigest()[:_DIGITS]}.{suffix}"


class Rendering:
    """Makes pages."""

    def __init__(self) -> None:
        folder = files(PACKAGE) / "static"
        self._assets = {name: Asset(name, (folder / name).read_bytes(), kind) for name, kind in ASSETS.items()}
        self._by_path = {asset.path: asset for asset in self._assets.values()}
        environment = Environment(
            loader=PackageLoader(PACKAGE),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        filters: dict[str, Any] = {
            "outside": outside,
            "moment": moment,
            "day": day,
            "typed": typed,
            "state": words.name_state,
            "tone": words.tone_of,
            "bytes": words.name_size,
            "capitalize_first": capitalize_first,
            "channel": words.name_channel,
        }
        names: dict[str, Any] = {"asset": self._path_of}
        environment.filters.update(filters)
        environment.globals.update(names)
        self._environment = environment

    def _path_of(self, name: str) -> str:
        return self._assets[name].path

    def page(self, template: str, context: Mapping[str, object]) -> str:
        """A page as HTML."""
        return self._environment.get_template(template).render(context)

    def serve(self, request: Request) -> Response:
        """One of the files, for ever; another name is not found."""
        found = self._by_path.get(request.url.path)
        if found is None:
            return PlainTextResponse("There is no such file.", 404)
        return Response(found.content, media_type=found.media_type, headers={"cache-control": _FOR_EVER})


def outside(text: object, most: int = 200) -> Markup:
    """Text from outside, shown with its invisible characters and kept apart from what stands beside it."""
    visible = escape(shown(str(text), most))
    # An address may break before its sign, a name of ours between its words.
    return Markup("<bdi>{}</bdi>").format(Markup(_BREAKABLE.sub(r"<wbr>\1", str(visible))))  # noqa: S704 - escaped above


def typed(text: object, most: int = 200) -> Markup:
    """The same, with what stands between backticks as something to be typed."""
    return Markup(_TYPED.sub(r"<code>\1</code>", str(outside(text, most))))  # noqa: S704 - escaped by outside


def capitalize_first(text: str) -> str:
    """The text with its first letter as a capital, and the others as they are."""
    return text[:1].upper() + text[1:]


def moment(at: datetime, zone: tzinfo) -> Markup:
    """A moment for readers, in the organisation's time zone."""
    local = at.astimezone(zone)
    return Markup('<time datetime="{}">{}</time>').format(
        at.isoformat(timespec="seconds"), local.strftime("%d %b %Y, %H:%M %Z")
    )


def day(on: str) -> Markup:
    """A day (ISO 8601) for readers."""
    return Markup('<time datetime="{}">{}</time>').format(on[:10], datetime.fromisoformat(on[:10]).strftime("%d %b %Y"))
