"""Whether everything is there that the product needs: the store, and each configured directory. Writes nothing."""

from collections.abc import Callable, Sequence

from pydantic import BaseModel, ConfigDict, Field

from axure_lifecycle.domain.directories import Finding
from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle_tools.examining_scim import Reach, examine_scim
from axure_lifecycle_tools.outbox import examine_outbox
from axure_lifecycle_tools.spec import Desk, Reply
from axure_lifecycle_tools.wording import plural


class ExaminedThing(BaseModel):
    """One thing that was looked at."""

    model_config = ConfigDict(extra="forbid")

    where: str = Field(description="`configuration`, `store`, `scim`, `serve`, `notices`, or the name of a directory.")
    about: str
    fine: bool
    warning: bool
    said: str


class Examination(Reply):
    """What was found."""

    things: list[ExaminedThing]
    wrong: int
    warnings: int

    def text(self) -> str:
        """A line for each thing, what is wrong marked."""
        lines = [f"{_mark(one)} {one.where}, {one.about}: {one.said}" for one in self.things]
        if self.wrong or self.warnings:
            lines.append(f"{plural(self.wrong, 'thing')} wrong, {plural(self.warnings, 'warning')}.")
        else:
            lines.append("Nothing is wrong.")
        return "\n".join([*lines, self.next] if self.next else lines)


def _mark(one: ExaminedThing) -> str:
    return "[!]" if not one.fine else "[?]" if one.warning else "[ok]"


def examine(
    desk: Desk,
    note: Callable[[str], None] | None = None,
    serving: Callable[[], Sequence[Finding]] | None = None,
    reach: Reach | None = None,
    *,
    only_scim: bool = False,
) -> Examination:
    """Look at everything; `note` hears of each thing that takes time before it is asked.

    `serving` looks at `[serve]`, where it is configured, `reach` at where identity providers push; with `only_scim`
    nothing else is looked at. Raises the refusals of configuration.
    """
    things = [_configuration(desk), _store(desk)]
    if desk.scim.idps or only_scim:
        if note is not None:
            note("Looking at [scim] …")
        try:
            things += [_thing("scim", finding) for finding in examine_scim(desk, reach)]
        except LifecycleError as refusal:
            things.append(_thing("scim", Finding("store", is_fine=False, sentence=refusal.sentence)))
    if only_scim:
        return _summed_up(things, "")
    if serving is not None:
        if note is not None:
            note("Looking at [serve] …")
        things += [_thing("serve", finding) for finding in serving()]
    for name in desk.directories.names():
        if note is not None:
            note(f"Asking {name} ({desk.directories.kind(name)}) …")
        things += [_thing(name, finding) for finding in desk.directories.examine(name)]
    try:
        things += [_thing("notices", finding) for finding in examine_outbox(desk)]
    except LifecycleError as refusal:
        things.append(_thing("notices", Finding("outbox", is_fine=False, sentence=refusal.sentence)))
    return _summed_up(things, "sync_directory reads them." if desk.directories.names() else "")


def _summed_up(things: list[ExaminedThing], then: str) -> Examination:
    wrong = sum(not one.fine for one in things)
    warnings = sum(one.warning for one in things)
    return Examination(things=things, wrong=wrong, warnings=warnings, next="" if wrong else then)


def _thing(where: str, finding: Finding) -> ExaminedThing:
    return ExaminedThing(
        where=where, about=finding.about, fine=finding.is_fine, warning=finding.is_warning, said=finding.sentence
    )


def _configuration(desk: Desk) -> ExaminedThing:
    count = len(desk.directories.names())
    said = f"{desk.organization.name} at {desk.organization.host}, {plural(count, 'directory', 'directories')}."
    return _thing("configuration", Finding("settings", is_fine=True, sentence=said))


def _store(desk: Desk) -> ExaminedThing:
    try:
        with desk.store.reading() as view:
            attempts = len(view.last_attempts())
    except LifecycleError as refusal:
        return _thing("store", Finding("opening", is_fine=False, sentence=refusal.sentence))
    tried = f"{plural(attempts, 'directory', 'directories')} tried so far" if attempts else "no directory tried yet"
    return _thing("store", Finding("opening", is_fine=True, sentence=f"It opens; {tried}."))
