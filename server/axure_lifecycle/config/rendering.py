"""The configuration as text, every setting explained: what `init` writes, and what `config.example.toml` is."""

import json
import re
from typing import Final

from axure_lifecycle.domain.organization import Organization

_ORGANIZATION: Final = """\
# Configuration of Axure Lifecycle. Times are in the units that the names end in; every mistake in this file is
# named with its key, all at once.

[organization]
# What people call the organisation.
name = {name}
# Who hosts Cloud for Business: "private_instance" (Axure) or "on_premises" (you).
deployment = {deployment}
# The server's host, without https://. A private instance is normally something.axure.cloud; app.axure.cloud is the
# public tenant and is refused.
host = {host}
# How people sign in there: "password", "saml", or "ldap" (AD or another LDAP server, on-premises only).
sign_in = {sign_in}
# Which identity provider knows your people: "okta", "entra", "google" or "other".
idp = {idp}
# Which generation of screens the server shows; it chooses the paths in every step:
#   "new"   sidebar, ••• beside the organisation, Organization settings and members
#   "mid"   avatar, Admin Settings, Manage Accounts
#   "old"   Admin Settings, bottom left
#   "2017"  Setup, Add Accounts
screens = {screens}
# The e-mail address of the person who works at this installation's terminal.
operator = {operator}
# The time zone in which a bare date, as on a roster, is the start of its day.
time_zone = {time_zone}
"""

_DEFAULTS: Final = """\
[limits]
# A members roster older than this many days names no leaver.
members_roster_days = 35
# A directory snapshot older than this many days names no leaver.
directory_snapshot_days = 7
# A roster that lost more than this percentage of the one before it names no leaver …
shrink_percent = 20
# … provided that it lost at least this many rows.
shrink_rows = 5
# A roster must have been taken at least this many minutes after a claim before it can contradict the claim.
grace_minutes = 5
# More leavers than this percentage of the members are said to be held back: find_discrepancies lists them all, and asks
# for a person before anybody acts on them in one go. Today nothing acts in bulk, and each one can be offboarded …
departures_percent = 10
# … more than this number of people, whichever is lower …
departures_number = 25
# … but so many are never held back, however small the organisation.
departures_least = 3
# An open case, and a step that waits for nothing else, are marked as overdue when more than this many days have passed
# since it was opened, or since the last day where that is later. Nobody is reminded.
step_overdue_days = 3
# A fact about Axure that is older than this many days is marked as to be checked.
fact_days = 365
# Your own answer to an open question about Axure counts for this many days; then it is to be checked again.
local_fact_days = 365
# Several changes for one person that are asked for within this many hours are one case.
join_hours = 24

[policy]
# Addresses that belong to no person, as patterns: * stands for any characters, ? for one.
# non_personal = ["svc-*@*", "*-room@acme.example"]
non_personal = []
# Folders whose roster files can verify and contradict claims although no person brought them. Whoever can write
# there can do so too: name none that an assistant can write to. A file's name says what it is: members….csv,
# seats….csv, directory….csv, or directory-NAME.csv for a directory of another name.
# trusted_folders = ["/srv/rosters"]
trusted_folders = []

[evidence]
# Folders from which an assistant may attach files to a case; you at a terminal may attach any file that you can read.
# Links are followed first. Name no folder that holds what an assistant should not copy.
# folders = ["/srv/screenshots"]
folders = []
# Larger files are refused.
max_bytes = 10485760

[store]
# Where everything is kept. By default an SQLite file, store.sqlite, in the same folder as this file. At most one of:
# an SQLite file elsewhere, or a PostgreSQL server (extra "postgres"); a password in it is never printed …
# url = "postgresql+psycopg://lifecycle@db.acme.example/lifecycle"
# … the name of an environment variable that holds the URL …
# url_env = "AXURE_LIFECYCLE_STORE"
# … the path of a file that holds the URL.
# url_file = "/run/secrets/axure-lifecycle-store"

[tools]
# Which groups of tools assistants are offered.
toolsets = ["people", "sources", "discrepancies", "cases", "knowledge", "reports"]
# Offer only tools that read.
read_only = false

# Headers of your own rosters that the usual synonyms do not cover: field = header, or a list of headers.
[rosters.members]
# Fields: address, display_name, role, status, use_sso.
# role = "Berechtigung"

[rosters.seats]
# Fields: subscription, edition, owner, managers, assigned, renews_on, bought_by.
# assigned = ["Zugewiesen an", "Nutzer"]

[rosters.directory]
# Fields: key, address, display_name, standing, status, leave_at, aliases, kind.
# leave_at = "Letzter Tag"

# What a seat of an edition costs a year; without a price no cost is named. One table for each edition.
# [[seat_prices]]
# edition = "Team"
# yearly = 588.00
# currency = "USD"
"""


def render_configuration(organization: Organization, *, spells_out_defaults: bool = False) -> str:
    """The text of a configuration, in TOML, that loads to this organisation and defaults everywhere else.

    Defaults stand as comments, so that later versions may improve them, unless they are spelled out.
    """
    described = _ORGANIZATION.format(
        name=_quoted(organization.name),
        deployment=_quoted(organization.deployment),
        host=_quoted(organization.host),
        sign_in=_quoted(organization.sign_in),
        idp=_quoted(organization.idp),
        screens=_quoted(organization.screens),
        operator=_quoted(organization.operator),
        time_zone=_quoted(organization.time_zone.key),
    )
    defaults = _DEFAULTS if spells_out_defaults else re.sub(r"(?m)^(?=[a-z_]+ = )", "# ", _DEFAULTS)
    return f"{described}\n{defaults}"


def _quoted(text: str) -> str:
    """A TOML basic string: JSON's escapes are TOML's, but for DEL, which JSON leaves as it is."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
