"""People: found by the beginning of a name or an address, and one of them beside every source."""

from typing import Final

from starlette.responses import Response

from axure_lifecycle.domain.addresses import Address, normal
from axure_lifecycle.web.console.numbers import NoSuchPage
from axure_lifecycle.web.console.visit import Visit
from axure_lifecycle_tools import people
from axure_lifecycle_tools.claimed_words import claims
from axure_lifecycle_tools.wanted_words import mark

MOST_FOUND: Final = 40
_LONGEST: Final = 320
_SHORTEST: Final = 2


def find(visit: Visit) -> Response:
    """People whose name or address begins like this."""
    wanted = visit.query.get("q", "").strip()[:_LONGEST]
    found: dict[str, str] = {}
    in_all = 0
    if len(wanted) >= _SHORTEST:
        with visit.desk.store.reading() as view:
            names, in_all = view.names_like(wanted, MOST_FOUND) if "@" not in wanted else ((), 0)
            found.update(names)
            for address in view.addresses_like(wanted.lower(), MOST_FOUND):
                found.setdefault(address, "")
    rows = sorted(found.items())[:MOST_FOUND]
    with visit.desk.store.reading() as view:
        addresses = [Address(address) for address, _ in rows]
        wishes, claimed = mark(view, visit.desk, addresses), claims(view, visit.desk, addresses)
    return visit.page(
        "people.html",
        wanted=wanted,
        rows=rows,
        wishes=wishes,
        claimed=claimed,
        more=max(0, max(in_all, len(found)) - len(rows)),
        is_too_short=0 < len(wanted) < _SHORTEST,
        is_address=normal(wanted) is not None and not rows,
    )


def show(visit: Visit) -> Response:
    """One person, with every record and where it is known from. Raises `NoSuchPage`."""
    address = normal(visit.path("person"))
    if address is None:
        raise NoSuchPage
    found = people.check_user(visit.desk, person=address)
    return visit.page("person.html", found=found, sources={one.id: one for one in found.sources})
