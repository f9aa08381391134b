"""What somebody may be about to type: values for the variables of resources and prompts.

Everything is read by an index or from the shipped knowledge, and nothing is asked of anybody. Where nothing can be
read, nothing is proposed: a form that somebody is filling in is no place for a refusal.
"""

from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from typing import Final, NamedTuple
from unicodedata import normalize

from axure_lifecycle.domain.reports import ReportKind
from axure_lifecycle.playbooks import shipped_names
from axure_lifecycle.ports import Page
from axure_lifecycle_tools.catalog import BY_NAME
from axure_lifecycle_tools.knowledge import LOCAL
from axure_lifecycle_tools.spec import Desk

MOST: Final = 100
"""Values in one answer, by the specification."""
_MOST_CASES: Final = 500
_LONGEST_NUMBER: Final = 15


class Proposed(NamedTuple):
    """Values that begin as somebody began."""

    values: list[str]
    has_more: bool


def propose(desk: Desk, variable: str, begun: str, others: Mapping[str, str]) -> Proposed:
    """Values for a variable; none for one that can be anything. `others` are those that were filled in before.

    Raises `RoleMissing` for somebody who may not use the tool that tells the same.
    """
    known = _BY_VARIABLE.get(variable)
    if known is None:
        return Proposed([], has_more=False)
    propose_values, verb = known
    desk.require_role(f"Completing “{variable}”", BY_NAME[verb].allowed)
    found = list(islice(propose_values(desk, begun, others), MOST + 1))
    return Proposed(found[:MOST], len(found) > MOST)


def _topics(desk: Desk, begun: str, others: Mapping[str, str]) -> Iterable[str]:
    """Topics; once a dot is typed, the facts, which have pages as well."""
    del others
    register = desk.knowledge.register()
    return _beginning((*register.topics(), LOCAL, *(sorted(register.facts) if "." in begun else ())), begun)


def _records(desk: Desk, begun: str, others: Mapping[str, str]) -> Iterable[str]:
    """Numbers of records that there are: what was typed, and with one more digit."""
    del others
    start = begun.strip()
    if start and not (start.isascii() and start.isdigit() and start[0] != "0" and len(start) < _LONGEST_NUMBER):
        return []
    further = [f"{start}{digit}" for digit in range(0 if start else 1, 10)]
    with desk.store.reading() as view:
        return [name for name in ([start] if start else []) + further if any(view.trail(int(name) - 1, 1))]


def _applications(desk: Desk, begun: str, others: Mapping[str, str]) -> Iterable[str]:
    del desk
    wanted = others.get("operation")
    known = dict.fromkeys(name for name, operation in shipped_names() if wanted in (None, "", operation))
    return _beginning(known, begun)


def _operations(desk: Desk, begun: str, others: Mapping[str, str]) -> Iterable[str]:
    del desk
    wanted = others.get("application")
    known = dict.fromkeys(operation for name, operation in shipped_names() if wanted in (None, "", name))
    return _beginning(known, begun)


def _addresses(desk: Desk, begun: str, others: Mapping[str, str]) -> Iterable[str]:
    """Known people whose address begins so, members or not: whoever joins is no member yet.

    Nobody for nothing, because a list of people is not what completion is for.
    """
    del others
    start = normalize("NFC", normalize("NFC", begun.strip()).lower())
    if not start.isprintable() or not start:  # What cannot be seen stands in no address.
        return []
    with desk.store.reading() as view:
        return view.addresses_like(start, MOST + 1)


def _several_addresses(desk: Desk, begun: str, others: Mapping[str, str]) -> Iterable[str]:
    """The last address of several."""
    head, comma, last = begun.rpartition(",")
    kept = f"{head}{comma} " if comma else ""
    return [f"{kept}{address}" for address in _addresses(desk, last, others)]


def _cases(desk: Desk, begun: str, others: Mapping[str, str]) -> Iterable[str]:
    """The newest that begin so, with or without the `C-`."""
    del others
    start = begun.strip().upper()
    with desk.store.reading() as view:
        lines, _, _ = view.cases(Page(_MOST_CASES))
    names = (f"C-{line.id}" for line in lines)
    return [name for name in names if name.startswith(start) or name.removeprefix("C-").startswith(start)]


def _reports(desk: Desk, begun: str, others: Mapping[str, str]) -> Iterable[str]:
    """Kinds of reports."""
    del desk, others
    return _beginning(tuple(ReportKind), begun)


def _beginning(names: Iterable[str], begun: str) -> Iterable[str]:
    start = begun.strip().lower()
    return [name for name in names if name.startswith(start)]


_Values = Callable[[Desk, str, Mapping[str, str]], Iterable[str]]
_BY_VARIABLE: Final[Mapping[str, tuple[_Values, str]]] = {
    "topic": (_topics, "explain_axure"),
    "seq": (_records, "verify_audit_trail"),
    "application": (_applications, "explain_axure"),
    "operation": (_operations, "explain_axure"),
    "address": (_addresses, "check_user"),
    "person": (_addresses, "check_user"),
    "people": (_several_addresses, "check_user"),
    "case": (_cases, "list_cases"),
    "kind": (_reports, "build_report"),
}
"""How the values of a variable are found, and the tool that tells the same: who may use it is proposed them."""
