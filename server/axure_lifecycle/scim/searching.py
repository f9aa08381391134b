"""One page of what a search asks for.

What an identity provider asks every day (a person by user name or external id, a page of everybody) an index answers.
Any other filter or order is evaluated by the library over the rows as they stream by; only a page is kept of them, and
of an order the values that it goes by.
"""

import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from scim2_models import Resource, ScimFilter, SearchRequest
from scim2_models.path import CompareOperator, Comparison, LogicalExpr, LogicalOperator
from scim2_server.storage import SearchPage

from axure_lifecycle.domain.scim import ScimGroupRecord, ScimMember, ScimUserRecord, ScimWhere, key_of
from axure_lifecycle.ports import ScimView
from axure_lifecycle.scim.membership import asks_for_members, named_members
from axure_lifecycle.scim.provider import USER
from axure_lifecycle.scim.resources import Model, group_resource, user_resource

Record = ScimUserRecord | ScimGroupRecord
SortKey = tuple[bool, Any, str]


def _nfc(value: str) -> str:
    return unicodedata.normalize("NFC", value)


_COLUMNS: Final[Mapping[str, tuple[str, Callable[[str], str]]]] = {
    "id": ("id", _nfc),
    "external_id": ("external_id", _nfc),
    "user_name": ("user_name_key", key_of),
    "display_name": ("display_name_key", key_of),
}
"""Attributes that a column answers for, and the form in which it keeps them."""
_OF_GROUPS: Final = frozenset({"id", "external_id", "display_name"})
_OF_USERS: Final = frozenset({"id", "external_id", "user_name"})


class Search(NamedTuple):
    """Where to look."""

    view: ScimView
    idp: str
    kinds: Mapping[str, Model]
    """By the name of the resource type."""


def search(look: Search, request: SearchRequest[Any]) -> SearchPage:
    """One page of what fits, and how many fit."""
    page = _answer_by_index(look, request)
    if page is not None:
        return page
    found = _Evaluated(look, request)
    return SearchPage(found.total, _load(look, request, found.page()))


# -- by an index ------------------------------------------------------------------------------------------------------


def _answer_by_index(look: Search, request: SearchRequest[Any]) -> SearchPage | None:
    """None where the rows have to be looked at."""
    if len(look.kinds) != 1:
        return None
    (kind, model) = next(iter(look.kinds.items()))
    by_name = _order(request, model) if request.sort_by is not None else None
    if request.sort_by is not None and (by_name is None or kind != USER):
        return None
    where = None
    if request.filter is not None:
        where = _inactive(request.filter)
        if where is None or kind != USER:
            return None
    begin, most = request.start_index_0 or 0, request.count
    records: Sequence[Record]
    if kind == USER:
        total = look.view.count_scim_users(look.idp, where)
        records = look.view.scim_users(look.idp, where, begin=begin, most=most, by_name=by_name)
    else:
        total = look.view.count_scim_groups(look.idp)
        records = look.view.scim_groups(look.idp, begin=begin, most=most)
    return SearchPage(total, _load(look, request, records))


def _order(request: SearchRequest[Any], model: Model) -> bool | None:
    """Whether it goes by user name, from the first on or from the last; None: by something else."""
    binding = request.sort_binding(model)
    if binding is None or binding.model is not model or binding.field_name != "user_name":
        return None
    return request.sort_order != SearchRequest.SortOrder.descending


def _inactive(scim_filter: ScimFilter[Any]) -> ScimWhere | None:
    """`active eq false`: whoever is wanted off, of whom there may be many."""
    node = scim_filter.ast
    if isinstance(node, Comparison) and node.op is CompareOperator.eq and node.value is False:
        binding = scim_filter.resolve_comparison(node.attr_path, strict=False)
        if binding is not None and binding.field_name == "active":
            return ScimWhere("active", value=False)
    return None


def _narrowed(scim_filter: ScimFilter[Any] | None, columns: frozenset[str]) -> ScimWhere | None:
    """A condition that an index answers and without which the filter fits nothing."""
    if scim_filter is None or scim_filter.model is None:
        return None  # Nothing is asked, or of users and groups at once.
    node = scim_filter.ast
    terms = node.terms if isinstance(node, LogicalExpr) and node.op is LogicalOperator.and_ else (node,)
    for term in terms:
        if not (isinstance(term, Comparison) and term.op is CompareOperator.eq and isinstance(term.value, str)):
            continue
        binding = scim_filter.resolve_comparison(term.attr_path, strict=False)
        if binding is not None and binding.sub_field_name is None and binding.field_name in columns:
            column, form = _COLUMNS[binding.field_name]
            return ScimWhere(column, form(term.value))
    return None


# -- by looking -------------------------------------------------------------------------------------------------------


class _Evaluated:
    """What fits, as far as the page needs it."""

    def __init__(self, look: Search, request: SearchRequest[Any]) -> None:
        self._look, self._request = look, request
        self._begin = request.start_index_0 or 0
        self._end = None if request.count is None else self._begin + request.count
        self._kept: list[Record] = []
        self._keys: list[tuple[SortKey, Record]] = []
        self.total = 0
        for record, resource in self._fitting():
            if request.sort_by is not None:
                value = request.sort_value(resource)
                self._keys.append(((value is None, "" if value is None else value, record.id), record))
            elif self.total >= self._begin and (self._end is None or self.total < self._end):
                self._kept.append(record)
            self.total += 1

    def page(self) -> Sequence[Record]:
        """The records of the page, in order."""
        if self._request.sort_by is None:
            return self._kept
        is_descending = self._request.sort_order == SearchRequest.SortOrder.descending
        self._keys.sort(key=lambda pair: pair[0], reverse=is_descending)
        return [record for _, record in self._keys[self._begin : self._end]]

    def _fitting(self) -> Iterator[tuple[Record, Resource[Any]]]:
        wanted = self._request.filter
        for kind in self._look.kinds:
            for record, resource in self._users() if kind == USER else self._groups():
                if wanted is None or wanted.match(resource):
                    yield record, resource

    def _users(self) -> Iterator[tuple[Record, Resource[Any]]]:
        view, idp, model = self._look.view, self._look.idp, self._look.kinds[USER]
        where = _narrowed(self._request.filter, _OF_USERS)
        records = view.every_scim_user(idp) if where is None else view.scim_users(idp, where)
        with_groups = "groups" in self._asked()
        for record in records:
            groups = view.scim_groups_of([record.id]).get(record.id, ()) if with_groups else ()
            yield record, user_resource(model, record, groups)

    def _groups(self) -> Iterator[tuple[Record, Resource[Any]]]:
        view, idp = self._look.view, self._look.idp
        (model,) = (model for kind, model in self._look.kinds.items() if kind != USER)
        records = view.scim_groups(idp, _narrowed(self._request.filter, _OF_GROUPS))
        among = named_members(f"{self._request.filter} {self._request.sort_by}")
        members: Mapping[str, Sequence[ScimMember]] = {}
        if among != set():
            members = view.scim_members_of([one.id for one in records], among)
        for record in records:
            yield record, group_resource(model, record, members.get(record.id, ()))

    def _asked(self) -> str:
        return f"{self._request.filter} {self._request.sort_by}".lower()


def _load(look: Search, request: SearchRequest[Any], records: Sequence[Record]) -> list[Resource[Any]]:
    """The resources of a page, with their groups and, where they are asked for, members."""
    groups = look.view.scim_groups_of([one.id for one in records if isinstance(one, ScimUserRecord)])
    with_members = [one.id for one in records if isinstance(one, ScimGroupRecord) and asks_for_members(request)]
    members = look.view.scim_members_of(with_members)
    found: list[Resource[Any]] = []
    for record in records:
        if isinstance(record, ScimUserRecord):
            found.append(user_resource(look.kinds[USER], record, groups.get(record.id, ())))
        else:
            (model,) = (model for kind, model in look.kinds.items() if kind != USER)
            found.append(group_resource(model, record, members.get(record.id, ())))
    return found
