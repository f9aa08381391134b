"""The storage that the library asks, over our store: one namespace, one transaction for each operation.

A request that may write takes its turn among the writers before it reads, so nothing that it read is old when it
writes. Reading requests see one state and keep nobody waiting.
"""

from collections.abc import Collection, Generator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any, NoReturn, cast

from scim2_models import (
    NotFoundException,
    PreconditionFailedException,
    Resource,
    ResourceType,
    ResponseParameters,
    ScimProvider,
    SearchRequest,
    UniquenessException,
)
from scim2_server.storage import ScimStorage, SearchPage

from axure_lifecycle.domain.holdings import Actor
from axure_lifecycle.domain.scim import IdpSettings, MemberMoves, ScimGroupRecord, ScimUserRecord
from axure_lifecycle.ports import ScimChange, ScimView, Store
from axure_lifecycle.scim.aside import Aside
from axure_lifecycle.scim.membership import asks_for_members
from axure_lifecycle.scim.provider import USER
from axure_lifecycle.scim.resources import (
    group_resource,
    user_resource,
    version_of,
    wanted_group,
    wanted_user,
)
from axure_lifecycle.scim.searching import Search, search
from axure_lifecycle.store.refusals import ScimUserNameTaken


class NamespaceStorage(ScimStorage):
    """What one identity provider sees."""

    def __init__(
        self,
        store: Store,
        provider: ScimProvider,
        settings: IdpSettings,
        actor: Actor,
        *,
        only_reads: bool = False,
        aside: Aside | None = None,
    ) -> None:
        """`only_reads`: no operation will write. `aside`: what of the request could not be read."""
        self._store, self._settings, self._actor, self._only_reads = store, settings, actor, only_reads
        self._provider = provider
        self._aside = aside or Aside()
        self._view: ScimView | None = None
        self.reads_members = True
        """Whether a group comes with its members where nothing is said of that."""
        self.returns_members = True
        """Whether a group that was changed comes back with them."""
        self.members: Sequence[str] = ()
        """Everybody who is in the group that was changed last, where the request named them all."""

    # -- transactions -------------------------------------------------------------------------------------------------

    @contextmanager
    def operation(self) -> Generator[None]:
        """One transaction; one that fails leaves nothing."""
        opened: AbstractContextManager[ScimView] = (
            self._store.reading() if self._only_reads else self._store.writing(self._actor)
        )
        with opened as view:
            self._view = view
            try:
                yield
            finally:
                self._view = None

    @contextmanager
    def _looking(self) -> Generator[ScimView]:
        if self._view is not None:
            yield self._view
            return
        with self._store.reading() as view:
            yield view

    @contextmanager
    def _writing(self) -> Generator[ScimChange]:
        if self._view is not None:
            yield cast("ScimChange", self._view)
            return
        with self._store.writing(self._actor) as change:
            yield change

    # -- what the library asks ----------------------------------------------------------------------------------------

    def get(
        self,
        resource_type: ResourceType,
        resource_id: str,
        *,
        response_parameters: ResponseParameters[Any] | None = None,
    ) -> Resource[Any]:
        """One resource. Raises `NotFoundException`."""
        with_members = self.reads_members if response_parameters is None else asks_for_members(response_parameters)
        with self._looking() as view:
            if resource_type.name == USER:
                return self._user(view, resource_type, self._user_record(view, resource_type, resource_id))
            group = self._group_record(view, resource_type, resource_id)
            return self._group(view, resource_type, group, with_members=with_members)

    def search(
        self, resource_types: list[ResourceType], search_request: SearchRequest[Any], *, position: Any = None
    ) -> SearchPage:
        """One page of what fits, and how many fit."""
        del position  # Cursors are not announced.
        with self._looking() as view:
            kinds = {str(one.name): self._model(one) for one in resource_types}
            return search(Search(view, self._settings.name, kinds), search_request)

    def create(self, resource_type: ResourceType, resource: Resource[Any]) -> Resource[Any]:
        """A new resource. Raises `UniquenessException`."""
        idp = self._settings.name
        with self._writing() as change:
            if resource_type.name == USER:
                try:
                    made = change.create_scim_user(idp, wanted_user(resource, self._settings, self._aside.merged("{}")))
                except ScimUserNameTaken as taken:
                    self._refuse_name(taken)
                return self._user(change, resource_type, made)
            members = self._known(change, _listed(resource))
            group = change.create_scim_group(idp, wanted_group(resource, self._aside.merged("{}")), members)
            return self._group(change, resource_type, group, with_members=self.returns_members)

    def update(
        self, resource_type: ResourceType, resource: Resource[Any], *, expected_version: str | None = None
    ) -> Resource[Any]:
        """The resource as it is now.

        Raises `NotFoundException`, `PreconditionFailedException`, `UniquenessException`.
        """
        if resource_type.name != USER:
            moves = MemberMoves(frozenset(_listed(resource)), is_whole=True)
            return self.move(resource_type, resource, moves, expected_version=expected_version)
        with self._writing() as change:
            user = self._user_record(change, resource_type, str(resource.id))
            _require_version(user, expected_version)
            wanted = wanted_user(resource, self._settings, self._aside.merged(user.wanted.aside), user.wanted)
            try:
                user = change.change_scim_user(user, wanted)
            except ScimUserNameTaken as taken:
                self._refuse_name(taken)
            return self._user(change, resource_type, user)

    def move(
        self,
        resource_type: ResourceType,
        resource: Resource[Any],
        moves: MemberMoves,
        *,
        expected_version: str | None = None,
    ) -> Resource[Any]:
        """A group as it is now; what the resource says of its members is not asked.

        Raises `NotFoundException`, `PreconditionFailedException`.
        """
        with self._writing() as change:
            group = self._group_record(change, resource_type, str(resource.id))
            _require_version(group, expected_version)
            # Who is a member is known, and need not be asked about.
            held = change.scim_member_ids(group.id) if moves.is_whole else frozenset[str]()
            moves = moves._replace(come=self._known(change, moves.come - held) | (moves.come & held))
            self.members = sorted(moves.come) if moves.is_whole else []
            wanted = wanted_group(resource, self._aside.merged(group.wanted.aside))
            changed = change.change_scim_group(group, wanted, moves)
            return self._group(change, resource_type, changed, with_members=self.returns_members)

    def delete(self, resource_type: ResourceType, resource_id: str, *, expected_version: str | None = None) -> None:
        """Gone for the identity provider. Raises `NotFoundException`, `PreconditionFailedException`."""
        with self._writing() as change:
            if resource_type.name == USER:
                user = self._user_record(change, resource_type, resource_id)
                _require_version(user, expected_version)
                change.delete_scim_user(user)
                return
            group = self._group_record(change, resource_type, resource_id)
            _require_version(group, expected_version)
            change.delete_scim_group(group)

    # -- single resources ---------------------------------------------------------------------------------------------

    def _model(self, resource_type: ResourceType) -> type[Resource[Any]]:
        return cast("type[Resource[Any]]", self._provider.model_for(resource_type))

    def _user_record(self, view: ScimView, resource_type: ResourceType, user_id: str) -> ScimUserRecord:
        found = view.scim_user(self._settings.name, user_id)
        if found is None:
            _refuse_unknown(resource_type)
        return found

    def _group_record(self, view: ScimView, resource_type: ResourceType, group_id: str) -> ScimGroupRecord:
        found = view.scim_group(self._settings.name, group_id)
        if found is None:
            _refuse_unknown(resource_type)
        return found

    def _user(self, view: ScimView, resource_type: ResourceType, record: ScimUserRecord) -> Resource[Any]:
        groups = view.scim_groups_of([record.id]).get(record.id, ())
        return user_resource(self._model(resource_type), record, groups)

    def _group(
        self, view: ScimView, resource_type: ResourceType, record: ScimGroupRecord, *, with_members: bool
    ) -> Resource[Any]:
        members = view.scim_members_of([record.id]).get(record.id, ()) if with_members else ()
        return group_resource(self._model(resource_type), record, members)

    def _known(self, view: ScimView, listed: Collection[str]) -> frozenset[str]:
        """The people among those whom a group lists; whoever is not known here is put aside."""
        known = view.known_scim_users(self._settings.name, listed)
        for stranger in sorted(set(listed) - known):
            self._aside.put(f'members[value eq "{stranger}"]', stranger, f"no {USER} has this id")
        return known

    @staticmethod
    def _refuse_name(taken: ScimUserNameTaken) -> NoReturn:
        raise UniquenessException(detail=taken.sentence) from taken


def _listed(resource: Resource[Any]) -> list[str]:
    members = cast("list[Any]", getattr(resource, "members", None) or [])
    return [member.value for member in members if member.value]


def _require_version(record: ScimUserRecord | ScimGroupRecord, expected: str | None) -> None:
    if expected is not None and version_of(record.version) != expected:
        raise PreconditionFailedException


def _refuse_unknown(resource_type: ResourceType) -> NoReturn:
    raise NotFoundException(detail=f"There is no {resource_type.name} with this id.")
