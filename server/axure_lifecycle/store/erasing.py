"""Erasing a person: their rows go, what must stay names them no more.

Every text that the store keeps is read once, so what names them is found wherever it was typed, without an index that
could be forgotten. Which columns are not read stands in `UNREAD`, and a test compares that with the tables.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Column, Connection, String, Table, delete, func, insert, or_, select, update

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.cases import CaseState
from axure_lifecycle.domain.erasing import (
    PSEUDONYM_DOMAIN,
    RECIPIENT_ERASED,
    EndedNotice,
    Erasure,
    Finder,
    Traces,
)
from axure_lifecycle.domain.places import NoticeState
from axure_lifecycle.domain.rosters import Standing
from axure_lifecycle.domain.trail import canonical, moment
from axure_lifecycle.store import schema, sources
from axure_lifecycle.store.following import every_address
from axure_lifecycle.store.people import OFF
from axure_lifecycle.store.schema.columns import TypedText

LIVE: Final = (CaseState.OPEN.value, CaseState.DONE.value)
WHO_ACTED: Final = frozenset(
    {"opened_by", "said_by", "approved_by", "attached_by", "brought_by", "confirmed_by", "decided_by", "created_by"}
) | {"closed_by", "owner"}
"""Columns that say who did something, or whose case it is: they stay."""
ROWS_GO: Final = (
    schema.member_row,
    schema.seat_row,
    schema.directory_account,
    schema.directory_address,
    schema.directory_alias,
    schema.decision,
    schema.kept_answer,
    schema.web_session,
    schema.second_factor,
    schema.factor_invitation,
    schema.audit_payload,
    schema.case_person,
    schema.review_person,
)
"""Tables of which whole rows go, or which are written anew."""
UNREAD: Final = (
    schema.audit_record,
    schema.audit_head,
    schema.checkpoint,
    schema.system,
    schema.role_count,
    schema.step,
    schema.step_check,
    schema.source_cursor,
    schema.factor_challenge,
    schema.signed_call,
    schema.lease,
    schema.scim_member,
)
"""Tables that hold digests, numbers, names of systems, roles and steps, cursors that only a directory can read,
and which process works."""
SWEPT: Final = tuple(table for table in schema.metadata.sorted_tables if table not in (*ROWS_GO, *UNREAD))
"""Tables whose texts are read, each of them."""
_AT_A_TIME: Final = 500
_p, _d, _l, _o = schema.audit_payload, schema.directory_account, schema.directory_address, schema.directory_alias
_IMPORTED: Final = select(schema.source.c.snapshot_id)


def is_text(column: Column[Any]) -> bool:
    """Whether words can stand in a column."""
    return isinstance(column.type, String | TypedText)


def texts_of(table: Table) -> list[Column[Any]]:
    """The columns of a table in which somebody may be named."""
    return [
        column
        for column in table.columns
        if is_text(column) and column.name not in WHO_ACTED and not column.primary_key
    ]


# -- before ------------------------------------------------------------------------------------------------------------


def traces_of(connection: Connection, asked: Sequence[str]) -> Traces:
    """Whoever is to be erased, by every address, and what shows that they are still here."""
    standing = sources.stand(connection, None).newest.values()
    everybody = every_address(connection, asked, [each.snapshot for each in standing])
    active: list[str] = []
    for each in standing:
        m = schema.member_row
        member = select(m.c.address).where(
            m.c.snapshot_id == each.snapshot, m.c.address.in_(everybody), func.coalesce(m.c.status, "") != OFF
        )
        account = (
            select(_d.c.key)
            .select_from(_d.join(_l, (_l.c.snapshot_id == _d.c.snapshot_id) & (_l.c.key == _d.c.key)))
            .where(
                _l.c.snapshot_id == each.snapshot,
                _l.c.address.in_(everybody),
                _d.c.standing == Standing.ACTIVE.value,
            )
        )
        if any(connection.execute(one.limit(1)).first() is not None for one in (member, account)):
            active.append(f"{each.source.system} by {each.source.name}")
    u = schema.scim_user
    wanted = select(u.c.idp).where(u.c.address.in_(everybody), u.c.active, u.c.deleted_at.is_(None)).distinct()
    active += [f"{idp} by SCIM, which wants them on" for idp in connection.execute(wanted).scalars()]
    c, w, t = schema.case, schema.case_person, schema.access_token
    about = select(w.c.case_id).where(w.c.address.in_(everybody))
    open_cases = select(c.c.id).where(c.c.id.in_(about), c.c.state.in_(LIVE)).order_by(c.c.id)
    tokens = select(func.count()).where(t.c.person.in_(everybody), t.c.revoked_at.is_(None))
    return Traces(
        tuple(map(Address, everybody)),
        tuple(sorted(active)),
        tuple(connection.execute(open_cases).scalars()),
        _owned_by(connection, everybody),
        connection.execute(tokens).scalar_one(),
    )


def _owned_by(connection: Connection, addresses: Sequence[str]) -> tuple[int, ...]:
    """Cases that are not over and whose owner has one of these addresses."""
    c = schema.case
    theirs = select(c.c.id).where(func.lower(c.c.owner).in_(addresses), c.c.state.in_(LIVE))
    return tuple(connection.execute(theirs.order_by(c.c.id)).scalars())


# -- erasing -----------------------------------------------------------------------------------------------------------


class Eraser:
    """Erases one person within one transaction."""

    def __init__(self, connection: Connection, addresses: Sequence[str], pseudonym: str, now: datetime) -> None:
        self._connection = connection
        self._addresses = list(addresses)
        self._pseudonym = f"{pseudonym}@{PSEUDONYM_DOMAIN}"
        self._finder = Finder(addresses, self._pseudonym)
        self._now = moment(now)
        in_force = sources.stand(connection, None).newest.values()
        waiting = sources.waiting(connection, None, list(in_force))
        self._standing = {each.snapshot: each.source.name for each in in_force}
        self._standing |= {sources.one(connection, each.id).snapshot: each.name for each in waiting}

    def erase(self) -> Erasure:
        """Erase; what must stay names the pseudonym in their place."""
        about, naming, deeds = self._erase_payloads()
        ready = self._erase_ready()
        rows, standing = self._erase_rows()
        files, shared = self._erase_files()
        decisions, answers = self._erase_decisions(), self._erase_answers()
        access = self._erase_access()
        cases = self._rename_in_cases()
        self._rename_in_reviews()
        wanted = self._erase_wanted()
        notices = self._end_notices()
        return Erasure(
            addresses=tuple(self._addresses),
            payloads_about=about,
            payloads_naming=naming,
            deeds=deeds,
            roster_rows=rows,
            rosters_ready=ready,
            standing=standing,
            decisions=decisions,
            answers=answers,
            cases=cases,
            texts=sum(map(self._sweep, SWEPT)),
            files=files,
            shared_files=shared,
            access=access,
            wanted=wanted,
            notices=notices,
            owned=_owned_by(self._connection, self._addresses),
        )

    def _erase_payloads(self) -> tuple[int, int, int]:
        about, naming, deeds = list[int](), list[int](), 0
        for row in self._connection.execute(
            select(_p.c.seq, _p.c.payload, _p.c.about).execution_options(yield_per=_AT_A_TIME)
        ):
            if row.about in self._finder.addresses:
                about.append(row.seq)
            elif self._finder.may_name(row.payload):
                payload = json.loads(row.payload)
                if self._finder.names_beside_deeds(payload):
                    naming.append(row.seq)
                else:
                    deeds += self._finder.names(payload)
        self._delete(_p, _p.c.seq, [*about, *naming])
        return len(about), len(naming), deeds

    def _erase_ready(self) -> int:
        """Rosters that lie ready and list them: without a row they would not be what was brought."""
        n = schema.snapshot
        lying = list(self._connection.execute(select(n.c.id).where(~n.c.id.in_(_IMPORTED))).scalars())
        listing = sorted(
            {
                found
                for table in (schema.member_row, schema.seat_row, _l, _o)
                for found in self._connection.execute(
                    select(table.c.snapshot_id).where(
                        table.c.snapshot_id.in_(lying), table.c.address.in_(self._addresses)
                    )
                ).scalars()
            }
        )
        self._delete(n, n.c.id, listing)
        return len(listing)

    def _erase_rows(self) -> tuple[int, tuple[str, ...]]:
        """Their rows in rosters that are not in force; the sources in force that list them."""
        gone, standing = 0, set[str]()
        snapshots = list(self._connection.execute(select(schema.snapshot.c.id)).scalars())
        for snapshot in snapshots:
            theirs = [
                (table, (table.c.snapshot_id == snapshot) & table.c.address.in_(self._addresses))
                for table in (schema.member_row, schema.seat_row)
            ]
            listed = (_l.c.snapshot_id == snapshot) & _l.c.address.in_(self._addresses)
            keys = list(self._connection.execute(select(_l.c.key).where(listed, _l.c.claimants == 1)).scalars())
            theirs += [(table, (table.c.snapshot_id == snapshot) & table.c.key.in_(keys)) for table in (_o, _d)]
            theirs.append((_l, listed))
            if snapshot in self._standing:
                found = any(
                    self._connection.execute(select(table).where(fits).limit(1)).first() for table, fits in theirs
                )
                standing |= {self._standing[snapshot]} if found else set()
                continue
            gone += sum(self._connection.execute(delete(table).where(fits)).rowcount for table, fits in theirs)
        return gone, tuple(sorted(standing, key=lambda name: int(name[2:])))

    def _erase_files(self) -> tuple[tuple[tuple[int, str], ...], tuple[int, ...]]:
        """The attached files of cases that are about nobody else."""
        e, w = schema.evidence, schema.case_person
        about = select(w.c.case_id).where(w.c.address.in_(self._addresses))
        others = select(w.c.case_id).where(
            ~w.c.address.in_(self._addresses), ~w.c.address.like(f"%@{PSEUDONYM_DOMAIN}")
        )
        attached = select(e.c.id, e.c.digest, e.c.case_id).where(e.c.erased_at.is_(None)).order_by(e.c.id)
        theirs = self._connection.execute(attached.where(e.c.case_id.in_(about))).all()
        alone = set(
            self._connection.execute(select(e.c.id).where(e.c.case_id.in_(about), ~e.c.case_id.in_(others))).scalars()
        )
        kept = set(
            self._connection.execute(select(e.c.digest).where(e.c.erased_at.is_(None), ~e.c.id.in_(alone))).scalars()
        )
        going = [row for row in theirs if row.id in alone and row.digest not in kept]
        if going:
            self._connection.execute(
                update(e)
                .where(e.c.id.in_([row.id for row in going]))
                .values(
                    name="erased",
                    note="",
                    erased_at=self._now,
                    retracted_at=func.coalesce(e.c.retracted_at, self._now),
                    retracted_because=func.coalesce(e.c.retracted_because, "erased with its person"),
                )
            )
        gone = {row.id for row in going}
        return tuple((row.id, row.digest) for row in going), tuple(row.id for row in theirs if row.id not in gone)

    def _erase_decisions(self) -> int:
        d = schema.decision
        theirs = or_(d.c.address.in_(self._addresses), d.c.belongs_to.in_(self._addresses))
        named = [row.id for row in self._connection.execute(select(d)) if self._finder.names(row.reason)]
        return self._connection.execute(delete(d).where(or_(theirs, d.c.id.in_(named)))).rowcount

    def _erase_answers(self) -> int:
        a = schema.kept_answer
        rows = self._connection.execute(select(a.c.request_key, a.c.answer).execution_options(yield_per=_AT_A_TIME))
        named = [row.request_key for row in rows if self._finder.may_name(f"{row.request_key}\n{row.answer}")]
        return self._delete(a, a.c.request_key, named)

    def _erase_access(self) -> int:
        t, gone = schema.access_token, 0
        theirs = t.c.person.in_(self._addresses)
        tokens = self._connection.execute(select(func.count()).where(theirs)).scalar_one()
        ended = {"revoked_at": self._now, "revoked_because": "erased"}
        self._connection.execute(update(t).where(theirs, t.c.revoked_at.is_(None)).values(ended))
        for table in (schema.web_session, schema.second_factor, schema.factor_invitation):
            gone += self._connection.execute(delete(table).where(table.c.person.in_(self._addresses))).rowcount
        return int(tokens) + gone

    def _erase_wanted(self) -> int:
        """What an identity provider wants, or wanted, for them; what it says of others who name them is read later."""
        u = schema.scim_user
        theirs = or_(
            u.c.address.in_(self._addresses),
            u.c.settled_address.in_(self._addresses),
            u.c.user_name_key.in_(self._addresses),
        )
        return self._connection.execute(delete(u).where(theirs)).rowcount

    def _end_notices(self) -> tuple[EndedNotice, ...]:
        """Messages that wait for them: nobody is to get them, under whatever name."""
        n = schema.notice
        theirs = (n.c.state == NoticeState.WAITING.value, func.lower(n.c.recipient).in_(self._addresses))
        rows = self._connection.execute(select(n.c.id, n.c.place, n.c.attempts).where(*theirs).order_by(n.c.id)).all()
        ended = {"state": NoticeState.GIVEN_UP.value, "ended_at": self._now, "body": None, "claim": None}
        said = {"last_code": RECIPIENT_ERASED, "last_sentence": "Whom it was for was erased."}
        self._connection.execute(update(n).where(*theirs).values(ended | said))
        return tuple(EndedNotice(*row) for row in rows)

    def _rename_in_cases(self) -> tuple[int, ...]:
        w = schema.case_person
        theirs = w.c.address.in_(self._addresses)
        cases = sorted(set(self._connection.execute(select(w.c.case_id).where(theirs)).scalars()))
        self._connection.execute(delete(w).where(theirs))
        if cases:
            self._connection.execute(insert(w), [{"case_id": one, "address": self._pseudonym} for one in cases])
        return tuple(cases)

    def _rename_in_reviews(self) -> None:
        p = schema.review_person
        theirs = p.c.address.in_(self._addresses)
        first = select(p.c.review_id, func.min(p.c.address).label("address")).where(theirs).group_by(p.c.review_id)
        for row in self._connection.execute(first).all():
            mine = (p.c.review_id == row.review_id, p.c.address == row.address)
            self._connection.execute(update(p).where(*mine).values(address=self._pseudonym))
        self._connection.execute(delete(p).where(theirs))

    def _sweep(self, table: Table) -> int:
        """Put the pseudonym wherever a text of the table names them; how many rows did."""
        columns, key = texts_of(table), list(table.primary_key.columns)
        rows = select(*key, *columns)
        if table is schema.subscription_row:
            rows = rows.where(~table.c.snapshot_id.in_(list(self._standing)))
        changes = list(self._changes(rows, key, columns))
        for place, values in changes:
            here = [column == value for column, value in zip(key, place, strict=True)]
            self._connection.execute(update(table).where(*here).values(values))
        return len(changes)

    def _changes(
        self, rows: Any, key: Sequence[Column[Any]], columns: Sequence[Column[Any]]
    ) -> Iterator[tuple[tuple[Any, ...], dict[str, str]]]:
        for told in self._connection.execute(rows.execution_options(yield_per=_AT_A_TIME)).mappings():
            new = {
                column.name: self._without(told[column])
                for column in columns
                if told[column] is not None and self._finder.may_name(told[column])
            }
            new = {name: text for name, text in new.items() if text != told[name]}
            if new:
                yield tuple(told[column] for column in key), new

    def _without(self, text: str) -> str:
        """In JSON a line's end is a letter too, and would hide the beginning of an address: it is read first."""
        if text.startswith(("{", "[")):
            try:
                return canonical(self._finder.without(json.loads(text)))
            except ValueError:
                pass
        return str(self._finder.without(text))

    def _delete(self, table: Table, column: Column[Any], values: Sequence[Any]) -> int:
        for start in range(0, len(values), _AT_A_TIME):
            self._connection.execute(delete(table).where(column.in_(values[start : start + _AT_A_TIME])))
        return len(values)
