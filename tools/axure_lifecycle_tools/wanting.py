"""Settling what identity providers want: turning wishes that have waited for their time into cases.

Called by the server in the background and by a pass, and by nothing else; never while an identity provider waits for
an answer. What is settled is written in the transaction of its case, so whoever is killed has done a thing whole or not
at all, and the next one goes on. People for whom nothing is to be done, which is nearly all of a first push, are
settled together in a handful of statements; every other one is looked at closely, a few in one transaction.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from axure_lifecycle.domain.brakes import Brake
from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.holdings import Actor, Channel
from axure_lifecycle.domain.passing import digest_of_people
from axure_lifecycle.domain.plans import NothingToDo
from axure_lifecycle.domain.scim import IdpSettings
from axure_lifecycle.domain.sources import Source
from axure_lifecycle.domain.text import shown
from axure_lifecycle.domain.trail import canonical
from axure_lifecycle.domain.wanted import decide, settled_after
from axure_lifecycle.domain.wanted_brakes import (
    Held,
    hold_arrivals,
    hold_by_brakes,
    hold_changes,
    hold_departures,
    say_left_out,
)
from axure_lifecycle.domain.wishes import Act, Hold, Nothing, Opening, Wait, Wish
from axure_lifecycle.domain.workspaces import say_workspaces, write_workspaces
from axure_lifecycle.ports import CaseRecord, Change, View
from axure_lifecycle.ports.wanted import WantedPerson
from axure_lifecycle_tools.opening import open_planned
from axure_lifecycle_tools.planning import make_plan
from axure_lifecycle_tools.seeing import Sought, look_closer, see_all
from axure_lifecycle_tools.settled import Settling
from axure_lifecycle_tools.sight import Asked
from axure_lifecycle_tools.spec import Desk
from axure_lifecycle_tools.standing import brakes_now
from axure_lifecycle_tools.wording import at

AT_A_TIME: Final = 5_000
"""People who are settled together."""
CLOSELY: Final = 20
"""People who are looked at closely in one transaction: others who write wait for so many."""
AGAIN_AFTER: Final = timedelta(minutes=10)
"""After which the server looks again at what waits; a pass always does."""
_OF_LATE: Final = timedelta(hours=24)
NO_ROSTER: Final = (
    "Nothing that an identity provider wants is settled: no members roster was imported, so nobody knows who has "
    "access. Import one (`axure-lifecycle import members FILE`)."
)


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

    `let_pass`: the digest of those beyond a ceiling to whom a person said yes. `again`: look at everything that waits,
    too, also at what was looked at just before. `check` is called between transactions.
    """
    done = Settling()
    if not desk.scim.idps:
        return done
    tried_before = desk.now + timedelta(days=1) if again else desk.now - AGAIN_AFTER
    with desk.store.reading() as view:
        roster = view.source_in_force(desk.organization.cloud_for_business, desk.now)
        before = (0, 0) if again else _held_before(view, desk, tried_before)
        if roster is None:
            done.held_back += [NO_ROSTER] if any(count.unsettled for count in view.count_wanted(None)) else []
            return done
    settlers = [_Settler(desk, idp, tried_before, check, done) for idp in desk.scim.idps]
    for settler in settlers:
        settler.settle()
    _let_pass(desk, settlers, before, let_pass, check, done)
    return done


def _held_before(view: View, desk: Desk, since: datetime) -> tuple[int, int]:
    """Departures and changes that wait and are not looked at this time."""
    names = [one.name for one in desk.scim.idps]
    return (
        sum(view.held_departures(name, tried_since=since) for name in names),
        sum(view.held_changes(name, tried_since=since) for name in names),
    )


class _Counted(NamedTuple):
    """Somebody who is not acted on before everybody of their kind was counted."""

    person: WantedPerson
    what: str
    """What is to be opened for them."""


class _Settler:
    """Settles what one identity provider wants."""

    def __init__(
        self, desk: Desk, idp: IdpSettings, tried_before: datetime, check: Callable[[], None], done: Settling
    ) -> None:
        self._desk, self.idp, self._tried_before, self._check, self._done = desk, idp, tried_before, check, done
        self._actor = actor_of(idp)
        self.leaving: list[_Counted] = []
        self.changing: list[_Counted] = []

    def anew(self, desk: Desk) -> "_Settler":
        """For a second look."""
        return _Settler(desk, self.idp, desk.now, self._check, self._done)

    def settle(self) -> None:
        """Everything that opens no case; what does is put aside, because brakes count all of it.

        Ids come by chance, so they decide no order: who has waited longest comes first, then by user name.
        """
        until, after = _until(self._desk, self.idp), ""
        closer: list[WantedPerson] = []
        with self._desk.store.reading() as view:
            if not view.wanted_due(self.idp.name, until=until, tried_before=self._tried_before, most=1):
                return
        while True:
            self._check()
            with self._desk.store.writing(self._actor) as change:
                people = change.wanted_due(
                    self.idp.name, until=until, tried_before=self._tried_before, most=AT_A_TIME, after=after
                )
                closer += self._settle_plain(change, people)
            if len(people) < AT_A_TIME:
                break
            after = people[-1].id
        for some in _parts(_in_order(closer), CLOSELY):
            self._check()
            with self._desk.store.writing(self._actor) as change:
                self.settle_closely(change, some)

    def _settle_plain(self, change: Change, people: Sequence[WantedPerson]) -> list[WantedPerson]:
        """Settle those of whom the roster alone says enough; who needs a closer look."""
        roster = _roster(change, self._desk)
        if not people or roster is None:
            return []
        closer: list[WantedPerson] = []
        settled: list[tuple[WantedPerson, Wish]] = []
        for one in see_all(change, self._desk, self.idp, people, roster):
            decision = decide(one.wish, one.person.settled, one.sight) if one.is_plain else None
            match decision:
                case Nothing():
                    settled.append((one.person, settled_after(decision, one.wish, one.person.settled) or one.wish))
                case Act(open=(_, *_)):
                    self._count(one.person, decision)
                case _:
                    closer.append(one.person)
        self._settle_quietly(change, settled)
        return closer

    def _settle_quietly(self, change: Change, settled: Sequence[tuple[WantedPerson, Wish]]) -> None:
        if settled:
            change.settle_wanted(settled)
            change.note("wanted.settled", {"idp": self.idp.name, "people": len(settled)})
            self._done.quiet += len(settled)

    def _count(self, person: WantedPerson, act: Act) -> None:
        what = " ".join(canonical({one.operation: [one.person, dict(one.options)]}) for one in act.open)
        (self.leaving if act.is_departure else self.changing).append(_Counted(person, what))

    def settle_closely(
        self, change: Change, ids: Sequence[str], *, lets_leave: bool = False, lets_change: bool = False
    ) -> None:
        """Settle a few people; whoever leaves, or is let in or changed, only where that is let."""
        self._desk = _up_to_date(change, self._desk)
        roster = _roster(change, self._desk)
        if roster is None:
            return
        brakes = brakes_now(change, self._desk, self._desk.now)
        arrivals, left_out = hold_arrivals(brakes), say_left_out(brakes)
        quiet: list[tuple[WantedPerson, Wish]] = []
        waits: list[tuple[WantedPerson, Wait, Wish | None]] = []
        # What was done for one may be what the next one of the same address asks for, so each is seen anew.
        for person in change.wanted_again(self.idp.name, ids):
            (one,) = see_all(change, self._desk, self.idp, [person], roster)
            decision = self._decide(change, one, left_out)
            if isinstance(decision, Act):
                if decision.is_arrival and arrivals is not None:
                    decision = arrivals
                elif (decision.is_departure and not lets_leave) or (decision.is_change and not lets_change):
                    self._count(person, decision)
                    continue
                else:
                    decision = self._act(change, one, decision)
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
        hold(change, self.idp, waits, self._done)

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
        return f"{self.idp.name} pushed it by SCIM: {what}{role}{inside}, since {at(person.wanted_since, zone)}."


def _in_order(people: Iterable[WantedPerson]) -> list[str]:
    """Their ids."""
    return [one.id for one in sorted(people, key=lambda one: (one.unsettled_since or one.changed_at, one.cursor))]


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


def _let_pass(
    desk: Desk,
    settlers: Sequence[_Settler],
    held_before: tuple[int, int],
    let_pass: str,
    check: Callable[[], None],
    done: Settling,
) -> None:
    """Open the cases, or hold all of a kind back: brakes count what every identity provider wants together.

    Whoever is let in or changed comes first: what was done for them may be what keeps another one from leaving.
    """
    leaving = sum(len(one.leaving) for one in settlers)
    changing = sum(len(one.changing) for one in settlers)
    if not (leaving or changing):
        return
    with desk.store.reading() as view:
        brakes: Sequence[Brake] = brakes_now(view, desk, desk.now)
        counted = view.count_compared(desk.organization.cloud_for_business, desk.now, desk.policy.non_personal)
        left_of_late, changed_of_late = view.count_pushed(desk.now - _OF_LATE)
    members = sum(count for _, count in counted)
    off, on = (now + before for now, before in zip((leaving, changing), held_before, strict=True))
    no_leaving = hold_departures(
        off if leaving else 0, members=members, of_late=left_of_late, brakes=brakes, limits=desk.limits
    )
    no_changing = hold_changes(on if changing else 0, members=members, of_late=changed_of_late, limits=desk.limits)
    beyond = [
        f"{settler.idp.name} {one.person.id} {one.what}"
        for settler in settlers
        for held, kind in ((no_leaving, settler.leaving), (no_changing, settler.changing))
        if held is not None and held.is_ceiling
        for one in kind
    ]
    digest = digest_of_people(beyond)
    if beyond and let_pass == digest:
        no_leaving = None if no_leaving is None or no_leaving.is_ceiling else no_leaving
        no_changing = None
    for settler in settlers:
        _let_change(desk, settler, no_changing, check, done)
    for settler in settlers:
        no_leaving = _let_leave(desk, settler, no_leaving, check, done)
    if no_leaving is not None and no_leaving.is_ceiling:
        done.beyond_ceiling, done.beyond_digest = off, digest
    if no_changing is not None:
        done.changes_beyond_ceiling, done.beyond_digest = on, digest


def _let_change(desk: Desk, counted: _Settler, held: Held | None, check: Callable[[], None], done: Settling) -> None:
    settler = counted.anew(desk)
    for some in _parts(_in_order(one.person for one in counted.changing), CLOSELY if held is None else AT_A_TIME):
        check()
        with desk.store.writing(actor_of(counted.idp)) as change:
            if held is None:
                settler.settle_closely(change, some, lets_change=True)
            else:
                hold(change, counted.idp, _all_wait(change, counted.idp, some, held), done)


def _let_leave(
    desk: Desk, counted: _Settler, held: Held | None, check: Callable[[], None], done: Settling
) -> Held | None:
    """A brake that comes while cases are opened holds back the rest: what holds by the end."""
    settler = counted.anew(desk)
    for some in _parts(_in_order(one.person for one in counted.leaving), CLOSELY if held is None else AT_A_TIME):
        check()
        with desk.store.writing(actor_of(counted.idp)) as change:
            held = held or settler.brake(change)
            if held is None:
                settler.settle_closely(change, some, lets_leave=True)
            else:
                hold(change, counted.idp, _all_wait(change, counted.idp, some, held), done)
    return held


def _all_wait(
    view: View, idp: IdpSettings, ids: Sequence[str], held: Held
) -> list[tuple[WantedPerson, Wait, Wish | None]]:
    return [(one, held.wait, None) for one in view.wanted_again(idp.name, ids)]
