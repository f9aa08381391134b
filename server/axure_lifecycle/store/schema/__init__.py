"""The tables. Migrations must add up to exactly this; a test compares them.

Rosters and directory reads are kept as *snapshots*: rows under the digest of what was brought. A *source* is the event
of a snapshot counting: who brought it, when, and what moment it speaks of. So the same content is stored once, taking
a source back touches no row, and two snapshots can never mix.
"""

from axure_lifecycle.store.schema.access import (
    access_token,
    factor_challenge,
    factor_invitation,
    second_factor,
    web_session,
)
from axure_lifecycle.store.schema.auditing import (
    checkpoint,
)
from axure_lifecycle.store.schema.cases import (
    approval,
    case,
    case_part,
    case_person,
    claim,
    evidence,
    step,
    step_check,
)
from axure_lifecycle.store.schema.columns import (
    metadata,
)
from axure_lifecycle.store.schema.directories import (
    source_cursor,
    sync_attempt,
)
from axure_lifecycle.store.schema.holding import (
    scim_hold,
)
from axure_lifecycle.store.schema.knowing import (
    decision,
    local_fact,
    screen_change,
)
from axure_lifecycle.store.schema.outbox import (
    case_ticket,
    lease,
    notice,
    notice_attempt,
    signed_call,
)
from axure_lifecycle.store.schema.reviewing import review, review_decision, review_person
from axure_lifecycle.store.schema.scim import scim_group, scim_member, scim_token, scim_user
from axure_lifecycle.store.schema.sources import (
    directory_account,
    directory_address,
    directory_alias,
    member_row,
    role_count,
    seat_row,
    snapshot,
    source,
    subscription_row,
    system,
)
from axure_lifecycle.store.schema.trail import (
    audit_head,
    audit_payload,
    audit_record,
    kept_answer,
)

__all__ = [
    "access_token",
    "approval",
    "audit_head",
    "audit_payload",
    "audit_record",
    "case",
    "case_part",
    "case_person",
    "case_ticket",
    "checkpoint",
    "claim",
    "decision",
    "directory_account",
    "directory_address",
    "directory_alias",
    "evidence",
    "factor_challenge",
    "factor_invitation",
    "kept_answer",
    "lease",
    "local_fact",
    "member_row",
    "metadata",
    "notice",
    "notice_attempt",
    "review",
    "review_decision",
    "review_person",
    "role_count",
    "scim_group",
    "scim_hold",
    "scim_member",
    "scim_token",
    "scim_user",
    "screen_change",
    "seat_row",
    "second_factor",
    "signed_call",
    "snapshot",
    "source",
    "source_cursor",
    "step",
    "step_check",
    "subscription_row",
    "sync_attempt",
    "system",
    "web_session",
]
