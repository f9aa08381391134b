"""The library's steps with two things of ours: whose turn it is in a bulk request, and groups of many.

A group may have a hundred thousand members. Whoever changes it says who comes and who leaves, and that is all that is
read and written under the lock for which every writer waits; members are read where they are asked for, and after it.
"""

from typing import Any, cast

from scim2_models import PatchOp, Resource, ResourceType
from scim2_server.bulk import BulkPlan, BulkStep
from scim2_server.conditions import Conditions
from scim2_server.handler import ScimHandler
from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse
from scim2_server.routing import Operation

from axure_lifecycle.scim.membership import asks_for_members, moves_of
from axure_lifecycle.scim.provider import USER
from axure_lifecycle.scim.resources import with_members
from axure_lifecycle.scim.service import PushService
from axure_lifecycle.scim.storage import NamespaceStorage


class PushHandler(ScimHandler):
    """Serves one request."""

    service: PushService
    storage: NamespaceStorage

    def __init__(self, service: PushService, storage: NamespaceStorage) -> None:
        super().__init__(service, storage)
        storage.reads_members = False  # Whoever asks for a group with its members says so.

    def replace(self, request: ScimRequest) -> ScimResponse:
        """Replace a resource; what comes is read before anybody waits for it."""
        with self.service.provider:
            target = self.service.route(request, Operation.replace)
            resource_type = self.service.resource_type_at(cast("str", target.endpoint))
            self.service.authorize(request, target, resource_type)
            parameters = self.service.read_response_parameters(resource_type, request.query)
            conditions = self.service.read_conditions(request)
            content_type = request.header("Content-Type")
            replacement = self.service.read_replacement(resource_type, request.body, content_type)
            self.storage.returns_members = False
            with self.storage.operation():
                current = self.storage.get(resource_type, cast("str", target.resource_id))
                resource = self.replace_resource(resource_type, current, replacement, conditions)
            if self.storage.members and asks_for_members(parameters):
                resource = with_members(resource, self.storage.members)
            return self.service.replacement_response(request.base_url, resource, parameters)

    def patch(self, request: ScimRequest) -> ScimResponse:
        """Change a resource."""
        with self.service.provider:
            endpoint = self.service.route(request, Operation.patch).endpoint
            resource_type = self.service.resource_type_at(cast("str", endpoint))
            parameters = self.service.read_response_parameters(resource_type, request.query)
        is_told = bool(parameters.attributes or parameters.excluded_attributes)
        self.storage.returns_members = is_told and asks_for_members(parameters)
        return super().patch(request)

    def patch_resource(
        self, resource_type: ResourceType, resource_id: str, patch_op: "PatchOp[Any]", conditions: Conditions
    ) -> Resource[Any]:
        """The changed resource; of a group only the members whom the request names are looked at."""
        told = None if resource_type.name == USER else moves_of(patch_op)
        if told is None:
            self.storage.reads_members = True
            try:
                return super().patch_resource(resource_type, resource_id, patch_op, conditions)
            finally:
                self.storage.reads_members = False
        others, ours, moves = told
        current = self.storage.get(resource_type, resource_id)
        assert current.meta is not None
        version = current.meta.version
        if others:
            self.service.apply_patch(current, patch_op.model_copy(update={"operations": others}), conditions)
        else:
            self.service.check_preconditions(current, "PATCH", conditions)
        self.service.clear(ours)
        return self.storage.move(resource_type, current, moves, expected_version=version)

    def run_bulk_step(
        self, request: ScimRequest, plan: BulkPlan, step: BulkStep
    ) -> tuple[dict[str, Any], Resource[Any] | None]:
        """Apply one operation."""
        self.service.begin(step.index)
        self.storage.returns_members = False
        return super().run_bulk_step(request, plan, step)
