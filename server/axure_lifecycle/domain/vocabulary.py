"""The words that every playbook may use: traits, groups, options, slots and ends.

They are about people, memberships, seats and directories, never about one application; what belongs to one application
alone stands in its playbook.
"""

from collections.abc import Mapping
from typing import Final

from axure_lifecycle.domain.holdings import HoldingKind

ROLES: Final = ("guest", "member", "admin", "technical_admin", "super_admin")
"""The system roles, from the least to the most."""

TRAITS: Final[Mapping[str, frozenset[str]]] = {
    "deployment": frozenset({"private_instance", "on_premises"}),
    "sign_in": frozenset({"password", "saml", "ldap"}),
    "idp": frozenset({"okta", "entra", "google", "other"}),
    "screens": frozenset({"new", "mid", "old", "2017"}),
    "membership": frozenset({"active", "deactivated", "invited", "other", "not_stated", "not_listed", "no_roster"}),
    "role": frozenset({*ROLES, "other", "not_stated"}),
    "new_role": frozenset({*ROLES, "other", "not_stated"}),
    "role_change": frozenset({"none", "up", "down", "not_known"}),
    "only_one_with_role": frozenset({"yes", "no", "not_stated"}),
    "use_sso": frozenset({"yes", "no", "not_stated"}),
    "licence": frozenset({"owner", "manager", "assigned", "none", "not_stated", "no_roster"}),
    "bought_by": frozenset({"card", "purchase_order", "other", "not_stated"}),
    "only_manager": frozenset({"yes", "no"}),
    "directory": frozenset(
        {"active", "hold", "disabled", "deprovisioned", "unknown", "gone", "never_known", "no_read"}
    ),
    "leave_day": frozenset({"ahead", "passed", "none"}),
    "personal": frozenset({"yes", "no", "ambiguous"}),
    "decision": frozenset({"none", "belongs_to", "external", "non_personal", "keep"}),
    "other_addresses": frozenset({"yes", "no"}),
    "other_case": frozenset({"yes", "no"}),
    "roster": frozenset({"confirmed", "reported", "disputed", "old", "part"}),
    "batch": frozenset({"yes", "no"}),
    "wants_sso": frozenset({"yes", "no"}),
    "wants_seat": frozenset({"yes", "no"}),
    "wants_workspaces": frozenset({"yes", "no"}),
    "leaves_workspaces": frozenset({"yes", "no"}),
    "sso_in_use": frozenset({"yes", "not_seen", "no_roster"}),
    "spare_seat": frozenset({"yes", "too_few", "no", "not_stated", "no_roster"}),
    "successor": frozenset({"active", "deactivated", "invited", "other", "not_stated", "not_listed", "no_roster"}),
    "successor_is_the_person": frozenset({"yes", "no"}),
    "successor_address": frozenset({"same", "another"}),
    "successor_directory": frozenset(
        {"active", "hold", "disabled", "deprovisioned", "unknown", "gone", "never_known", "no_read"}
    ),
    "successor_seat": frozenset({"yes", "no", "not_stated", "no_roster"}),
    "successor_leaves": frozenset({"case", "last_day", "no"}),
}
"""Every trait a condition may name, with every answer it may ask for; a playbook can add its application's own.

A trait may have several answers at once (two memberships, two directories): `when` asks whether any of them is among
the wanted ones, `unless` whether any is among the unwanted ones. `roster` asks whether a person stands for the rosters
in force; `disputed` means that one which only an assistant brought leaves out what the last confirmed one shows of this
person, `old` that one is older than the limit, `part` that the newest members roster, which is not known to be the
whole list, leaves out somebody whom the last whole one lists: then the plan goes by that one. `licence` is `not_stated`
where a licence list has no column for a relation, or is not known to be whole and names the person in no relation.
`other_addresses` asks whether the sources name the person by more than one address. `new_role`, `wants_sso` and
`wants_seat` are what was asked for, `wants_workspaces` and `leaves_workspaces` whether workspaces were named that
somebody is to be invited to, or taken out of; `sso_in_use` asks whether the members roster in force shows anybody who
uses SSO;
`spare_seat` is `too_few` beside `yes` where the licence list names fewer free seats than people who have none, and
`not_stated` where it names none but has no column for them or is not known to be whole.
`successor` is the membership of whoever takes over, by a successor's or a new address; `successor_directory` and
`successor_seat` are what the directories and the licence list say of them, and `successor_is_the_person` whether the
sources know both addresses as one person; `successor_address` is `same` where it is the very address that the plan is
for; `successor_leaves` is `case` where an open case ends their account, `last_day` where a directory names one, ahead
or passed. `role_change` compares the present role with the one asked for, `not_known` where one of them is none of the
five.
"""

RECORDS: Final = frozenset(
    {"owned_by_card", "owned_by_purchase_order", "owned_otherwise", "managed", "managed_alone", "assigned"}
)
"""The groups of subscriptions that a step or a guard can be about.

Every owned subscription is in exactly one of the three owned groups: `owned_otherwise` holds those of which the roster
does not state, or states in other words, how they were bought. `managed_alone` is the part of `managed` that has no
other manager.
"""

_STANDINGS: Final = frozenset({"ambiguous", "non_personal", "has_left", "on_hold", "leaving", "not_in_directory"})

PEOPLE: Final = _STANDINGS | frozenset(
    {"joining", "members_on", "members_off", "without_seat", "to_be_seated", "with_seat", "taking_over"}
)
"""The groups of people that a step or a guard can be about.

Of those whom a plan is for: `joining` are listed by no members roster, `members_on` have an account that is not off,
`members_off` one that is. `without_seat` and `with_seat` tell who is an assigned user by the licence list; without a
list nobody is known to have one. `to_be_seated` are those without a seat whose account is not off. `taking_over` is the
successor, or the person's new address.

By the directories: `ambiguous` are addresses that several people of one directory claim, `non_personal` shared, service
and mailbox accounts, `has_left` those who are disabled, deprovisioned or gone, or whose last day has passed, `leaving`
those whose last day lies ahead, `on_hold` those who are suspended. `not_in_directory` are those whom no directory that
was read ever knew. Whom a decision lets stay is in none of `has_left` and `not_in_directory`. These six change with the
calendar, so they are for guards and never for steps.
"""

GROUP_VALUES: Final = frozenset({"subscriptions", "people", "count"})
"""What only the text of a step or guard that is about a group may insert."""

VALUES: Final = GROUP_VALUES | frozenset(
    {
        "address",
        "accounts",
        "licence_addresses",
        "name",
        "host",
        "organization",
        "role",
        "idp",
        "directory",
        "leave_day",
        "everybody",
        "how_many",
        "new_role",
        "successor",
        "new_address",
        "spare_seats",
        "workspaces",
        "left_workspaces",
    }
)
"""What the text of a step or a guard may insert, as `{address}`.

`accounts` are the addresses by which the members roster lists the person, `licence_addresses` those of the seats
roster; where a situation does not give them, the address stands in. `everybody` are all whom the plan is for.
"""

OPTIONS: Final = frozenset(
    {"last_day", "role", "successor", "new_address", "use_sso", "seat", "workspaces", "leave_workspaces"}
)
"""What a plan can be asked for beyond whom it is for; a playbook says which of them it takes and which it needs."""

ENDS: Final[Mapping[HoldingKind, frozenset[str]]] = {
    HoldingKind.MEMBERSHIP: frozenset({"deactivated", "listed", "active", "has_role", "lacks_role"}),
    HoldingKind.SEAT: frozenset({"not_owner", "not_manager", "not_assigned", "assigned"}),
    HoldingKind.DIRECTORY_ACCOUNT: frozenset({"not_active"}),
}
"""What a roster or a directory read can show once a step is done. A public account is in none of them.

`listed` asks that the roster lists the account and does not show it off, `active` that it shows it on. `has_role` asks
for the role that was asked for, or for the one that the end names; `lacks_role` that no account of the person has the
one that it names. Both compare the words of the roster, and say nothing where these are no role of the application.
"""

LASTING: Final = frozenset({"deactivated", "lacks_role", "not_owner", "not_manager", "not_assigned", "not_active"})
"""Ends that are wanted from then on: once verified, a later roster can still contradict them.

What was given – an account, a role, a seat – was given once a roster shows it, and may end later for its own reasons.
"""
