"""Writing down what an organisation found out itself, what it attaches to a case, and taking any of it back."""

from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Table, select, update

from axure_lifecycle.domain.evidence import Evidence, EvidenceFile
from axure_lifecycle.domain.holdings import Assurance
from axure_lifecycle.domain.local import LocalFact, ScreenChange
from axure_lifecycle.domain.trail import moment
from axure_lifecycle.ports import CaseRecord
from axure_lifecycle.store import schema
from axure_lifecycle.store.values import write_actor
from axure_lifecycle.store.writing import Writing

_f, _s, _e = schema.local_fact, schema.screen_change, schema.evidence
_WEAKER: Final = (Assurance.REPORTED.value,)


class LocalChange(Writing):
    """The part of `ports.Change` that is about local knowledge and evidence."""

    def record_fact(self, fact: str, *, answer: str, evidence: str, until: date, assurance: Assurance) -> LocalFact:
        """Write down an answer; the earlier ones that are not better known end."""
        now = self._clock.now()
        number = self._insert(
            _f,
            fact=fact,
            answer=answer,
            evidence=evidence,
            said_by=write_actor(self._actor),
            assurance=assurance.value,
            at=moment(now),
            until=until.isoformat(),
        )
        ended = self._replace(_f, number, now, f"answered anew (F-{number})", assurance, _f.c.fact == fact)
        self._append(
            now,
            "fact.answered",
            {
                "local_fact": number,
                "fact": fact,
                "answer": answer,
                "evidence": evidence,
                "until": until.isoformat(),
                "assurance": assurance.value,
                "ended": ended,
            },
            None,
        )
        return self.local_fact(number)

    def end_fact(self, number: int, reason: str) -> LocalFact:
        """The answer counts no longer; it stays written. Raises `LocalFactUnknown`."""
        now = self._clock.now()
        found = self.local_fact(number)
        if found.ended_at is None:
            self._end(_f, [number], now, reason)
            self._append(now, "fact.ended", {"local_fact": number, "fact": found.fact, "reason": reason}, None)
        return self.local_fact(number)

    def record_screen_change(
        self, playbook: str, step: str, screens: str, *, differs: str, place: str | None, assurance: Assurance
    ) -> ScreenChange:
        """Write down that a step looks different; the earlier ones that are not better known end."""
        now = self._clock.now()
        number = self._insert(
            _s,
            playbook=playbook,
            step_key=step,
            screens=screens,
            differs=differs,
            place=place,
            said_by=write_actor(self._actor),
            assurance=assurance.value,
            at=moment(now),
        )
        same = (_s.c.playbook == playbook, _s.c.step_key == step, _s.c.screens == screens)
        ended = self._replace(_s, number, now, f"described anew (S-{number})", assurance, *same)
        self._append(
            now,
            "screen.changed",
            {
                "screen_change": number,
                "playbook": playbook,
                "step": step,
                "screens": screens,
                "differs": differs,
                "place": place,
                "assurance": assurance.value,
                "ended": ended,
            },
            None,
        )
        return self.screen_change(number)

    def end_screen_change(self, number: int, reason: str) -> ScreenChange:
        """The change counts no longer; it stays written. Raises `ScreenChangeUnknown`."""
        now = self._clock.now()
        found = self.screen_change(number)
        if found.ended_at is None:
            self._end(_s, [number], now, reason)
            payload = {"screen_change": number, "playbook": found.playbook, "step": found.step, "reason": reason}
            self._append(now, "screen.change_ended", payload, None)
        return self.screen_change(number)

    def attach_evidence(
        self, case: CaseRecord, step: str, file: EvidenceFile, *, note: str, assurance: Assurance
    ) -> Evidence:
        """Attach a file to a step of a case; the caller sees to it that the file is kept."""
        now = self._clock.now()
        number = self._insert(
            _e,
            case_id=case.id,
            step_key=step,
            digest=file.digest,
            name=file.name,
            media_type=file.media_type,
            size=file.size,
            note=note,
            attached_by=write_actor(self._actor),
            assurance=assurance.value,
            at=moment(now),
        )
        self._append(
            now,
            "evidence.attached",
            {
                "evidence": number,
                "case": case.id,
                "step": step,
                "subject": case.subject,
                "digest": file.digest,
                "name": file.name,
                "media_type": file.media_type,
                "size": file.size,
                "note": note,
                "assurance": assurance.value,
            },
            case.subject,
        )
        return self.evidence(number)

    def retract_evidence(self, number: int, reason: str) -> Evidence:
        """The file counts no longer; it and its record stay. Raises `EvidenceUnknown`."""
        now = self._clock.now()
        found = self.evidence(number)
        if found.retracted_at is None:
            values = {"retracted_at": moment(now), "retracted_because": reason}
            self._connection.execute(update(_e).where(_e.c.id == number).values(values))
            about = self.case(found.case_id).subject
            self._append(
                now,
                "evidence.retracted",
                {"evidence": number, "case": found.case_id, "step": found.step, "subject": about, "reason": reason},
                about,
            )
        return self.evidence(number)

    def _replace(
        self, table: Table, number: int, now: datetime, because: str, by: Assurance, *same: ColumnElement[bool]
    ) -> list[int]:
        """End what a new statement takes the place of: a reported one never takes that of a confirmed one."""
        standing = select(table.c.id).where(table.c.id != number, table.c.ended_at.is_(None), *same)
        if by is Assurance.REPORTED:
            standing = standing.where(table.c.assurance.in_(_WEAKER))
        ended = list(self._connection.execute(standing.order_by(table.c.id)).scalars())
        self._end(table, ended, now, because)
        return ended

    def _end(self, table: Table, numbers: list[int], now: datetime, because: str) -> None:
        values: dict[str, Any] = {"ended_at": moment(now), "ended_because": because}
        if numbers:
            self._connection.execute(update(table).where(table.c.id.in_(numbers)).values(values))
