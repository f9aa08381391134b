"""Letting identity providers push: a token is shown once, to a person, and lies nowhere."""

import json
import re
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from axure_lifecycle.app import Workshop
from axure_lifecycle.domain.access import digest_of
from axure_lifecycle.domain.holdings import Channel
from tests.cli.conftest import initialize
from tests.cli.processes import attend, run
from tests.cli.test_admitting import files_with

SECRET = re.compile(r"\baxs_[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that okta-push may push to, which the tests of this module share in their order."""
    home = initialize(tmp_path_factory.mktemp("provisioning") / "home")
    file = home / "config.toml"
    file.write_text(f'{file.read_text("utf-8")}\n[[scim.idps]]\nname = "okta-push"\nkind = "okta"\n', "utf-8")
    return home


def test_a_token_is_shown_once_and_lies_nowhere_and_a_second_one_stands_beside_it(home: Path) -> None:
    made = attend("scim", "token", "create", "okta-push", home=home)
    assert made.code == 0, made
    (first,) = SECRET.findall(made.err)
    again = attend("scim", "token", "create", "okta-push", "--expires", "30", "--json", home=home, pipes=True)
    second = again.answer["secret"]
    assert (again.answer["token"], again.answer["idp"], first == second) == ("ST-2", "okta-push", False)
    assert "ST-1 still lets it in too" in again.answer["next"]
    with closing(Workshop(home)) as workshop, workshop.store().reading() as view:
        found = view.scim_token_by_digest(digest_of(first))
        assert found is not None
        assert abs(found.expires_at - datetime.now(UTC) - timedelta(days=180)) < timedelta(hours=2)
        assert (found.created_by.name, found.created_by.channel) == ("pat@acme.example", Channel.TERMINAL)
        records = [(record.kind, json.loads(record.payload or "")["idp"]) for record in view.trail()]
    assert records == [("scim.token_created", "okta-push")] * 2
    assert files_with(home, first, second, first.removeprefix("axs_"), second[10:30]) == []


def test_the_list_and_a_revocation_say_which_token_counts(home: Path) -> None:
    done = run("scim", "token", "revoke", "st-1", "--reason", "rotated", home=home)
    assert done.out.startswith("ST-1 of okta-push lets nobody in any more.")
    listed = run("scim", "token", "list", home=home)
    assert re.search(
        r"ST-2 okta-push: until \d{4}-\d\d-\d\d\.\nST-1 okta-push: revoked on \d{4}.*“rotated”", listed.out
    )
    assert not SECRET.search(listed.out)
    answer = run("scim", "token", "list", "--json", home=home).answer
    assert [(one["token"], one["counts"]) for one in answer["tokens"]] == [("ST-2", True), ("ST-1", False)]
    again = run("scim", "token", "revoke", "ST-1", "--reason", "x", "--json", home=home)
    assert again.refusal == "scim_token_revoked_already"
    assert run("scim", "token", "revoke", "9", "--reason", "x", "--json", home=home).refusal == "scim_token_unknown"


def test_only_a_person_makes_one_and_only_for_whoever_is_configured(home: Path) -> None:
    refused = run("scim", "token", "create", "okta-push", "--json", home=home)
    assert (refused.refusal, SECRET.search(refused.out + refused.err)) == ("needs_terminal", None)
    unknown = attend("scim", "token", "create", "ping", "--json", home=home, pipes=True)
    assert unknown.refusal == "idp_unknown"
    assert "it names okta-push" in unknown.answer["error"]["message"]
    late = attend("scim", "token", "create", "okta-push", "--expires", "367", "--json", home=home, pipes=True)
    assert late.refusal == "arguments_refused"
