"""What is served: users with the enterprise extension, groups, and what the discovery endpoints say of it.

Tolerances are those that real identity providers need: Entra names the entries to remove in the value of a `remove`,
and adds to an entry that its path describes and nobody has yet.
"""

from functools import cache
from typing import Final

from scim2_models import (
    AuthenticationScheme,
    Bulk,
    ChangePassword,
    ETag,
    Filter,
    Mutability,
    Patch,
    Schema,
    ScimPolicy,
    ScimProvider,
    ServiceProviderConfig,
    Sort,
)
from scim2_server.utils import load_default_resource_types, load_default_schemas

USER: Final = "User"
GROUP: Final = "Group"
MOST_RESULTS: Final = 200
"""Resources of one page."""
MOST_OPERATIONS: Final = 100
"""Of one bulk request."""


@cache
def provider(max_body_bytes: int) -> ScimProvider:
    """The description of the service; the same object for the same limit, because making it takes a while."""
    return ScimProvider.from_discovery(
        _schemas(),
        load_default_resource_types().values(),
        config=ServiceProviderConfig(
            patch=Patch(supported=True),
            bulk=Bulk(supported=True, max_operations=MOST_OPERATIONS, max_payload_size=max_body_bytes),
            filter=Filter(supported=True, max_results=MOST_RESULTS),
            change_password=ChangePassword(supported=False),
            sort=Sort(supported=True),
            etag=ETag(supported=True),
            authentication_schemes=[
                AuthenticationScheme(
                    type=AuthenticationScheme.Type.oauthbearertoken,
                    name="Bearer token",
                    description="A token that whoever runs the server makes for one identity provider.",
                    primary=True,
                )
            ],
        ),
        policy=POLICY,
    )


def _schemas() -> list[Schema]:
    """Those of RFC 7643, without a password: nobody signs in here with one, so none is taken and none can be kept.

    What a member is called is said of the member, not of the group: the name that comes along is not taken.
    """
    schemas = list(load_default_schemas().values())
    for schema in schemas:
        schema.attributes = [one for one in schema.attributes or [] if one.name != "password"]
        for one in schema.attributes:
            for part in one.sub_attributes or []:
                if (one.name, part.name) == ("members", "display"):
                    part.mutability = Mutability.read_only
    return schemas


POLICY: Final = ScimPolicy(
    unknown=ScimPolicy.Unknown.ignore,
    remove_value_as_filter=ScimPolicy.RemoveValue.apply,
    unmatched_path_filter=ScimPolicy.UnmatchedPathFilter.create,
)
