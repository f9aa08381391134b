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
    Patch,
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
        load_default_schemas().values(),
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


POLICY: Final = ScimPolicy(
    unknown=ScimPolicy.Unknown.ignore,
    remove_value_as_filter=ScimPolicy.RemoveValue.apply,
    unmatched_path_filter=ScimPolicy.UnmatchedPathFilter.create,
)
