"""What a store keeps in mind from look to look is never older than what anybody wrote."""

from contextlib import closing
from datetime import UTC, datetime
from itertools import pairwise

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.ports import View
from axure_lifecycle.store import open_store
from tests.store.desk import MEMBERS, OKTA, PAT, STAFF, Desk, member, person

MOMENTS = (None, *(datetime(2026, 11, day, 12, tzinfo=UTC) for day in (9, 17, 19, 24)))
ANA, BEN = member("ana@acme.example"), member("ben@acme.example", line=3, role="Guest")


def everything(view: View) -> list[object]:
    """All that a look says of sources, and of two people."""
    told: list[object] = []
    for at in MOMENTS:
        standing = [view.source_in_force(system, at) for system in (MEMBERS, OKTA, STAFF)]
        told += [standing, [view.source_before(one) for one in standing if one is not None], view.directories()]
        for row in (ANA, BEN):
            found = view.person(Address(row.address), at or datetime(2026, 11, 24, tzinfo=UTC), (), MEMBERS)
            told += [found.facts, found.members, found.role_counts]
    return told


def test_whoever_looked_before_sees_each_thing_that_another_process_wrote(desk: Desk) -> None:
    """Every step is looked at by one who has looked at each before, and by one who looks for the first time."""

    def retract(number: int) -> None:
        with desk.store.writing(PAT) as change:
            change.retract_source(number, "a wrong file")

    steps = (
        lambda: desk.bring(MEMBERS, [ANA], taken_at=datetime(2026, 11, 16, tzinfo=UTC)),
        lambda: desk.bring(MEMBERS, [ANA, BEN], taken_at=datetime(2026, 11, 18, tzinfo=UTC)),
        lambda: desk.bring(OKTA, [person("1", "ana@acme.example"), person("2", "ben@acme.example")]),
        lambda: desk.stage(MEMBERS, [BEN]),
        lambda: desk.bring(OKTA, [person("1", "ana@acme.example")], is_complete=False),
        lambda: desk.bring(OKTA, [person("1", "ana@acme.example")]),
        lambda: retract(2),
        lambda: desk.bring(MEMBERS, [BEN], taken_at=datetime(2026, 11, 10, tzinfo=UTC)),
        lambda: desk.bring(STAFF, [person("9", "ben@acme.example")]),
        lambda: retract(5),
        lambda: retract(1),
    )
    seen: list[list[object]] = []
    with closing(open_store(desk.url, desk.clock)) as keen:
        for step in steps:
            step()
            with closing(open_store(desk.url, desk.clock)) as fresh, fresh.reading() as view:
                expected = everything(view)
            with keen.reading() as view:
                assert everything(view) == expected
            assert keen.look(everything) == expected
            seen.append(expected)
    changed = [first != second for first, second in pairwise(seen)]
    assert changed == [True, True, False, False, True, True, True, True, True, True], (
        "not the preview, nor the read in part"
    )
