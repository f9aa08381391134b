"""Opening a house: what its doors and pages work with, before anything of HTTP is imported."""

from functools import partial
from pathlib import Path

from axure_lifecycle.app import Workshop
from axure_lifecycle.domain.access import Identity
from axure_lifecycle.domain.serving import IssuerSettings, ServeSettings
from axure_lifecycle.web.house import House, Identify
from axure_lifecycle.web.keys import shared_keys


def open_house(home: Path, settings: ServeSettings) -> House:
    """What doors and pages work with. Raises the refusals of configuration and keys."""
    workshop = Workshop(home)
    workshop.configuration()
    return House(workshop, settings, _identify_by(workshop, settings), shared_keys(home, settings))


def look(house: House) -> None:
    """Find out whether the store can be used, and bring it up to date. Raises its refusals."""
    with house.workshop.store().reading() as view:
        view.last_attempts()


def _identify_by(workshop: Workshop, settings: ServeSettings) -> Identify:
    """Asks the issuer's keys for what looks like its token, and the store for any other."""
    from axure_lifecycle.web.stored_tokens import StoredTokens

    stored = StoredTokens(workshop)
    if settings.issuer is None:
        return stored.identify
    from axure_lifecycle.web.issuer import Issuer

    issuer = Issuer(settings.issuer, partial(issuer_now, workshop))

    async def identify(token: str) -> Identity | None:
        return await (issuer if token.count(".") == _DOTS_OF_A_JWT else stored).identify(token)

    return identify


def issuer_now(workshop: Workshop) -> IssuerSettings | None:
    """The issuer as the configuration has it now: whoever lost a role there loses it here without a start.

    Raises the refusals of the configuration.
    """
    return workshop.configuration().serving.issuer


_DOTS_OF_A_JWT = 2
