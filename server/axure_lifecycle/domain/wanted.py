"""What an identity provider wants for somebody, beside what is known of them, and what follows.

A push over SCIM changes only what is *wanted*. Settling it compares three things that are never mixed: what is wanted
now, what was wanted when it was last settled, and what the rosters know; beside them the cases that stand. A wish that
is the same as the one that was settled asks for nothing, whatever happened in between: so the same push twice opens
one case, and what was undone before anybody acted leaves nothing to do. Nobody's own case is ended here, and none in
which somebody said that a step was done: then the wish waits, with a sentence that says for what.

Wanted on, and
- known as on: nothing to do; an offboarding of ours that nobody has begun is cancelled; another role or address, and
  other workspaces, open a case for that;
- known as off: a reactivation;
- not listed: an onboarding.
Wanted off, and
- known as on: an offboarding, which brakes may hold back;
- known as off, or not listed: nothing to do; an onboarding of ours that nobody has begun is cancelled. What a roster
  does not list that is too old, or has lost too many rows, is no answer: then the wish waits.

No roster shows who is in a workspace. So workspaces are compared with those that were asked for last, and with nothing
else: what was asked for is a case, and once that is over, only another wish asks again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.roles import fold_role, name_role
from axure_lifecycle.domain.wishes import (
    CHANGE_ADDRESS,
    CHANGE_ROLE,
    CHANGE_WORKSPACES,
    NEWCOMERS,
    OFFBOARD,
    ONBOARD,
    REACTIVATE,
    Act,
    Decision,
    Hold,
    Known,
    Nothing,
    Opening,
    Sight,
    StandingCase,
    Wait,
    Wish,
)
from axure_lifecycle.domain.workspaces import (
    JOIN,
    joined,
    name_changes,
    names_all,
    say_changes,
    say_workspaces,
    without,
    write_workspaces,
)


def addresses_of(wish: Wish, settled: Wish | None) -> tuple[Address, ...]:
    """The addresses that mean the person: the settled one first, each once.

    >>> addresses_of(Wish(Address("b@acme.example"), True), Wish(Address("a@acme.example"), True))
    ('a@acme.example', 'b@acme.example')
    """
    named = (None if settled is None else settled.address, wish.address)
    return tuple(dict.fromkeys(one for one in named if one is not None))


def decide(wish: Wish, settled: Wish | None, sight: Sight) -> Decision:
    """What a wish asks for; `settled` is the one that was settled last, None where none was.

    The same arguments have the same answer, so a settling that was cut short goes on where it was.
    """
    is_same = wish == settled and not _is_moved_elsewhere(wish, sight)
    if is_same or (settled is not None and not (wish.is_active or settled.is_active)):
        return Nothing("It is wanted as it was when it was settled last.")
    if not addresses_of(wish, settled):
        if not wish.is_active:
            return Nothing("No readable address was ever given, so nobody here can be meant.")
        return Wait(
            Hold.ADDRESS_UNREADABLE,
            "Neither userName nor a work e-mail is an address that can be read. Correct the attribute mapping of the "
            "identity provider; the next push settles it.",
        )
    return _wanted_on(wish, settled, sight) if wish.is_active else _wanted_off(wish, settled, sight)


def settled_after(decision: Nothing | Act, wish: Wish, settled: Wish | None) -> Wish | None:
    """What counts as settled after a decision; of somebody wanted off, the address by which they were known."""
    if isinstance(decision, Act) and decision.rest is not None:
        return decision.settles
    if wish.is_active:
        return wish
    asked_for = () if settled is None else settled.workspaces
    for ended in decision.cancel if isinstance(decision, Act) else ():
        asked_for = without(ended.options, asked_for)
    return Wish(next(iter(addresses_of(wish, settled)), None), is_active=False, workspaces=asked_for)


# -- wanted off --------------------------------------------------------------------------------------------------------

_ARRIVING: Final = frozenset({ONBOARD, REACTIVATE, CHANGE_ROLE, CHANGE_ADDRESS, CHANGE_WORKSPACES, "assign-seat"})


def _wanted_off(wish: Wish, settled: Wish | None, sight: Sight) -> Decision:
    if sight.wanted_by is not None:
        return Nothing(f"{sight.wanted_by} wants the person on, and on anywhere counts.")
    if standing := _find(sight, OFFBOARD):
        return Nothing(f"{standing.name} stands for that.")
    place, known = _placed(wish, settled, sight)
    is_there = known is Known.ON or sight.keeps
    for case in sight.cases:
        # Of a case that is done only a roster can say whether it let somebody in.
        if (_ARRIVING if case.is_open else {ONBOARD, REACTIVATE}).isdisjoint(case.operations):
            continue
        if case.can_be_cancelled:
            return _after(case, wish, settled, sight)
        if settled is None and not is_there and not case.is_ours:
            continue  # A push that was undone says nothing about what somebody does on their own.
        if case.is_open:
            return Wait(Hold.CASE_STANDS, _stands(case, "offboarded"))
        if not is_there:
            return Wait(Hold.ROSTER_DECIDES, _roster_decides(case, "if it lists the person, an offboarding is opened"))
    if is_there:
        return Act(open=(Opening(OFFBOARD, place),))
    if known is Known.NOT_LISTED and sight.leaves_out is not None:
        return Wait(Hold.BRAKE, sight.leaves_out)
    if sight.doubt is not None:
        return Wait(Hold.DOUBT, sight.doubt)
    is_off = "has the account as off" if known is Known.OFF else "does not list the person"
    return Nothing(f"The members roster {is_off}: there is nothing to take away.")


# -- wanted on ---------------------------------------------------------------------------------------------------------


def _wanted_on(wish: Wish, settled: Wish | None, sight: Sight) -> Decision:
    if wish.address is None:
        return Wait(
            Hold.ADDRESS_UNREADABLE,
            "Neither userName nor a work e-mail is an address that can be read any more. Correct the attribute mapping "
            "of the identity provider; the next push settles it.",
        )
    place, known = _placed(wish, settled, sight)
    beside = ""
    if leaving := _find(sight, OFFBOARD):
        if leaving.can_be_cancelled:
            return _after(leaving, wish, settled, sight)
        held = _held_by(leaving, known)
        if held is not None:
            return held
        beside = leaving.name
    match known:
        case Known.ON:
            return _known_on(wish, settled, sight, place)
        case Known.OFF:
            return _known_off(wish, settled, sight, place, beside)
        case Known.NOT_LISTED:
            return _not_listed(wish, settled, sight, wish.address, beside)


def _held_by(leaving: StandingCase, known: Known) -> Wait | None:
    """Why an offboarding that cannot be cancelled holds the wish; None where the account is off, or gone, by now."""
    if leaving.is_open and not leaving.is_ours:
        return Wait(Hold.CASE_STANDS, _stands(leaving, "let in"))
    if known is not Known.ON:
        return None
    if leaving.is_open:
        return Wait(
            Hold.CASE_STANDS,
            f"The person is wanted on again, and somebody has begun {leaving.name}, the offboarding. End it "
            f"(`axure-lifecycle cancel {leaving.name}`) if the account is still on; else go on, and a reactivation is "
            "opened once a members roster shows the account as off.",
        )
    return Wait(
        Hold.ROSTER_DECIDES,
        f"The person is wanted on again, and {leaving.name}, the offboarding, is said to be done. Import a members "
        "roster: once it shows the account as off, a reactivation is opened.",
    )


def _known_on(wish: Wish, settled: Wish | None, sight: Sight, place: Address) -> Decision:
    """Another address, another role and other workspaces are cases; one of ours for something else is cancelled."""
    assert wish.address is not None
    role = _role_wanted(wish, settled)
    opened: list[Opening] = []
    rest: Wait | None = None
    for operation, option, value, is_so in (
        (CHANGE_ADDRESS, "new_address", wish.address, place == wish.address),
        (CHANGE_ROLE, "role", role, role is None or _is_role(sight.roles.get(place), role)),
    ):
        standing = _find(sight, operation)
        is_for_that = standing is not None and standing.options.get(option) == value
        if standing is not None and value is not None and not is_for_that:
            if standing.can_be_cancelled:
                return _after(standing, wish, settled, sight)
            return _in_the_way(standing, f"given {_named(option, value)}")
        if is_so or value is None:
            continue
        if standing is None:
            opened.append(Opening(operation, place, {option: value}))
        if operation == CHANGE_ADDRESS:
            # Until a roster shows the new address, the old one is where the person is known.
            rest = Wait(Hold.UNDER_WAY, f"A case is to change the address from {place} to {value}; a roster ends it.")
    named, standing = _workspaces_wanted(wish, settled, sight), _find(sight, CHANGE_WORKSPACES)
    if named and standing is not None and standing.is_open:  # What was done is done: no roster says more of it.
        if standing.can_be_cancelled:
            return _after(standing, wish, settled, sight)
        if not names_all(standing.options, named):
            return Wait(Hold.CASE_STANDS, _stands(standing, say_changes(named)))
    elif named:
        opened.append(Opening(CHANGE_WORKSPACES, place, named))
    return _opened(opened, rest, wish, settled, place)


def _is_moved_elsewhere(wish: Wish, sight: Sight) -> bool:
    """Whether a case of ours still changes the address to one that is wanted no longer: only its rest was unsettled."""
    moves = (one for one in sight.cases if CHANGE_ADDRESS in one.operations and one.is_ours and one.is_open)
    return wish.is_active and any(one.options.get("new_address") != wish.address for one in moves)


def _in_the_way(standing: StandingCase, wanted: str) -> Wait:
    if standing.is_open:
        return Wait(Hold.CASE_STANDS, _stands(standing, wanted))
    return Wait(Hold.ROSTER_DECIDES, _roster_decides(standing, "then this goes on by itself"))


def _opened(opened: Sequence[Opening], rest: Wait | None, wish: Wish, settled: Wish | None, place: Address) -> Decision:
    """Whatever waits, role and workspaces are settled with this: asked for again later, they are asked for anew."""
    so_far = wish._replace(address=place) if rest else None
    if opened or so_far not in (None, settled):
        return Act(open=tuple(opened), rest=rest, settles=so_far)
    return rest or Nothing("The members roster has the person as a member already: there is nothing to do.")


def _known_off(wish: Wish, settled: Wish | None, sight: Sight, place: Address, beside: str) -> Decision:
    assert wish.address is not None
    standing = _find(sight, REACTIVATE)
    if standing is None and settled is not None and settled.is_active:
        return Nothing("The members roster has the account as off, and somebody ended that here: it stays so.")
    # With which role and workspaces somebody comes back nobody knows, so what is wanted is compared then.
    rest: Wait | None = None
    if place != wish.address or wish.role is not None or wish.workspaces:
        said = (
            _named("new_address", wish.address)
            if place != wish.address
            else _named("role", wish.role)
            if wish.role is not None
            else _named(JOIN, write_workspaces(wish.workspaces))
        )
        rest = Wait(
            Hold.UNDER_WAY, f"The person comes back first; {said} follows once a roster shows the account as on."
        )
    if standing is not None:
        return rest or Nothing(f"{standing.name} stands for that.")
    return Act(
        open=(Opening(REACTIVATE, place, {}, beside),),
        rest=rest,
        settles=Wish(place, is_active=True) if rest else None,
    )


def _not_listed(wish: Wish, settled: Wish | None, sight: Sight, address: Address, beside: str) -> Decision:
    role = wish.role or NEWCOMERS
    standing = _find(sight, ONBOARD)
    if standing is None:
        if settled is not None and settled.is_active and settled.address == address:
            return Nothing("The members roster does not list the person, and somebody ended that here: it stays so.")
        return Act(open=(Opening(ONBOARD, address, {"role": role, **name_changes(wish.workspaces, ())}, beside),))
    is_meant = address in standing.people
    is_role = standing.options.get("role") == role or (wish.role is None and not standing.is_ours)
    names_them = wish.workspaces == joined(standing.options) or (not wish.workspaces and not standing.is_ours)
    if is_meant and is_role and names_them:
        return Nothing(f"{standing.name} stands for that.")
    if standing.can_be_cancelled:
        again = sight._replace(cases=[one for one in sight.cases if one.id != standing.id])
        return _with(standing, _not_listed(wish, None, again, address, beside), settled)
    if not is_meant:
        what = _named("new_address", address)
    elif not is_role:
        what = _named("role", role)
    else:
        what = _named(JOIN, write_workspaces(wish.workspaces))
    return Wait(Hold.UNDER_WAY, f"{standing.name} is to add the person; {what} follows once a roster lists them.")


# -- the parts ---------------------------------------------------------------------------------------------------------


def _with(cancelled: StandingCase, rest: Decision, settled: Wish | None) -> Decision:
    """A decision that begins with the end of a case of ours: it may have been about more than what ends it."""
    match rest:
        case Nothing():
            return Act(cancel=(cancelled,))
        case Wait():
            return Act(cancel=(cancelled,), rest=rest, settles=settled)
        case Act():
            return replace(rest, cancel=(cancelled, *rest.cancel))


def _after(cancelled: StandingCase, wish: Wish, settled: Wish | None, sight: Sight) -> Decision:
    """What the wish asks for without a case of ours: whatever else it was for is asked for again."""
    left = sight._replace(cases=[one for one in sight.cases if one.id != cancelled.id])
    if settled is not None and settled.is_active:
        if CHANGE_ROLE in cancelled.operations and settled.role == wish.role:
            settled = settled._replace(role=None)
        if CHANGE_WORKSPACES in cancelled.operations:
            settled = settled._replace(workspaces=without(cancelled.options, settled.workspaces))
    elif settled is not None and OFFBOARD in cancelled.operations:
        left = left._replace(inside=settled.workspaces)
    return _with(cancelled, decide(wish, settled, left), settled)


def _placed(wish: Wish, settled: Wish | None, sight: Sight) -> tuple[Address, Known]:
    """Under which address the person is known, the settled one before the wanted one, and as what."""
    addresses = addresses_of(wish, settled)
    for state in (Known.ON, Known.OFF):
        for address in addresses:
            if sight.known.get(address) is state:
                return address, state
    return addresses[0], Known.NOT_LISTED


def _find(sight: Sight, operation: str) -> StandingCase | None:
    return next((one for one in sight.cases if operation in one.operations), None)


def _role_wanted(wish: Wish, settled: Wish | None) -> str | None:
    """The role that groups newly ask for; whoever has left every such group is like any newcomer. None: nothing new."""
    if settled is not None and settled.is_active and settled.role == wish.role:
        return None
    if wish.role is not None:
        return wish.role
    return NEWCOMERS if settled is not None and settled.role is not None else None


def _workspaces_wanted(wish: Wish, settled: Wish | None, sight: Sight) -> Mapping[str, str]:
    """The workspaces that groups newly ask for, or no longer, as options; empty for neither.

    Of somebody who comes back nothing is taken away: groups may come back later than the person.
    """
    if settled is None or not settled.is_active:
        return name_changes(wish.workspaces, [name for name in sight.inside if name in wish.workspaces])
    return name_changes(wish.workspaces, settled.workspaces)


def _is_role(known: str | None, wanted: str) -> bool:
    """Whether somebody has a role; whoever has one that the roster does not state may have any."""
    return known is not None and fold_role(known) == fold_role(wanted)


def _named(option: str, value: str) -> str:
    match option:
        case "new_address":
            return f"the address {value}"
        case "workspaces":
            return f"the workspaces {say_workspaces(value)}" if value else "no workspace"
        case _:
            return f"the role {name_role(value)}"


def _stands(case: StandingCase, wanted: str) -> str:
    whose = "somebody has begun it" if case.is_ours else "it is somebody's own"
    return (
        f"The person is to be {wanted}, and {case.name} ({' and '.join(case.operations)}) stands, which wants "
        f"otherwise; {whose}. Finish it, or end it (`axure-lifecycle cancel {case.name}`); then this goes on by itself."
    )


def _roster_decides(case: StandingCase, then: str) -> str:
    return (
        f"{case.name} ({' and '.join(case.operations)}) is said to be done, and no roster shows it yet. Import a "
        f"members roster: {then}."
    )
