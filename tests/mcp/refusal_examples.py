"""An example of every refusal: what the values in its sentence look like, by the names of what it is made from."""

import inspect
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import PurePosixPath
from typing import Any, Final

from axure_lifecycle.clients import Client
from axure_lifecycle.config.settings import Mistake as Unfit
from axure_lifecycle.domain.access import Role
from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.applications import Application
from axure_lifecycle.domain.cases import CaseState
from axure_lifecycle.domain.directories import SecretKind, SecretReference
from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.evidence import Evidence, Keeping
from axure_lifecycle.domain.holdings import Actor, Assurance, Channel, HoldingKind, System
from axure_lifecycle.domain.plans import Notice, NoticeKind
from axure_lifecycle.domain.playbooks import Subject
from axure_lifecycle.domain.rosters import Mistake, RosterKind, Totals
from axure_lifecycle.ports import FactorKind, Preview

MCP_JSON: Final = PurePosixPath("home/.cursor/mcp.json")
ANA: Final = Address("ana@acme.example")
EVIDENCE: Final = Evidence(
    id=3,
    case_id=3,
    step="deactivate",
    digest="0a" * 32,
    file_name="members.png",
    media_type="image/png",
    size=4_711,
    note="",
    attached_by=Actor(ANA, Channel.CONSOLE),
    assurance=Assurance.CONFIRMED,
    at=datetime(2026, 11, 23, 9, tzinfo=UTC),
)
MISTAKES: Final = (Mistake(3, "there is no address in it", "no_address"),)
PREVIEW: Final = Preview(
    snapshot=0,
    system=System("axure", "cloud-for-business", "acme.axure.cloud", HoldingKind.MEMBERSHIP),
    digest="5e" * 32,
    label="members.csv",
    horizon=datetime(2026, 11, 23, tzinfo=UTC),
    totals=Totals(7, None, ("address",), "csv", MISTAKES, 1),
    mistakes=MISTAKES,
    in_all_mistakes=1,
    added=7,
    changed=0,
    gone=0,
    unchanged=0,
    compared_with=None,
)

BY_NAME: Final[Mapping[str, Any]] = {
    "about": ANA,
    "address": ANA,
    "app": "0oa1",
    "approval": "A-2",
    "application": "axure",
    "asked": "deactivte",
    "base": "DC=acme,DC=example",
    "case": "C-3",
    "case_id": 3,
    "claim_id": 9,
    "command": "axure-lifecycle confirm C-3 deactivate",
    "cursor": "5e5e5e5e5e5e.7",
    "digest": "5e" * 32,
    "directory": "okta",
    "entries": 12,
    "existing": ("offboard", "onboard"),
    "expected": "5e" * 32,
    "extra": "excel",
    "fact": "deactivate.effect",
    "fields": ("address", "role"),
    "file": PurePosixPath("trail.jsonl"),
    "first": ("hand-over-workspaces",),
    "folder": PurePosixPath("home/evidence"),
    "folders": (PurePosixPath("/srv/shots"),),
    "found": "0a" * 32,
    "given": "tomorow",
    "headers": ("Name", "Team"),
    "home": PurePosixPath("home"),
    "host": "acme.okta.example",
    "key": "k-17",
    "keys": ("hand-over-workspaces", "deactivate"),
    "kind": RosterKind.MEMBERS,
    "known": ("guest", "member"),
    "max_bytes": 10_485_760,
    "mistakes": ("steps[2] (deactivate): no fact is cited",),
    "most": 50_000_000,
    "name": "members.csv",
    "names": ("okta", "entra"),
    "near": ("offboard",),
    "nearest": ("deactivate", "delete"),
    "newest": 2,
    "number": 9,
    "objections": ("person is missing.",),
    "operation": "offboard",
    "option": "successor",
    "outcome": "done",
    "people": (ANA,),
    "person": ANA,
    "place": "sqlite:///home/store.sqlite",
    "playbook": "axure.offboard",
    "reason": "it is a file",
    "rows": 205,
    "seconds": 90.0,
    "seq": 12,
    "size": 60_000_000,
    "snapshot": 4,
    "source_id": 9,
    "stated": 206,
    "step": "deactivate",
    "subject": ANA,
    "uri": "axure://facts/roles",
    "verb": "record_step",
    "version": "0009",
    "wait": 30.0,
    "what": "C-3",
    "why": "the system refuses",
}
BY_CODE: Final[Mapping[str, Mapping[str, Any]]] = {
    "not_in_review": {"review": "V-2", "addresses": ("olga@acme.example",)},
    "review_closed": {"review": "V-2"},
    "review_needs_person": {"review": "V-2", "place": "at a terminal"},
    "review_needs_roster": {"why": "no members roster was brought."},
    "review_role": {"sentence": "say with role which one they get."},
    "review_unfinished": {"review": "V-2", "undecided": 2},
    "review_unknown": {"number": 7, "newest": 2},
    "review_word_too_weak": {
        "review": "V-2",
        "why": "policy demands console, and it came by terminal",
        "place": "there",
    },
    "reviewer_is_reviewed": {"review": "V-2", "name": ANA},
    "too_many_removals": {"review": "V-2", "asked": 12, "most": 5},
    "folder_unreadable": {"folder": "rosters"},
    "ticket_unfit": {"what": "ticket"},
    "report_unwritable": {"place": "home/reports/leavers.html", "why": "no space left on device"},
    "audit_file_refused": {"what": "bundle", "file": PurePosixPath("q4.zip")},
    "bundle_unsound": {"why": "the payload of record 8 was changed"},
    "days_ahead": {"last": date(2027, 1, 31), "today": date(2026, 11, 23)},
    "days_reversed": {"first": date(2026, 12, 31), "last": date(2026, 10, 1)},
    "evidence_not_whole": {"names": ("E-3 of C-1",)},
    "not_a_checkpoint": {"file": "kept.json", "why": "the key 1f0c5a0e9d3b7c62 did not sign it"},
    "nothing_recorded": {
        "first": date(2020, 1, 1),
        "last": date(2020, 12, 31),
        "begun": date(2026, 10, 1),
        "ended": date(2026, 11, 23),
    },
    "signing_key_elsewhere": {"place": "env:AUDIT_KEY"},
    "signing_key_missing": {"place": "audit-key.pem", "why": "is not in the home"},
    "signing_key_unusable": {"place": "env:AUDIT_KEY", "why": "it is locked with a password"},
    "still_here": {"reasons": ("active in directory/okta by R-7", "C-3 is not over")},
    "already_retracted": {"name": "R-7"},
    "application_broken": {"file": "axure/application.toml"},
    "application_unknown": {"asked": "figma", "existing": ("axure", "6sense")},
    "cannot_listen": {"host": "127.0.0.1", "port": 8765, "why": "Address already in use"},
    "case_changed": {"read": 4, "found": 5},
    "case_contradicts": {"operation": "reactivate", "other": "offboard"},
    "case_over": {"state": CaseState.CANCELLED, "asked": "assigned"},
    "case_stands": {"other": "ana.berg@acme.example"},
    "case_wants_other": {"operation": "change-role", "stands": ("the role admin",), "wanted": ("the role guest",)},
    "approval_missing": {"why": "a Super Admin is affected", "place": "on the console"},
    "approval_needs_person": {"place": "on the console, with a second factor"},
    "approval_stands": {"name": "kim@acme.example"},
    "approver_cannot_own": {"owner": "kim@acme.example"},
    "approver_involved": {"name": ANA, "part": "asked for it"},
    "approver_performs": {"name": "kim@acme.example"},
    "backup_broken": {
        "file": PurePosixPath("lifecycle.zip"),
        "reason": "store.sqlite in it is not as it was written",
    },
    "backup_of_server": {"place": "postgresql://lifecycle@db.acme.example/lifecycle", "home": PurePosixPath("home")},
    "client_entry_unusual": {"file": MCP_JSON, "place": "mcpServers.axure-lifecycle"},
    "client_file_changed": {"file": MCP_JSON, "kept": MCP_JSON.with_name("mcp.json.axure-lifecycle-0a0a.before")},
    "client_file_malformed": {"file": MCP_JSON, "reason": "line 3, column 5: expected a comma or }"},
    "client_file_unusable": {"file": MCP_JSON, "reason": "it is read-only"},
    "client_keeps_its_file": {
        "client": Client.CLAUDE_CODE,
        "line": "claude mcp add --scope user axure-lifecycle -- axure-lifecycle-mcp",
    },
    "client_not_here": {"client": Client.CURSOR, "folder": MCP_JSON.parent},
    "configuration_broken": {"source": "config.toml", "mistakes": (Unfit("limits.grace_minutes", "-5", "0 to 1440"),)},
    "configuration_exists": {"file": PurePosixPath("home/config.toml")},
    "copy_differs": {"how": "of 206 rows of member_row 205 arrived"},
    "copy_target_not_empty": {"tables": ("audit_record", "source")},
    "decision_incomplete": {"sentence": "Nothing was decided: say until when (until), e.g. 2026-12-31."},
    "directory_file_flawed": {"mistakes": 1, "first": "line 3: there is no address in it"},
    "directory_incomplete": {"remedy": "Ask the server's owner for paged results."},
    "directory_left_host": {"elsewhere": "other.example"},
    "directory_permission_missing": {"needs": "okta.users.read"},
    "digest_drifted": {"asked": "5e" * 32},
    "directory_unknown": {"name": "oktaa"},
    "evidence_lost": {"evidence": EVIDENCE, "keeping": Keeping.MISSING},
    "factor_refused": {"why": "the code is not the one that your device shows now"},
    "factor_replayed": {"kind": FactorKind.TOTP},
    "fact_unknown": {"asked": "deactivate.efect", "nearest": ("deactivate.effect",)},
    "header_twice": {"field": "address", "headers": ("Email", "Mail")},
    "init_refused": {"mistakes": (Unfit("deployment", "cloud", "private_instance or on_premises"),)},
    "issuer_unreachable": {"issuer": "https://login.acme.example", "why": "it answers with status 502"},
    "key_too_short": {"place": "env:LIFECYCLE_KEY", "length": 12},
    "ldap_filter_unusable": {"people": "(objectClass=person"},
    "moment_in_future": {"stated": date(2027, 1, 1)},
    "name_unreadable": {"given": "C-x", "example": "C-12", "where": "axure://cases"},
    "needs_terminal": {"what": "Nothing was confirmed"},
    "not_an_address": {"given": "Ana Berg"},
    "not_offered": {"name": "open_case", "why": "the configuration is read-only"},
    "note_too_long": {"length": 1_234},
    "nothing_brought": {"given": 2},
    "nothing_to_manage": {
        "application": Application("around", "Around", "around", (), nothing_to_manage="it is gone. Ask for an export.")
    },
    "nothing_to_undo": {"client": Client.CURSOR, "file": MCP_JSON},
    "operation_unknown": {"asked": "ofboard"},
    "operation_unsaid": {"why": "which takes no --role", "fitting": ("change-role", "onboard")},
    "option_missing": {"operation": "transfer-licences", "known": ()},
    "option_unreadable": {"option": "role", "given": "boss", "known": "one of guest, member"},
    "option_unused": {"option": "seat", "known": ("last_day",)},
    "part_unknown": {"given": "9", "parts": 3},
    "pass_under_way": {"holder": "lifecycle.acme.example, process 4711", "since": "2026-11-23 06:00 UTC"},
    "path_elsewhere": {"name": "members.csv"},
    "path_refused": {"name": "passwords"},
    "people_wrong": {"subject": Subject.PERSON, "given": 2},
    "plan_blocked": {
        "blockers": (
            Notice("has-left", NoticeKind.BLOCKER, "She owns SUB-1: plan its transfer first.", ("seat.owner",)),
        )
    },
    "playbook_broken": {"file": "axure/offboard.toml"},
    "playbook_missing": {"operation": "promote"},
    "project_impossible": {
        "client": Client.CLAUDE_DESKTOP,
        "folder": PurePosixPath("home/drawings"),
        "reason": "it has servers for a user only",
    },
    "prompt_not_filled_in": {"prompt": "offboard_person", "objection": "person is missing"},
    "prompt_unknown": {"name": "offbord", "existing": ("offboard_person",)},
    "reference_unknown": {"name": "axure://facts/{fact}"},
    "restore_refused": {"home": PurePosixPath("home"), "reason": "it is not empty"},
    "retraction_needs_person": {"name": "R-7"},
    "role_missing": {
        "what": "record_deactivation",
        "name": ANA,
        "roles": (Role.VIEWER,),
        "needed": (Role.OPERATOR, Role.ADMIN),
    },
    "roster_has_mistakes": {"preview": PREVIEW},
    "roster_incomplete": {"sign": "it says “page 1 of 3”"},
    "roster_unreadable": {"obstacle": "it is a picture", "remedy": "Export the page as text."},
    "secret_missing": {"reference": SecretReference(SecretKind.ENVIRONMENT, "OKTA_KEY")},
    "secret_unusable": {"setting": "private_key"},
    "serving_unguarded": {"host": "0.0.0.0"},
    "store_not_copied": {"file": PurePosixPath("home/store.sqlite"), "reason": "the file is damaged"},
    "token_revoked_already": {"name": "T-3"},
    "serving_unnamed": {"host": "0.0.0.0"},
    "serve_key_missing": {"place": "env:LIFECYCLE_KEY", "why": "is not set"},
    "tool_unknown": {"name": "deactivate", "existing": ("record_deactivation",)},
    "too_many_codes": {"most": 5, "within": timedelta(minutes=15)},
    "topic_unknown": {"asked": "deactivte"},
    "unknown_roster_field": {"unknown": ("e-mial",)},
    "wrong_roster_kind": {"asked": RosterKind.MEMBERS, "found": RosterKind.SEATS, "signs": ("Subscription",)},
}


def example_of(kind: type[LifecycleError]) -> str:
    """The refusal's sentence with values of an example; a value that has none yet fails by its name."""
    given = BY_CODE.get(kind.code, {})
    names = [name for name in inspect.signature(kind.__init__).parameters if name != "self"]
    values = {name: given[name] if name in given else BY_NAME[name] for name in names if name != "done_already"}
    return kind(**values).sentence
