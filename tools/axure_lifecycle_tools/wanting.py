"""Settling what identity providers want: turning wishes that have waited for their time into cases.

Called by the server in the background and by a pass, and by nothing else; never while an identity provider waits for
an answer. What is settled is written in the transaction of its case, so whoever is killed has done a thing whole or not
at all, and the next one goes on. People for whom nothing is to be done, which is nearly all of a first push, are
settled together in a handful of statements; every other one is looked at closely, a few in one transaction.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from axure_lifecycle.domain.brakes import Brake
from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.holdings import Actor, Channel
from axure_lifecycle.domain.passing import digest_of_people
from axure_lifecycle.domain.plans import NothingToDo
from axure_lifecycle.domain.scim import IdpSettings
from axure_lifecycle.domain.sources import Source
from axure_lifecycle.domain.text import shown
from axure_lifecycle.domain.wanted import decide, settled_after
from axure_lifecycle.domain.wanted_brakes import Held, hold_arrivals, hold_by_brakes, hold_departures, say_left_out
from axure_lifecycle.domain.wishes import Act, Hold, Nothing, Opening, Wait, Wish
from axure_lifecycle.domain.workspaces import say_workspaces, write_workspaces
from axure_lifecycle.ports import CaseRecord, Change, View
from axure_lifecycle.ports.wanted import WantedPerson
from axure_lifecycle_tools.opening import open_planned
from axure_lifecycle_tools.planning import make_plan
from axure_lifecycle_tools.seeing import Sought, look_closer, see_all
from axure_lifecycle_tools.sight import Asked
from axure_lifecycle_tools.spec import Desk
from axure_lifecycle_tools.standing import brakes_now
from axure_lifecycle_tools.wording import at, plural

AT_A_TIME: Final = 5_000
"""People who are settled together."""
CLOSELY: Final = 20
"""People who are looked at closely in one transaction: others who write wait for so many."""
AGAIN_AFTER: Final = timedelta(minutes=10)
"""After which the server looks again at what waits; a pass always does."""
_OF_LATE: Final = timedelta(hours=24)
_NOT_SAID: Final = (Hold.BRAKE, Hold.CEILING, Hold.UNDER_WAY)
"""Of brakes the sentence says more; what is under way asks for nothing beyond its case."""
NO_ROSTER: Final = (
    "Nothing that an identity provider wants is settled: no members roster was imported, so nobody knows who has "
    "access. Import one (`axure-lifecycle import members FILE`)."
)


@dataclass
class Settling:
    """What came of it."""

    quiet: int = 0
    """How many wishes asked for nothing."""
    opened: dict[str, str] = field(default_factory=dict[str, str])
    """Case → operation and whom it is about."""
    cancelled: list[str] = field(default_factory=list[str])
    waits: dict[str, int] = field(default_factory=dict[str, int])
    """Code → how many wishes were found to wait."""
    held_back: list[str] = field(default_factory=list[str])
    """Sentences for the operator; they name nobody."""
    beyond_ceiling: int = 0
    """Departures that only the ceiling holds back; a person may let exactly these pass."""
    beyond_digest: str = ""
    """Which people they are, with the addresses that are wanted off."""
    newly_held: bool = False
    """Whether a brake holds somebody back whom it did not hold before."""

    @property
    def waiting(self) -> int:
        """How many wishes wait for something else than a brake, and not only for a case of theirs to be done."""
        return sum(count for code, count in self.waits.items() if code not in _NOT_SAID)

    @property
    def asks(self) -> bool:
        """Whether a person should look."""
        return bool(self.held_back or self.waiting)

    @property
    def is_idle(self) -> bool:
        """Whether nothing was done, and nothing waits for anybody."""
        return not (self.quiet or self.opened or self.cancelled or self.asks)


def actor_of(idp: IdpSettings) -> Actor:
    """Who asks for the cases that come of pushes: the identity provider, which is nobody's second person."""
    return Actor(idp.name, Channel.SCIM)


def is_something_due(desk: Desk) -> bool:
    """Whether a wish's time has come: an indexed read for each identity provider."""
    if not desk.scim.idps:
        return False
    with desk.store.reading() as view:
        if _roster(view, desk) is None:
            return False
        return any(
            view.wanted_due(idp.name, until=_until(desk, idp), tried_before=desk.now - AGAIN_AFTER, most=1)
            for idp in desk.scim.idps
        )


def _until(desk: Desk, idp: IdpSettings) -> datetime:
    return desk.now - timedelta(minutes=idp.grouping_minutes)


def settle_wanted(
    desk: Desk, *, let_pass: str = "", again: bool = True, check: Callable[[], None] = lambda: None
) -> Settling:
    """Settle every wish whose time has come. Raises the refusals of the store, and what `check` raises.

    `let_pass`: the digest of those beyond the ceiling to whose departure a person said yes. `again`: look at everything
    that waits, too, also at what was looked at just before. `check` is called between transactions.
    """
    done = Settling()
    if not desk.scim.idps:
        return done
    tried_before = desk.now + timedelta(days=1) if again else desk.now - AGAIN_AFTER
    with desk.store.reading() as view:
        roster = view.source_in_force(desk.organization.cloud_for_business, desk.now)
        held = 0 if again else sum(view.held_departures(one.name, tried_since=tried_before) for one in desk.scim.idps)
        if roster is None:
            done.held_back += [NO_ROSTER] if any(count.unsettled for count in view.count_wanted(None)) else []
            return done
    leaving = [(idp, _Settler(desk, idp, tried_before, check, done).settle()) for idp in desk.scim.idps]
    _let_leave(desk, leaving, held, let_pass, check, done)
    return done


class _Settler:
    """Settles what one identity provider wants."""

    def __init__(
        self, desk: Desk, idp: IdpSettings, tried_before: datetime, check: Callable[[], None], done: Settling
    ) -> None:
        self._desk, self._idp, self._tried_before, self._check, self._done = desk, idp, tried_before, check, done
        self._actor = actor_of(idp)
        self._leaving: list[WantedPerson] = []

    def settle(self) -> list[WantedPerson]:
        """Everything but departures, which are given back: brakes count all of them.

        Ids come by chance, so they decide no order: who has waited longest comes first, then by user name.
        """
        until, after = _until(self._desk, self._idp), ""
        closer: list[WantedPerson] = []
        with self._desk.store.reading() as view:
            if not view.wanted_due(self._idp.name, until=until, tried_before=self._tried_before, most=1):
                return []
        while True:
            self._check()
            with self._desk.store.writing(self._actor) as change:
                people = change.wanted_due(
                    self._idp.name, until=until, tried_before=self._tried_before, most=AT_A_TIME, after=after
                )
                closer += self._settle_plain(change, people)
            if len(people) < AT_A_TIME:
                break
            after = people[-1].id
        for some in _parts([one.id for one in _in_order(closer)], CLOSELY):
            self._check()
            with self._desk.store.writing(self._actor) as change:
                self.settle_closely(change, some)
        return _in_order(self._leaving)

    def _settle_plain(self, change: Change, people: Sequence[WantedPerson]) -> list[WantedPerson]:
        """Settle those of whom the roster alone says enough; who needs a closer look."""
        roster = _roster(change, self._desk)
        if not people or roster is None:
            return []
        closer: list[WantedPerson] = []
        settled: list[tuple[WantedPerson, Wish]] = []
        for one in see_all(change, self._desk, self._idp, people, roster):
            decision = decide(one.wish, one.person.settled, one.sight) if one.is_plain else None
            match decision:
                case Nothing():
                    settled.append((one.person, settled_after(decision, one.wish, one.person.settled) or one.wish))
                case Act(is_departure=True):
                    self._leaving.append(one.person)
                case _:
                    closer.append(one.person)
        self._settle_quietly(change, settled)
        return closer

    def _settle_quietly(self, change: Change, settled: Sequence[tuple[WantedPerson, Wish]]) -> None:
        if settled:
            change.settle_wanted(settled)
            change.note("wanted.settled", {"idp": self._idp.name, "people": len(settled)})
            self._done.quiet += len(settled)

    def settle_closely(self, change: Change, ids: Sequence[str], *, lets_leave: bool = False) -> None:
        """Settle a few people; whoever leaves only where that is let."""
        self._desk = _up_to_date(change, self._desk)
        roster = _roster(change, self._desk)
        if roster is None:
            return
        brakes = brakes_now(change, self._desk, self._desk.now)
        arrivals, left_out = hold_arrivals(brakes), say_left_out(brakes)
        quiet: list[tuple[WantedPerson, Wish]] = []
        waits: list[tuple[WantedPerson, Wait, Wish | None]] = []
        # What was done for one may be what the next one of the same address asks for, so each is seen anew.
        for person in change.wanted_again(self._idp.name, ids):
            (one,) = see_all(change, self._desk, self._idp, [person], roster)
            decision = self._decide(change, one, left_out)
            if isinstance(decision, Act):
                if decision.is_departure and not lets_leave:
                    self._leaving.append(person)
                    continue
                decision = (
                    arrivals if decision.is_arrival and arrivals is not None else self._act(change, one, decision)
                )
            match decision:
                case Nothing():
                    quiet.append((person, settled_after(decision, one.wish, person.settled) or one.wish))
                case Wait():
                    waits.append((person, decision, None))
                case Act(rest=Wait() as rest):
                    waits.append((person, rest, decision.settles))
                case Act():
                    change.settle_wanted([(person, settled_after(decision, one.wish, person.settled) or one.wish)])
        self._settle_quietly(change, quiet)
        hold(change, self._idp, waits, self._done)

    def brake(self, view: View) -> Held | None:
        """What keeps everybody from leaving by now: a roster may have come since the last transaction."""
        self._desk = _up_to_date(view, self._desk)
        return hold_by_brakes(brakes_now(view, self._desk, self._desk.now))

    def _decide(self, view: View, one: Sought, left_out: str | None) -> Nothing | Wait | Act:
        try:
            sight = look_closer(view, self._desk, one)._replace(leaves_out=left_out)
            return decide(one.wish, one.person.settled, sight)
        except LifecycleError as refusal:
            return _refused(refusal)

    def _act(self, change: Change, one: Sought, act: Act) -> Nothing | Wait | Act:
        """End and begin cases; a refusal makes the wish wait, and what was done before it stands."""
        reason = self._reason(one)
        for ended in act.cancel:
            change.cancel_case(change.case(ended.id), f"{reason} Nobody had begun it.")
            self._done.cancelled.append(ended.name)
        is_done = False
        for opening in act.open:
            try:
                case = self._open(change, opening, reason)
            except NothingToDo as refusal:
                if not (act.cancel or is_done):
                    return Nothing(refusal.sentence)
            except LifecycleError as refusal:
                return _refused(refusal)
            else:
                is_done = True
                self._done.opened[case.name] = f"{opening.operation} {opening.person}"
        return act

    def _open(self, change: Change, opening: Opening, reason: str) -> CaseRecord:
        desk = self._desk
        asked = Asked((opening.person,), opening.options)
        digest = make_plan(change, desk, opening.operation, asked).plan.digest
        if opening.beside:
            reason += f" {opening.beside} was begun and is no longer wanted: end what is left of it."
        owner = desk.policy.run.owner or desk.organization.operator
        given = None if opening.beside else digest
        return open_planned(change, desk, opening.operation, asked, given, owner=owner, reason=reason)[0]

    def _reason(self, one: Sought) -> str:
        person, zone = one.person, self._desk.organization.time_zone
        what = "deleted" if person.deleted_at is not None else "wanted on" if person.is_active else "switched off"
        role = f", with the role {one.wish.role}" if one.wish.role else ""
        names = write_workspaces(one.wish.workspaces)
        inside = f", in {say_workspaces(names)}" if names else ""
        return f"{self._idp.name} pushed it by SCIM: {what}{role}{inside}, since {at(person.wanted_since, zone)}."


def _in_order(people: Sequence[WantedPerson]) -> list[WantedPerson]:
    return sorted(people, key=lambda one: (one.unsettled_since or one.changed_at, one.cursor))


def _parts(ids: Sequence[str], most: int) -> Iterator[Sequence[str]]:
    return (ids[start : start + most] for start in range(0, len(ids), most))


def _roster(view: View, desk: Desk) -> Source | None:
    return view.source_in_force(desk.organization.cloud_for_business, desk.now)


def _up_to_date(view: View, desk: Desk) -> Desk:
    """The desk as of the newest source in use: what was imported since this call began counts from then on."""
    systems = (desk.organization.cloud_for_business, *view.directories())
    newest = [source.taken_at for source in map(view.source_in_force, systems) if source is not None]
    now = max(newest, default=desk.now)
    return desk if now <= desk.now else replace(desk, now=now.astimezone(desk.organization.time_zone))


def _refused(refusal: LifecycleError) -> Wait:
    """Why a wish waits that nothing could be planned for. Raises what the store refuses."""
    if refusal.code.startswith("store_"):
        raise refusal
    return Wait(refusal.code, shown(refusal.sentence, 600))


def hold(
    change: Change, idp: IdpSettings, waits: Sequence[tuple[WantedPerson, Wait, Wish | None]], done: Settling
) -> None:
    """Keep why these wishes wait; the trail hears of those that did not wait for that before."""
    if not waits:
        return
    new = change.hold_wanted(waits)
    for _, wait, _ in waits:
        done.waits[wait.code] = done.waits.get(wait.code, 0) + 1
        if wait.code in (Hold.BRAKE, Hold.CEILING) and wait.said not in done.held_back:
            done.held_back.append(wait.said)
    if new:
        change.note("wanted.held", {"idp": idp.name, "people": len(waits), "newly": new})
        done.newly_held |= any(wait.code in (Hold.BRAKE, Hold.CEILING) for _, wait, _ in waits)


def _let_leave(
    desk: Desk,
    leaving: Sequence[tuple[IdpSettings, list[WantedPerson]]],
    held_before: int,
    let_pass: str,
    check: Callable[[], None],
    done: Settling,
) -> None:
    """Open the offboardings, or hold all of them back: brakes count what every identity provider wants together.

    A brake that comes while they are opened holds back the rest.
    """
    wanted = sum(len(people) for _, people in leaving)
    if not wanted:
        return
    digest = digest_of_people(f"{one.idp} {one.id} {one.address}" for _, people in leaving for one in people)
    with desk.store.reading() as view:
        brakes: Sequence[Brake] = brakes_now(view, desk, desk.now)
        counted = view.count_compared(desk.organization.cloud_for_business, desk.now, desk.policy.non_personal)
        of_late = view.count_departures_pushed(desk.now - _OF_LATE)
    members = sum(count for _, count in counted)
    held = hold_departures(
        wanted + held_before,
        members=members,
        of_late=of_late,
        brakes=brakes,
        limits=desk.limits,
        is_let=let_pass == digest,
    )
    for idp, people in leaving:
        settler = _Settler(desk, idp, desk.now, check, done)
        for some in _parts([one.id for one in people], AT_A_TIME if held is not None else CLOSELY):
            check()
            with desk.store.writing(actor_of(idp)) as change:
                held = held or settler.brake(change)
                if held is None:
                    settler.settle_closely(change, some, lets_leave=True)
                else:
                    waits = [(one, held.wait, None) for one in change.wanted_again(idp.name, some)]
                    hold(change, idp, waits, done)
    if held is not None and held.is_ceiling:
        done.beyond_ceiling, done.beyond_digest = wanted + held_before, digest


def say_settled(done: Settling) -> list[str]:
    """What came of it, in sentences for whoever reads a pass."""
    said = [f"Opened {case}: {what}." for case, what in done.opened.items()]
    said += [f"Cancelled {case}: it is no longer wanted." for case in done.cancelled]
    if done.quiet:
        said.append(f"{plural(done.quiet, 'wish', 'wishes')} asked for nothing.")
    said += done.held_back
    if done.waiting:
        said.append(f"{plural(done.waiting, 'wish waits', 'wishes wait')}; find_discrepancies says for what.")
    return said
