"""What is said of a token, a person's or an identity provider's: what it is for, and until when it lets somebody in."""

from axure_lifecycle.domain.scim import ScimTokenRecord
from axure_lifecycle.ports import TokenRecord
from axure_lifecycle_tools.spec import Desk
from axure_lifecycle_tools.wording import on_day, tamed


def labelled(one: TokenRecord | ScimTokenRecord) -> str:
    """What a token is for, where that was said."""
    return f" (“{tamed(one.label, 100)}”)" if one.label else ""


def standing_of(desk: Desk, one: TokenRecord | ScimTokenRecord) -> str:
    """Until when a token lets somebody in, or why it does not."""
    zone = desk.organization.time_zone
    if one.revoked_at is not None:
        return f"revoked on {on_day(one.revoked_at, zone)} (“{tamed(one.revoked_because or '', 120)}”)"
    return f"{'until' if one.counts(desk.now) else 'expired on'} {on_day(one.expires_at, zone)}"
