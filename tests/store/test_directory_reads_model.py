"""Any sequence of reads leaves what a dictionary would hold, and a read that breaks off leaves what was there."""

from collections.abc import Sequence
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.rosters import Assigned, DirectoryRow, Removed, Standing, Unaddressed
from axure_lifecycle.domain.sources import Source
from axure_lifecycle.ports import DirectoryEntry
from tests.store.desk import OKTA, Desk, person
from tests.store.directory_reads import Told, WentAway, count

KEYS = ("1", "2", "3", "Ä", "é")
ADDRESSES = tuple(f"{name}@acme.example" for name in ("ana", "ben", "cem", "dee", "eve"))
_keys = st.sampled_from(KEYS)
_addresses = st.sampled_from(ADDRESSES)


def _person(key: str, address: str, aliases: list[str], standing: Standing, name: str | None) -> DirectoryRow:
    return person(key, address, *aliases, standing=standing, name=name)


_people = st.builds(
    _person,
    _keys,
    _addresses,
    st.lists(_addresses, max_size=2),
    st.sampled_from([Standing.ACTIVE, Standing.DISABLED]),
    st.sampled_from([None, "", "Ana", "Ana\n]"]),
)
_entries: st.SearchStrategy[DirectoryEntry] = st.one_of(
    _people,
    _people,
    _people,
    st.builds(Removed, _keys),
    st.builds(Assigned, _keys),
)
_pages = st.lists(st.lists(_entries, max_size=4), max_size=3)


class Sync(NamedTuple):
    """One read as it is to go."""

    pages: list[list[DirectoryEntry]]
    is_full: bool
    assignments: bool | None
    breaks_before: int | None


_syncs = st.lists(
    st.builds(Sync, _pages, st.booleans(), st.sampled_from([None, True]), st.sampled_from([None, None, 0, 1, 3])),
    min_size=1,
    max_size=5,
)


class Account(NamedTuple):
    """Whoever has a key, by hand."""

    address: str
    name: str | None
    standing: Standing
    addresses: frozenset[str]
    is_assigned: bool | None


People = dict[str, Account]


def after(before: People, sync: Sync) -> People:
    """What a read leaves, told with dictionaries."""
    people: People = {} if sync.is_full else dict(before)
    named: set[str] = set()
    for entry in (entry for page in sync.pages for entry in page):
        match entry:
            case DirectoryRow():
                everything = frozenset({entry.address, *entry.aliases})
                people[entry.key] = Account(entry.address, entry.display_name, entry.standing, everything, None)
            case Removed(key) | Unaddressed(
                key
            ):  # the second is never drawn here: by its key it is told apart from nobody
                people.pop(key, None)
            case Assigned(key):
                named.add(key)
    others = False if sync.assignments else None
    return {key: each._replace(is_assigned=True if key in named else others) for key, each in people.items()}


def there(desk: Desk, source: Source | None) -> People:
    """What the store says, address by address."""
    if source is None:
        return {}
    with desk.store.reading() as view:
        found: People = {}
        for address in ADDRESSES:
            for each in view.accounts_in(source, [Address(address)]):
                assert address in each.addresses
                told = Account(
                    each.address, each.display_name, each.standing, frozenset(each.addresses), each.is_assigned
                )
                assert found.setdefault(each.key, told) == told
        assert source.rows == len(found)
        assert all(
            {key for key, each in found.items() if address in each.addresses}
            == {each.key for each in view.accounts_in(source, [Address(address)])}
            for address in ADDRESSES
        )
        return found


def in_force(desk: Desk) -> Source | None:
    """The directory's source that counts."""
    with desk.store.reading() as view:
        return view.source_in_force(OKTA)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(syncs=_syncs)
def test_any_reads_leave_what_a_dictionary_holds(desk: Desk, syncs: Sequence[Sync]) -> None:
    people: People = {}
    source: Source | None = None
    digests: dict[str, tuple[bool, People]] = {}
    for sync in syncs:
        desk.clock.pass_by(hours=1)
        told = Told(
            sync.pages, sync.is_full or source is None, assignments=sync.assignments, breaks_before=sync.breaks_before
        )
        base = None if source is None else source.id
        before = in_force(desk)
        if sync.breaks_before is not None and sync.breaks_before <= len(sync.pages):
            with pytest.raises(WentAway):
                desk.store.stage_read(OKTA, told, base=base)
            assert in_force(desk) == before
        else:
            people = after(people, sync._replace(is_full=told.is_full))
            source = count(desk, desk.store.stage_read(OKTA, told, base=base))
            assert in_force(desk) == source
            tells = "is_assigned" in source.columns
            assert digests.setdefault(source.digest, (tells, people)) == (tells, people)
        assert there(desk, source) == people
    assert len({(tells, frozenset(each.items())) for tells, each in digests.values()}) == len(digests)
