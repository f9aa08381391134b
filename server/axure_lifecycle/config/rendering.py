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
# More leavers than this percentage of the members are said to be held back: find_discrepancies lists them all, and a
# pass opens no case for them by itself until a person at a terminal says so …
departures_percent = 10
# … more than this number of people, whichever is lower …
departures_number = 25
# … but so many are never held back, however small the organisation.
departures_least = 3
# More people than this percentage of the members whom identity providers push to be let in, to come back or to have
# another role, address or workspace within 24 hours are held back likewise …
changes_percent = 10
# … more than this number of people, whichever is lower …
changes_number = 100
# … but so many are never held back.
changes_least = 25
# An open case, and a step that waits for nothing else, are marked as overdue when more than this many days have passed
# since it was opened, or since the last day where that is later. [[notices]] says who is told.
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

[policy.approvals]
# What a second person must agree to before anybody acts: "super_admin", "licence_owner", "batch", "reactivation".
# Whoever asked for a case or performs it never counts as that person.
# reasons = ["super_admin", "licence_owner", "reactivation"]
reasons = []
# With "batch": more people at once than this.
batch_above = 10

[policy.confirmation]
# How strong a person's word must be to confirm a step; a weaker one is kept as reported. Weakest first:
#   "client"         the MCP client says that a person answered
#   "terminal"       an interactive terminal; an assistant with a shell could type as well
#   "console"        a page of the server, by somebody signed in; an assistant with their browser could click as well
#   "second_factor"  the same with a device that no assistant holds, used for exactly this answer
least = "client"
# For single steps, by the key that get_case shows, for an approval, and for standing for a roster that no trusted
# folder brought (`least` says nothing about rosters).
# deactivate = "second_factor"
# approval = "second_factor"
# roster = "console"

[policy.run]
# Whether a pass (`axure-lifecycle run`; docs/running.md) opens offboarding cases by itself: "never", or "at_last_day",
# once somebody's last day has come or the directories show them gone. Brakes, the ceiling on departures and approvals
# hold either way, and somebody who is only disabled is never more than proposed.
open = "never"
# Whose cases those are; by default the operator's.
# owner = "design-it"
# Reports that a pass writes into the home: the first one of a day, and the first one of a week, which begins on this
# day. KIND.FORM: access-review, leavers, seats, cases, facts, screens, as html, csv, md or json.
reports = ["leavers.html"]
weekly_reports = ["access-review.html", "seats.html"]
weekly_on = "mon"

[evidence]
# Folders from which an assistant may attach files to a case; you at a terminal may attach any file that you can read.
# Links are followed first. Name no folder that holds what an assistant should not copy.
# folders = ["/srv/screenshots"]
folders = []
# Larger files are refused.
max_bytes = 10485760

[audit]
# The key that signs checkpoints and auditor's bundles (Ed25519, PEM) lies in the home, once `axure-lifecycle audit key`
# has made it, or where this says: `env:VARIABLE`, `file:/absolute/path` or `keyring:SERVICE/USER` (extra "keyring").
# key = "file:/etc/axure-lifecycle/audit-key.pem"

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
toolsets = ["people", "sources", "discrepancies", "cases", "knowledge", "reports", "reviews"]
# Offer only tools that read.
read_only = false

[serve]
# A server for a team (`axure-lifecycle serve`; docs/serving.md). It listens on this machine alone; on any other address
# it starts only where people prove who they are.
host = "127.0.0.1"
port = 8765
# How people and clients reach it from outside, through a proxy that speaks TLS.
# A server on standard input and output leads people to the console there.
# public_url = "https://lifecycle.acme.example"
# Whether the tokens of `axure-lifecycle token create` let people in; the console takes them either way.
tokens = false
# Processes; several need no more than the one store.
workers = 1
# Keys that seal what leaves the server and comes back, 32 bytes or more each, as references like those of directories:
# the first seals, every one opens. Without one, a key is made in the home, for this machine.
# keys = ["file:/etc/axure-lifecycle/key"]
keys = []
# More calls than this of one person in a minute are refused, by each process.
calls_a_minute = 600
# Larger requests are refused.
max_body_bytes = 12582912
# After so many hours somebody at the console signs in anew; whoever came by an issuer sooner.
session_hours = 12
# Send traces by OpenTelemetry, as the usual variables OTEL_… say.
telemetry = false
# Addresses of reverse proxies whose X-Forwarded-… headers are believed.
# trusted_proxies = ["10.0.0.7"]
trusted_proxies = []

# An OpenID Connect issuer whose access tokens let people in.
# [serve.issuer]
# Exactly as its tokens name it; https, or http on this machine.
# issuer = "https://id.acme.example/realms/acme"
# Whom its tokens must be for; by default the address of the MCP endpoint.
# audience = "https://lifecycle.acme.example/mcp"
# The claim that names somebody in the trail, and the one with their roles; dots go into objects.
# identity_claim = "email"
# Take the claim `email` where a token does not say that it is verified: only with an issuer in which people cannot
# set their own, such as Entra ID with addresses of your own domains alone. Otherwise such a token is named by `sub`.
# email_is_trusted = false
# roles_claim = "roles"
# Seconds by which its clock and ours may differ.
# clock_skew = 60
# Certificates (PEM) to trust beside the system's.
# ca_file = "/etc/ssl/acme.pem"
# To sign in at the console with this issuer: the client registered there, and its secret where it has one.
# client_id = "axure-lifecycle"
# client_secret = "file:/etc/axure-lifecycle/client-secret"
# After so many minutes they sign in there anew: so long at most somebody keeps a role that the issuer took away.
# session_minutes = 60
# What words of the roles claim mean here; viewer, operator, approver, auditor and admin mean themselves.
# [serve.issuer.roles]
# helpdesk = "operator"
# Roles of single people, beside those of the claim.
# [serve.issuer.people]
# "ana@acme.example" = ["operator", "approver"]

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

# Directories that the product reads by itself (`axure-lifecycle sync`) and never writes to; one table for each. `name`
# is your own word for it. Secrets never stand here: `env:VARIABLE`, `file:/absolute/path` or `keyring:SERVICE/USER`
# (extra "keyring") says where each lies, and `axure-lifecycle doctor` whether it is there. `ca_file` names certificates
# (PEM) to trust beside the system's, for an authority or a TLS proxy of your own.
# [[directories]]
# name = "okta"
# kind = "okta"
# host = "acme.okta.com"
# A service app with okta.users.read (and okta.apps.read where `app` is set), and its private key as PEM or JWK …
# client_id = "0oa1b2c3d4"
# key = "file:/etc/axure-lifecycle/okta.pem"
# key_id = "key-1"
# … or an API token instead, which carries all rights of its owner.
# token = "env:OKTA_TOKEN"
# The id of Axure's app in Okta: who is assigned to it is read too.
# app = "0oa9z8y7x6"
# [[directories]]
# name = "entra"
# kind = "entra"
# tenant = "00000000-0000-0000-0000-000000000000"
# client_id = "11111111-1111-1111-1111-111111111111"
# A client secret, or a certificate with its private key.
# secret = "env:ENTRA_SECRET"
# certificate = "/etc/axure-lifecycle/entra.pem"
# key = "file:/etc/axure-lifecycle/entra-key.pem"
# Leave dates need the permission User-LifeCycleInfo.Read.All beside User.Read.All.
# leave_dates = false
# The application (client) id of Axure's enterprise application.
# app = "22222222-2222-2222-2222-222222222222"
# For a national cloud.
# graph_host = "graph.microsoft.com"
# login_host = "login.microsoftonline.com"
# [[directories]]
# name = "google"
# kind = "google"
# The service account's key file (JSON), and the administrator for whom it reads.
# key = "file:/etc/axure-lifecycle/google.json"
# admin = "admin@acme.example"
# customer = "my_customer"
# api_host = "admin.googleapis.com"
# token_host = "oauth2.googleapis.com"
# [[directories]]
# name = "ad"
# kind = "active_directory"
# LDAPS on port 636, or StartTLS on port 389; "openldap" is the other kind (both: extra "ldap").
# host = "dc1.acme.example"
# start_tls = false
# base = "DC=acme,DC=example"
# bind_as = "axure-reader@acme.example"
# password = "file:/etc/axure-lifecycle/ad-password"
# people = "(&(objectCategory=person)(objectClass=user))"
# ca_file = "/etc/ssl/acme.pem"
# [[directories]]
# name = "staff"
# kind = "file"
# Whoever can write this file decides who is gone: name none that an assistant can write to.
# path = "/srv/hr/staff.csv"
# It is read once it has lain unchanged for so long; 0 where whatever writes it has ended before each sync.
# still_seconds = 5

# Who is told what waits for them (docs/running.md).
[reminders]
# An owner gets one message through each place, at most once in this many days.
every_days = 1
# Nobody is told anything in these hours and on these days; what is still due afterwards is said afterwards.
# quiet_from = "20:00"
# quiet_until = "07:00"
# quiet_days = ["sat", "sun"]
quiet_days = []
# What is overdue for more than this many days beyond step_overdue_days is told somebody else too, if you say who.
escalate_after_days = 7
# escalate_to = "head-of-it@acme.example"
# A message that nobody takes is given up after this many hours; `axure-lifecycle notices list` shows it.
give_up_hours = 72

# Where messages go; one table for each place. `name` is your own word for it. The address of an incoming webhook is a
# secret: whoever knows it can write there. `takes` says what is sent: "digests" (what is due to owners), "escalations",
# and at a webhook "tickets" (that a case began or ended). `owners` limits it to messages for these owners.
# [[notices]]
# name = "slack"
# kind = "slack"
# url = "env:SLACK_WEBHOOK"
# takes = ["digests", "escalations"]
# owners = ["design-it", "kim@acme.example"]
# [[notices]]
# name = "teams"
# kind = "teams"
# A workflow that begins with "When a Teams webhook request is received".
# url = "file:/etc/axure-lifecycle/teams-url"
# [[notices]]
# name = "desk"
# kind = "webhook"
# url = "env:DESK_WEBHOOK"
# Signs each call as Standard Webhooks says: 24 bytes or more, as text or as base64 after whsec_.
# secret = "file:/etc/axure-lifecycle/desk-secret"
# [[notices]]
# name = "mail"
# kind = "email"
# host = "smtp.acme.example"
# "starttls", "tls", or "none" to this machine only; the usual port of each.
# security = "starttls"
# port = 587
# sender = "lifecycle@acme.example"
# user = "lifecycle"
# password = "file:/etc/axure-lifecycle/mail-password"
# Who gets what is for a team.
# fallback = "it@acme.example"

# What a ticket system reports of its tickets (POST /hooks/tickets of `axure-lifecycle serve`), signed in the same way.
[tickets]
# secret = "file:/etc/axure-lifecycle/tickets-secret"

# Identity providers that push whom they want in Axure to `axure-lifecycle serve` (SCIM 2.0 at /scim/v2; docs/scim.md;
# extra "scim"). A push is a wish: it is answered at once, and people do the rest.
[scim]
# More pushes than this of one identity provider in a minute are told to come again later, by each process.
pushes_a_minute = 3000
# Larger pushes are refused.
max_push_bytes = 1048576

# One table for each; `name` is your own word for it, `kind` is "okta", "entra" or "other". It comes with a token
# (`axure-lifecycle scim token create NAME`), and what it pushes is kept apart from what any other one does.
# [[scim.idps]]
# name = "okta-push"
# kind = "okta"
# Which attribute is somebody's address in Axure: "userName", or the work address among "emails".
# address = "userName"
# Changes of one person within so many minutes are one wish.
# grouping_minutes = 15
# What being in one of its groups means in Axure: a role ("guest", "member", "admin", "technical_admin", "super_admin"),
# workspaces as they are called there, or both.
# [[scim.idps.groups]]
# name = "Axure Technical Admins"
# role = "technical_admin"
# [[scim.idps.groups]]
# name = "Axure Checkout"
# workspaces = ["Checkout"]

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
