"""What `doctor` says of where identity providers push: whether it is installed, served, and reached from here."""

from importlib.util import find_spec
from typing import Final

from axure_lifecycle.domain.directories import Finding
from axure_lifecycle.domain.scim import SCIM_PATH
from axure_lifecycle.domain.serving import LOOPBACK, ServeSettings

_PATIENCE: Final = 10.0
"""Seconds."""
_OK: Final = 200
_WHO_ARE_YOU: Final = 401


def examine_reach(settings: ServeSettings) -> list[Finding]:
    """Whether the endpoint could be served as it is configured, and whether it answers under its public address."""
    return [_installed(), *_address(settings)]


def _installed() -> Finding:
    if find_spec("scim2_server") is None:
        said = "It cannot be served: the extra is not installed. Install `axure-lifecycle[web,scim]`."
        return Finding("extra", is_fine=False, sentence=said)
    return Finding("extra", is_fine=True, sentence="What serves it is installed.")


def _address(settings: ServeSettings) -> list[Finding]:
    root = f"{settings.origin}{SCIM_PATH}"
    if settings.public_url is None:
        said = (
            f"Nobody outside reaches {root}: [serve] has no public_url. Set the address under which the identity "
            "provider finds this server (https://lifecycle.acme.example)."
        )
        return [Finding("address", is_fine=settings.host not in LOOPBACK, sentence=said, is_warning=True)]
    if not settings.public_url.startswith("https://"):
        said = f"{root} is not https: identity providers refuse it, and tokens would travel unencrypted."
        return [Finding("address", is_fine=False, sentence=said)]
    return [ask_at(root)]


def ask_at(root: str) -> Finding:
    """Whether the endpoint answers there as it does: what it is to everybody, and nothing else without a token."""
    import httpx

    try:
        with httpx.Client(timeout=_PATIENCE, follow_redirects=False) as client:
            known = client.get(f"{root}/ServiceProviderConfig").status_code
            closed = client.get(f"{root}/Users").status_code
    except httpx.HTTPError as error:
        said = (
            f"{root} does not answer from here ({type(error).__name__}). Start `axure-lifecycle serve`, and see that "
            "the proxy before it hands /scim/v2 on. From the identity provider's network it may be another matter."
        )
        return Finding("address", is_fine=False, sentence=said)
    if (known, closed) == (_OK, _WHO_ARE_YOU):
        said = f"{root} answers, and lets nobody in without a token."
        return Finding("address", is_fine=True, sentence=said)
    said = (
        f"{root} answers otherwise than this server does: ServiceProviderConfig {known} (200 is right), Users without "
        f"a token {closed} (401 is right). Something else listens there, or a proxy keeps requests from it."
    )
    return Finding("address", is_fine=False, sentence=said)
