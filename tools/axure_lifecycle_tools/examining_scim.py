"""What `doctor` says of identity providers that push: tokens, groups, and what came of the pushes. Writes nothing."""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Final

from axure_lifecycle.domain.directories import Finding
from axure_lifecycle.domain.scim import IdpSettings, key_of
from axure_lifecycle.domain.text import shown
from axure_lifecycle.ports import View
from axure_lifecycle.ports.wanted import WantedCount
from axure_lifecycle_tools.spec import Desk
from axure_lifecycle_tools.wording import aged, plural

_SOON: Final = timedelta(days=14)
_QUIET: Final = timedelta(days=2)
"""Entra pushes at least once in so long, Okta whenever something changes."""
_MOST_NAMED: Final = 6

Reach = Callable[[], Sequence[Finding]]
"""Looks whether the endpoint can be reached."""


def examine_scim(desk: Desk, reach: Reach | None = None) -> list[Finding]:
    """Everything that can be said of `[scim]`, of each identity provider in the order of the configuration."""
    if not desk.scim.idps:
        said = "No identity provider pushes: the configuration has no [[scim.idps]]. docs/scim.md sets one up."
        return [Finding("configuration", is_fine=False, sentence=said)]
    findings = [] if reach is None else list(reach())
    with desk.store.reading() as view:
        roster = view.source_in_force(desk.organization.cloud_for_business, desk.now)
        counts = {one.idp: one for one in view.count_wanted(None if roster is None else roster.id)}
        groups = view.groups_aside()
        if roster is None:
            said = "No members roster was imported, so nothing that is pushed is settled. Import one first."
            findings.append(Finding("members", is_fine=False, sentence=said))
        for idp in desk.scim.idps:
            findings.append(_tokens(view, desk, idp))
            findings += _groups(view, idp)
            findings += _pushes(desk, idp, counts.get(idp.name))
            findings += _aside(idp, counts.get(idp.name), groups.get(idp.name, 0))
    findings += [_unconfigured(count) for name, count in counts.items() if desk.scim.idp(name) is None]
    return findings


def _tokens(view: View, desk: Desk, idp: IdpSettings) -> Finding:
    about = f"{idp.name} token"
    standing = [one for one in view.scim_tokens() if one.idp == idp.name and one.counts(desk.now)]
    if not standing:
        said = f"None counts, so every push is refused. A person runs `axure-lifecycle scim token create {idp.name}`."
        return Finding(about, is_fine=False, sentence=said)
    last = max(standing, key=lambda one: one.expires_at)
    ends = last.expires_at.astimezone(desk.organization.time_zone).date()
    said = f"{', '.join(one.name for one in standing[:_MOST_NAMED])} let it in, until {ends} at the latest."
    if last.expires_at - desk.now <= _SOON:
        said += f" Make the next one now (`axure-lifecycle scim token create {idp.name}`): then pushes are refused."
        return Finding(about, is_fine=True, sentence=said, is_warning=True)
    return Finding(about, is_fine=True, sentence=said)


def _groups(view: View, idp: IdpSettings) -> Iterator[Finding]:
    if not idp.groups:
        return
    pushed = {key_of(one.wanted.display_name) for one in view.scim_groups(idp.name)}
    missing = [name for name in idp.groups if name not in pushed]
    about = f"{idp.name} groups"
    if missing:
        named = ", ".join(f"“{shown(name, 60)}”" for name in missing[:_MOST_NAMED])
        more = f" and {len(missing) - _MOST_NAMED} more" if len(missing) > _MOST_NAMED else ""
        said = (
            f"Not pushed so far: {named}{more}. Push them, or correct the names in [[scim.idps.groups]]: a group that "
            "is not pushed gives nobody a role."
        )
        yield Finding(about, is_fine=True, sentence=said, is_warning=True)
        return
    mean = len(idp.groups)
    others = len(pushed) - mean
    said = f"{plural(mean, 'group means', 'groups mean')} something here; {others:,} more are pushed and mean nothing."
    yield Finding(about, is_fine=True, sentence=said)


def _pushes(desk: Desk, idp: IdpSettings, count: WantedCount | None) -> Iterator[Finding]:
    about = f"{idp.name} pushes"
    if count is None or count.last_push is None:
        yield Finding(about, is_fine=True, sentence="It never pushed anybody.", is_warning=True)
        return
    said = f"It wants {count.on:,} on and {count.off:,} off; the last change came {aged(count.last_push, desk.now)}."
    yield Finding(about, is_fine=True, sentence=said, is_warning=desk.now - count.last_push > _QUIET)
    if count.held:
        said = f"{plural(count.held, 'wish waits', 'wishes wait')}; `axure-lifecycle scim waiting` says for what."
        yield Finding(f"{idp.name} waiting", is_fine=True, sentence=said, is_warning=True)


def _aside(idp: IdpSettings, count: WantedCount | None, groups: int) -> Iterator[Finding]:
    people = count.aside if count is not None else 0
    about = [plural(people, "person", "people")] * bool(people) + [plural(groups, "group")] * bool(groups)
    if about:
        said = (
            f"Of {' and '.join(about)} attributes could not be read and are kept aside; `axure-lifecycle scim aside` "
            "names each with the reason."
        )
        yield Finding(f"{idp.name} attributes", is_fine=True, sentence=said, is_warning=True)


def _unconfigured(count: WantedCount) -> Finding:
    said = (
        f"“{shown(count.idp, 40)}” pushed {plural(count.on + count.off, 'person', 'people')}, and no [[scim.idps]] has "
        "that name any more: nobody settles what it wants, and it keeps nobody in whom another one switches off. Put "
        "its name back, or leave it; whom another one switched off before has no case: find_discrepancies counts them."
    )
    return Finding(f"{shown(count.idp, 40)} name", is_fine=True, sentence=said, is_warning=True)
