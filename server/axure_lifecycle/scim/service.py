"""The library's protocol with three things of ours: what is sent otherwise, what cannot be read, and what is answered.

A PATCH of a person is answered with the whole person (RFC 7644 section 3.5.2 allows both), so that whoever pushed sees
what came of it; one of a group is answered with 204, because a group may be large.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeVar, Union, cast

from pydantic import ValidationError
from scim2_models import (
    BaseModel,
    BulkOperation,
    BulkRequest,
    Context,
    Error,
    InvalidFilterException,
    InvalidPathException,
    InvalidSyntaxException,
    InvalidValueException,
    PatchOp,
    PatchOperation,
    PayloadTooLargeException,
    Resource,
    ResourceType,
    ResponseParameters,
    SCIMException,
    ScimProvider,
    SearchRequest,
)
from scim2_server.bulk import BulkPlan
from scim2_server.conditions import Conditions
from scim2_server.responses import ScimResponse
from scim2_server.service import ScimService, scim_exception_of
from scim2_server.utils import parametrize

from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.scim.aside import Aside
from axure_lifecycle.scim.bodies import read_json
from axure_lifecycle.scim.faults import FAULT, note_fault
from axure_lifecycle.scim.mending import ESSENTIAL, NOTHING_TO_DO, UNREADABLE, Mender, Payload
from axure_lifecycle.scim.normalizing import is_of_characters, normalize_bulk, normalize_patch, normalize_resource
from axure_lifecycle.scim.provider import MOST_OPERATIONS, USER

MOST_DIGITS: Final = 9
"""Of `startIndex` and `count`."""

ModelT = TypeVar("ModelT", bound=BaseModel)

_CONTEXTS: Final[Mapping[str, Context]] = {
    "POST": Context.RESOURCE_CREATION_REQUEST,
    "PUT": Context.RESOURCE_REPLACEMENT_REQUEST,
}


class PushService(ScimService):
    """Serves one request; what of it could not be read is in `aside` then."""

    def __init__(self, provider: ScimProvider, aside: Aside) -> None:
        super().__init__(provider)
        self._aside = aside
        self._of_bulk: dict[int, Aside] = {}
        """What was put aside of each operation of a bulk request, by its place, until it is its turn."""

    # -- reading ------------------------------------------------------------------------------------------------------

    def decode_body(self, body: bytes, content_type: str | None) -> Any:
        """The JSON of a body. Raises `SCIMException` where it is none."""
        self.ensure_json(content_type)
        try:
            return read_json(body)
        except ValueError as error:
            raise InvalidSyntaxException(detail=str(error)) from error

    def read_creation(self, resource_type: ResourceType, body: bytes, content_type: str | None) -> Resource[Any]:
        """A new resource, in the part that can be read."""
        payload = normalize_resource(self.decode_body(body, content_type))
        return self._read_resource(resource_type, payload, Context.RESOURCE_CREATION_REQUEST, self._aside)

    def read_replacement(self, resource_type: ResourceType, body: bytes, content_type: str | None) -> Resource[Any]:
        """A resource in place of another, in the part that can be read."""
        payload = normalize_resource(self.decode_body(body, content_type))
        return self._read_resource(resource_type, payload, Context.RESOURCE_REPLACEMENT_REQUEST, self._aside)

    def read_patch(self, resource_type: ResourceType, body: bytes, content_type: str | None) -> "PatchOp[Any]":
        """A PATCH, in the part that can be read."""
        self.ensure_patch_supported()
        payload = normalize_patch(self.decode_body(body, content_type))
        return self._read_patch(resource_type, payload, self._aside)

    def read_bulk(self, body: bytes, content_type: str | None) -> BulkPlan:
        """A bulk request, each of its operations in the part that can be read."""
        self.ensure_supported(self.config.bulk, "Bulk")
        self.ensure_bulk_payload_size(len(body))
        payload = normalize_bulk(self.decode_body(body, content_type))
        model: type[BulkRequest[Any]] = parametrize(BulkRequest, Union[tuple(self.get_models())])  # noqa: UP007
        request = _validate(model, payload, Context.BULK_REQUEST)
        operations = cast("list[BulkOperation[Resource[Any]]]", request.operations or [])
        if len(operations) > MOST_OPERATIONS:
            raise PayloadTooLargeException(detail=f"More than {MOST_OPERATIONS} operations (maxOperations)")
        if any(isinstance(operation.response, Error) for operation in operations):
            mended = self._mend_bulk(cast("Payload", payload), operations)
            request = _validate(model, mended, Context.BULK_REQUEST)
            operations = cast("list[BulkOperation[Resource[Any]]]", request.operations or [])
        return BulkPlan(operations, request.fail_on_errors)

    def read_search(self, resource_types: list[ResourceType], payload: Any) -> tuple[SearchRequest[Any], Any]:
        """A search that the store can answer. Raises `SCIMException`."""
        if isinstance(payload, dict):
            _require_answerable(cast("Payload", payload))
        return super().read_search(resource_types, payload)

    def _read_resource(
        self, resource_type: ResourceType, payload: object, context: Context, aside: Aside
    ) -> Resource[Any]:
        model = self.get_model(resource_type)

        def read(told: object) -> Resource[Any]:
            return _validate(model, told, context)

        try:
            return read(payload)
        except UNREADABLE:
            return cast("Resource[Any]", _mender(resource_type, aside).resource(payload, read))

    def _read_patch(self, resource_type: ResourceType, payload: object, aside: Aside) -> "PatchOp[Any]":
        model: type[PatchOp[Any]] = parametrize(PatchOp, self.get_model(resource_type))
        try:
            return _validate_patch(model, payload)
        except UNREADABLE:
            told = cast("Payload", payload)
            name = next((one for one in told if one.lower() == "operations"), "Operations")
            if not isinstance(told.get(name), list) or not told[name]:
                raise

        def attempt(operation: object) -> object:
            return _validate_patch(model, {**told, name: [operation]})

        kept = _mender(resource_type, aside).operations(cast("list[object]", told[name]), attempt)
        return _validate(model, {**told, name: kept or [dict(NOTHING_TO_DO)]}, Context.RESOURCE_PATCH_REQUEST)

    # -- applying -----------------------------------------------------------------------------------------------------

    def apply_replacement(
        self, current: Resource[Any], replacement: Resource[Any], conditions: Conditions
    ) -> Resource[Any] | None:
        """The replaced resource, also where nothing differs: the store sees that, and what was put aside may differ."""
        self.check_preconditions(current, "PUT", conditions)
        self._aside.replace_all()
        replacement.replace(current)
        return replacement

    def apply_patch(
        self, current: Resource[Any], patch_op: "PatchOp[Any]", conditions: Conditions
    ) -> Resource[Any] | None:
        """The patched resource, also where nothing differs; operations that only this resource shows to be unreadable
        are put aside."""
        self.check_preconditions(current, "PATCH", conditions)
        try:
            patch_op.patch(current)
        except UNREADABLE:
            patch_op = self._mend_patch(current, patch_op)
            patch_op.patch(current)
        self.clear(patch_op.operations or [])
        return current

    def clear(self, operations: Sequence[PatchOperation[Any]]) -> None:
        """What was put aside of the attributes that these changed counts no more."""
        for operation in operations:
            self._clear(str(operation.path or ""), operation.value)

    def _mend_patch(self, current: Resource[Any], patch_op: "PatchOp[Any]") -> "PatchOp[Any]":
        model = type(patch_op)
        so_far = current.model_copy(deep=True)

        def attempt(operation: object) -> object:
            read = _validate(model, {"Operations": [operation]}, Context.RESOURCE_PATCH_REQUEST)
            return read.patch(so_far.model_copy(deep=True))

        mender = _mender(self.get_resource_type_of(current), self._aside)
        kept: list[Payload] = []
        for operation in patch_op.operations or []:
            told: Payload = {"op": operation.op.value}
            if operation.path is not None:
                told["path"] = str(operation.path)
            if "value" in operation.model_fields_set:
                told["value"] = operation.value
            for part in mender.operations([told], attempt):
                _validate(model, {"Operations": [part]}, Context.RESOURCE_PATCH_REQUEST).patch(so_far)
                kept.append(part)
        return _validate(model, {"Operations": kept or [dict(NOTHING_TO_DO)]}, Context.RESOURCE_PATCH_REQUEST)

    def _clear(self, path: str, value: object) -> None:
        """What was put aside of these attributes before counts no more."""
        if path:
            self._aside.clear(path)
        if isinstance(value, dict):
            for name, each in cast("Payload", value).items():
                below = f"{path}:{name}" if path.lower().startswith("urn:") else f"{path}.{name}"
                self._clear(below if path else name, each)

    # -- a bulk request -----------------------------------------------------------------------------------------------

    def _mend_bulk(self, payload: Payload, operations: list[BulkOperation[Resource[Any]]]) -> Payload:
        name = next(one for one in payload if one.lower() == "operations")
        told = cast("list[Any]", payload[name])
        return {
            **payload,
            name: [
                self._mend_operation(place, raw) if isinstance(operation.response, Error) else raw
                for place, (raw, operation) in enumerate(zip(told, operations, strict=True))
            ],
        }

    def _mend_operation(self, place: int, raw: Any) -> Any:
        """The operation with what can be read of its data; as it is where that is not what is wrong with it."""
        if not isinstance(raw, dict):
            return raw
        told = cast("Payload", raw)
        endpoint = str(told.get("path", "")).lstrip("/").partition("/")[0]
        resource_type = self.get_resource_type_by_endpoint(endpoint)
        if resource_type is None or "data" not in told:
            return told
        aside, method = Aside(), str(told.get("method")).upper()
        try:
            if method == "PATCH":
                data: BaseModel = self._read_patch(resource_type, told["data"], aside)
            else:
                data = self._read_resource(resource_type, told["data"], _CONTEXTS[method], aside)
        except (SCIMException, KeyError):
            return told
        self._of_bulk[place] = aside
        return {**told, "data": data.model_dump(scim_ctx=_CONTEXTS.get(method, Context.RESOURCE_PATCH_REQUEST))}

    def begin(self, place: int) -> None:
        """It is an operation's turn: what is put aside from now on is its own."""
        self._aside.become(self._of_bulk.get(place))

    def bulk_failure(self, outcome: dict[str, Any], exception: Exception) -> dict[str, Any]:
        """What is said of an operation that failed, alone."""
        match exception:
            case SCIMException():
                return super().bulk_failure(outcome, exception)
            case LifecycleError():  # of the store: it is full, busy, or cannot be reached
                error = Error(status=503, detail=exception.sentence)
            case _:
                note_fault(exception)
                error = Error(status=500, detail=FAULT)
        return {**outcome, "status": error.status, "response": error}

    # -- answering ----------------------------------------------------------------------------------------------------

    def patch_response(
        self, base_url: str, resource: Resource[Any], response_parameters: ResponseParameters[Any]
    ) -> ScimResponse:
        """The whole person; of a group nothing, unless attributes were asked for."""
        if self.get_resource_type_of(resource).name == USER:
            return self.replacement_response(base_url, resource, response_parameters)
        return super().patch_response(base_url, resource, response_parameters)


def _mender(resource_type: ResourceType, aside: Aside) -> Mender:
    return Mender(aside, ESSENTIAL if resource_type.name == USER else ESSENTIAL | {"displayname"})


def _validate(model: type[ModelT], payload: object, context: Context) -> ModelT:
    """Raises `SCIMException`."""
    try:
        return model.model_validate(payload, scim_ctx=context)
    except ValidationError as error:
        raise scim_exception_of(error) from error


def _validate_patch(model: type[ModelT], payload: object) -> ModelT:
    """Raises `SCIMException`."""
    _require_characters(payload)
    return _validate(model, payload, Context.RESOURCE_PATCH_REQUEST)


def _require_characters(payload: object) -> None:
    told = cast("Payload", payload) if isinstance(payload, dict) else {}
    for name, operations in told.items():
        if name.lower() == "operations" and isinstance(operations, list):
            for operation in cast("list[object]", operations):
                path = cast("Payload", operation).get("path") if isinstance(operation, dict) else None
                if isinstance(path, str) and not is_of_characters(path):
                    raise InvalidPathException(detail="the path names half of a character")


def _require_answerable(search: Payload) -> None:
    for name, value in search.items():
        match name.lower():
            case "startindex" | "count" if len(str(value).strip().lstrip("+0")) > MOST_DIGITS:
                raise InvalidValueException(detail=f"{name} has more than {MOST_DIGITS} digits")
            case "filter" if isinstance(value, str) and not is_of_characters(value):
                raise InvalidFilterException(detail="the filter names half of a character")
            case _:
                pass
