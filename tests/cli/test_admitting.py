"""Letting people in: what is secret is shown once, to a person, and lies nowhere."""

import json
import re
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from axure_lifecycle.app import Workshop
from axure_lifecycle.domain.access import Role, digest_of
from axure_lifecycle.domain.holdings import Actor, Channel
from axure_lifecycle.ports import FactorKind
from tests.cli.conftest import initialize
from tests.cli.processes import attend, run

ANA = "ana@acme.example"
SECRET = re.compile(r"\bax[li]_[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A configured home, which the tests of this module share in their order."""
    return initialize(tmp_path_factory.mktemp("admitting") / "home")


def make(home: Path, *words: str) -> str:
    """The secret that a command shows to a person."""
    made = attend(*words, home=home)
    assert made.code == 0, made
    (secret,) = SECRET.findall(made.err)
    return str(secret)


def files_with(home: Path, *secrets: str) -> list[str]:
    """The files of the home, in which any of these stands as it is."""
    return [
        file.name
        for file in home.rglob("*")
        if file.is_file() and any(secret.encode() in file.read_bytes() for secret in secrets)
    ]


def test_a_token_is_shown_once_lets_its_person_in_and_lies_nowhere(home: Path) -> None:
    first = make(home, "token", "create", " Ana@ACME.example ", "--role", "operator", "--role", "approver")
    made = attend("token", "create", ANA, "--role", "viewer", "--days", "1", "--json", home=home, pipes=True)
    second = made.answer["secret"]
    assert (made.answer["token"], made.answer["roles"], first == second) == ("T-2", ["viewer"], False)
    assert second not in made.err
    with closing(Workshop(home)) as workshop, workshop.store().reading() as view:
        found = view.token_by_digest(digest_of(first))
        assert found is not None
        assert (found.name, found.person, found.roles) == ("T-1", ANA, frozenset({Role.OPERATOR, Role.APPROVER}))
        assert abs(found.expires_at - datetime.now(UTC) - timedelta(days=90)) < timedelta(hours=1)
        assert (found.created_by.name, found.created_by.channel) == ("pat@acme.example", Channel.TERMINAL)
        records = [json.loads(record.payload or "") for record in view.trail()]
    assert [record["token"] for record in records] == [1, 2]
    assert {record["by"]["name"] for record in records} == {"pat@acme.example"}
    assert files_with(home, ANA)
    assert files_with(home, first, second, first.removeprefix("axl_"), second[10:30]) == []


def test_the_list_says_who_as_what_and_until_when_and_never_a_token(home: Path) -> None:
    listed = run("token", "list", home=home)
    assert listed.code == 0
    assert re.search(
        rf"T-2 {ANA}: viewer, until \d{{4}}-\d\d-\d\d\.\nT-1 {ANA}: operator and approver, until", listed.out
    )
    assert not SECRET.search(listed.out)
    answer = run("token", "list", "--json", home=home).answer
    assert [(one["token"], one["counts"]) for one in answer["tokens"]] == [("T-2", True), ("T-1", True)]


def test_a_revoked_token_lets_nobody_in_and_says_why(home: Path) -> None:
    done = run("token", "revoke", "t-1", "--reason", "the laptop was lost", home=home)
    assert done.out.startswith(f"T-1 of {ANA} lets nobody in any more")
    assert "revoked on" in run("token", "list", home=home).out
    assert run("token", "revoke", "T-1", "--reason", "again", "--json", home=home).refusal == "token_revoked_already"
    assert run("token", "revoke", "T-9", "--reason", "x", "--json", home=home).refusal == "token_unknown"
    with closing(Workshop(home)) as workshop, workshop.store().reading() as view:
        assert not view.token(1).counts(datetime.now(UTC))
        assert [record.kind for record in view.trail()] == ["token.created", "token.created", "token.revoked"]


@pytest.mark.parametrize(
    "words",
    [
        ("token", "create", ANA, "--role", "admin"),
        ("factor", "invite", ANA),
    ],
)
def test_without_a_person_at_a_terminal_no_way_in_is_made(home: Path, words: tuple[str, ...]) -> None:
    refused = run(*words, "--json", home=home)
    assert refused.refusal == "needs_terminal"
    assert f"{' '.join(words)}" in refused.answer["error"]["message"]
    assert not SECRET.search(refused.out + refused.err)


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("token", "create", "Ana", "--role", "admin"), "not_an_address", "“Ana” is no e-mail address"),
        (("token", "create", ANA, "--role", "admin", "--days", "0"), "arguments_refused", "1 to 366"),
        (("token", "create", ANA, "--role", "admin", "--days", "367"), "arguments_refused", "1 to 366"),
        (("token", "create", ANA, "--role", "admin", "--label", "x" * 101), "arguments_refused", "100 characters"),
        (("token", "revoke", "R-1", "--reason", "x"), "arguments_refused", "T-3"),
        (("factor", "invite", ANA, "--hours", "200"), "arguments_refused", "1 to 168"),
        (("factor", "remove", "7", "--reason", "x"), "factor_unknown", "number 7"),
    ],
)
def test_what_cannot_be_is_refused_by_a_sentence(home: Path, words: tuple[str, ...], code: str, told: str) -> None:
    refused = attend(*words, "--json", home=home, pipes=True)
    assert refused.refusal == code
    assert told in refused.answer["error"]["message"]


def test_a_token_has_a_role_that_there_is(home: Path) -> None:
    assert run("token", "create", ANA, home=home).code == 2
    boss = run("token", "create", ANA, "--role", "boss", home=home)
    assert boss.code == 2
    assert "'viewer', 'operator', 'approver', 'auditor', 'admin'" in boss.err


def test_an_invitation_is_shown_once_and_enrols_one_device_which_can_be_removed(home: Path) -> None:
    code = make(home, "factor", "invite", ANA, "--hours", "2")
    waiting = run("factor", "list", home=home).out
    assert f"{ANA} is invited until" in waiting
    with closing(Workshop(home)) as workshop:
        desk = workshop.desk(Channel.CONSOLE)
        with desk.store.writing(desk.actor) as change:
            change.enrol_factor(
                digest_of(code), ANA, FactorKind.TOTP, label="phone", credential="", material="sealed", counter=0
            )
    listed = run("factor", "list", home=home)
    assert re.search(rf"1 {ANA} \(“phone”\): totp, enrolled on \d{{4}}", listed.out)
    assert "invited until" not in listed.out
    gone = run("factor", "remove", "1", "--reason", "a new phone", home=home)
    assert gone.out.startswith(f"Factor 1 (totp) of {ANA} counts no more; they have no other.")
    assert run("factor", "remove", "1", "--reason", "x", "--json", home=home).refusal == "factor_unknown"
    assert ", removed on " in run("factor", "list", home=home).out
    assert not SECRET.search(waiting + listed.out + gone.out)
    assert files_with(home, code, code.removeprefix("axi_")) == []


def test_somebody_is_signed_out_of_the_console_everywhere_and_what_still_lets_them_in_is_said(home: Path) -> None:
    make(home, "token", "create", "olga@acme.example", "--role", "operator")
    actor = Actor("olga@acme.example", Channel.CONSOLE)
    with closing(Workshop(home)) as workshop, workshop.store().writing(actor) as change:
        for person in ("olga@acme.example", ANA):
            change.begin_session(
                digest_of(person),
                person,
                frozenset({Role.OPERATOR}),
                proof="https://id.acme.example 7",
                token_id=None,
                expires_at=datetime.now(UTC) + timedelta(hours=1),
            )
    listed = run("session", "list", home=home)
    assert "olga@acme.example: operator, since " in listed.out
    assert f"{ANA}: operator, since " in listed.out
    ended = run("session", "end", "Olga@acme.example", "--reason", "she left", "--json", home=home)
    assert (ended.answer["ended"], len(ended.answer["tokens"])) == (1, 1)
    assert "token revoke --person olga@acme.example`" in ended.answer["next"]
    listed = run("session", "list", home=home)
    assert "olga@acme.example" not in listed.out
    assert ANA in listed.out
    again = run("session", "end", "olga@acme.example", "--reason", "to be sure", home=home)
    assert "olga@acme.example is not signed in at the console." in again.out
    with closing(Workshop(home)) as workshop, workshop.store().reading() as view:
        records = [json.loads(one.payload or "") for one in view.trail() if one.kind == "session.ended"]
    assert [(one["person"], one["reason"], one["by"]["name"]) for one in records] == [
        ("olga@acme.example", "she left", "pat@acme.example")
    ]


def test_every_token_that_lets_a_person_in_is_revoked_at_once_and_nobody_elses(home: Path) -> None:
    ivo, una = "ivo@acme.example", "una@acme.example"
    words = ("token", "revoke", "--person")
    for person, days in ((ivo, 30), (una, 30), (ivo, 60), (ivo, -1)):
        let_in(home, person, days)
    with closing(Workshop(home)) as workshop, workshop.store().writing(Actor(ivo, Channel.CONSOLE)) as change:
        [_, newest, oldest] = [one.id for one in change.tokens() if one.person == ivo]
        for number in (newest, None):
            change.begin_session(
                digest_of(f"cookie {number}"),
                ivo,
                frozenset({Role.OPERATOR}),
                proof="however",
                token_id=number,
                expires_at=datetime.now(UTC) + timedelta(hours=1),
            )
    assert run(*words, ivo, home=home).code == 2, "without a terminal a reason is typed along"
    done = run(*words, " Ivo@ACME.example ", "--reason", "he left", home=home)
    assert done.code == 0
    said = " ".join(done.out.split())
    assert said.startswith(f"T-{newest} and T-{oldest} of {ivo} let nobody in any more")
    assert f"session end {ivo}`" in said, "the identity provider's session goes on"
    with closing(Workshop(home)) as workshop, workshop.store().reading() as view:
        assert [one.person for one in view.tokens() if one.person in (ivo, una) and one.counts(datetime.now(UTC))] == [
            una
        ]
        assert [one.token_id for one in view.sessions_of(ivo)] == [None]
        told = [json.loads(one.payload or "") for one in view.trail() if one.kind == "token.revoked"][-2:]
    assert [(one["token"], one["reason"], one["by"]["name"]) for one in told] == [
        (newest, "he left", "pat@acme.example"),
        (oldest, "he left", "pat@acme.example"),
    ]
    again = run(*words, ivo, "--reason", "to be sure", "--json", home=home)
    assert (again.code, again.answer["tokens"]) == (0, [])
    assert again.answer["said"] == f"No token lets {ivo} in: each was revoked before, or has expired. Nothing changed."
    assert run(*words, "ivi@acme.example", "--reason", "x", "--json", home=home).refusal == "no_token_ever"
    assert run(*words, "ivo", "--reason", "x", "--json", home=home).refusal == "not_an_address"
    for both_or_none in (("T-1", "--person", una), ()):
        mistyped = run("token", "revoke", *both_or_none, "--reason", "x", home=home)
        assert (mistyped.code, "say one token, or whose with --person" in mistyped.err) == (2, True)


def let_in(home: Path, person: str, days: int) -> None:
    """A token for somebody, without its secret."""
    with closing(Workshop(home)) as workshop:
        desk = workshop.desk(Channel.TERMINAL)
        with desk.store.writing(desk.actor) as change:
            change.create_token(
                person,
                frozenset({Role.OPERATOR}),
                digest_of(f"{person} {days}"),
                label="",
                expires_at=datetime.now(UTC) + timedelta(days=days),
            )
