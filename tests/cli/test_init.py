"""`init`: few questions at a terminal, flags elsewhere, every mistake at once, nothing overwritten unasked."""

import stat
from pathlib import Path

import pytest

from axure_lifecycle.cli.organization import find_time_zone
from axure_lifecycle.config import load_configuration
from axure_lifecycle.domain.organization import Deployment, Idp, Screens, SignIn
from tests.cli.conftest import FLAGS
from tests.cli.processes import ENDS_INPUT, INTERRUPTS, attend, run


def test_flags_alone_describe_the_organisation_and_say_what_comes_next(tmp_path: Path) -> None:
    home = tmp_path / "home"

    made = run("init", *FLAGS, home=home)

    assert (made.code, made.err) == (0, "")
    assert f"Written: {home / 'config.toml'}." in made.out
    for kind in ("members", "seats", "directory"):
        assert f"axure-lifecycle --home {home} import {kind} FILE" in made.out
    written = load_configuration(home).organization
    assert (written.name, written.deployment, written.host) == (
        "Acme",
        Deployment.PRIVATE_INSTANCE,
        "acme.axure.cloud",
    )
    assert (written.sign_in, written.idp, written.screens) == (SignIn.SAML, Idp.OKTA, Screens.NEW)
    assert (written.operator, written.time_zone.key) == ("pat@acme.example", "Europe/Amsterdam")
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert stat.S_IMODE((home / "config.toml").stat().st_mode) == 0o600


def test_without_a_time_zone_the_machine_s_own_counts(tmp_path: Path) -> None:
    made = run("init", *FLAGS[:-2], home=tmp_path / "home", environment={"TZ": "Asia/Tokyo"})

    assert made.code == 0, made
    assert load_configuration(tmp_path / "home").organization.time_zone.key == "Asia/Tokyo"


def test_without_a_terminal_everything_missing_or_wrong_is_named_at_once(tmp_path: Path) -> None:
    home = tmp_path / "home"

    made = run("init", "--organization", "Acme", "--host", "a b", "--screens", "7", "--sign-in", "SALM", home=home)

    assert (made.code, made.out) == (1, "")
    assert made.err.startswith("No configuration was written.")
    for flag in ("--deployment: missing", "--host: found", "--screens: found", "--sign-in: found", "--idp: missing"):
        assert f"- {flag}" in made.err
    assert "- --operator: missing" in made.err
    assert "- --organization" not in made.err
    assert not home.exists()


def test_a_host_that_cannot_be_is_named_beside_what_is_missing(tmp_path: Path) -> None:
    made = run("init", "--host", "app.axure.cloud", home=tmp_path / "home")

    assert "- --host: found app.axure.cloud; expected another host" in made.err
    assert "- --deployment: missing" in made.err


def test_whoever_does_not_know_the_screens_is_told_how_to_find_out_and_asked_again(tmp_path: Path) -> None:
    flags = FLAGS[: FLAGS.index("--screens")] + FLAGS[FLAGS.index("--screens") + 2 :]
    says = [("--screens (a number or a word):", answer) for answer in ("?", "I don't know", "2")]

    made = attend("init", *flags, home=tmp_path / "home", says=says)

    assert made.err.count("Sign in to the server as an admin and look") == 3
    assert load_configuration(tmp_path / "home").organization.screens is Screens.MID


def test_mistakes_have_a_code_in_json(tmp_path: Path) -> None:
    assert run("init", "--json", home=tmp_path / "home").refusal == "init_refused"


def test_a_server_that_cannot_be_is_refused(tmp_path: Path) -> None:
    flags = [flag if flag != "acme.axure.cloud" else "app.axure.cloud" for flag in FLAGS]

    made = run("init", *flags, home=tmp_path / "home")

    assert made.code == 1
    assert "public Axure Cloud, another tenant" in made.err


def test_at_a_terminal_only_what_is_missing_is_asked_and_a_wrong_answer_is_asked_again(tmp_path: Path) -> None:
    home = tmp_path / "home"

    made = attend(
        *("init", "--organization", "Acme", "--deployment", "on_premises", "--idp", "other"),
        home=home,
        says=[
            ("--host:", "acme.axure.cloud"),
            ("hosted by Axure", ""),
            ("--host:", "share.acme.example"),
            ("--sign-in (a number or a word):", "9"),
            ("--sign-in (a number or a word):", "3"),
            ("--screens (a number or a word):", "2017"),
            ("--operator:", "Pat"),
            ("expected an e-mail address", "pat@acme.example"),
            ("--time-zone [Asia/Tokyo]:", ""),
        ],
        environment={"TZ": "Asia/Tokyo"},
    )

    assert made.code == 0, made
    assert "What do people call" not in made.err
    assert "Who hosts" not in made.err
    written = load_configuration(home).organization
    assert (written.host, written.sign_in, written.screens) == ("share.acme.example", SignIn.LDAP, Screens.YEAR_2017)
    assert (written.operator, written.time_zone.key) == ("pat@acme.example", "Asia/Tokyo")


def test_questions_that_are_left_write_nothing(tmp_path: Path) -> None:
    home = tmp_path / "home"

    ended = attend("init", home=home, says=[("--organization:", ENDS_INPUT)])
    interrupted = attend("init", home=home, says=[("--organization:", "Acme"), ("--deployment", INTERRUPTS)])

    assert ended.code == 1
    assert "No configuration was written: the questions were left" in ended.err
    assert interrupted.code == 130
    assert "Traceback" not in interrupted.err
    assert not home.exists()


def test_a_wrong_flag_is_refused_at_a_terminal_before_anything_is_asked(tmp_path: Path) -> None:
    made = attend("init", "--screens", "7", home=tmp_path / "home")

    assert made.code == 1
    assert "--screens: found" in made.err
    assert "--host" not in made.err


def test_a_second_init_overwrites_nothing_unasked(tmp_path: Path) -> None:
    home = tmp_path / "home"
    run("init", *FLAGS, home=home)
    before = (home / "config.toml").read_text()
    others = [flag if flag != "Acme" else "Birch" for flag in FLAGS]

    again = run("init", *others, home=home)
    asked = attend("init", home=home)

    assert (again.code, asked.code) == (1, 1)
    assert "is never overwritten unasked" in again.err
    assert "What do people call" not in asked.err, "refused before anything is asked"
    assert (home / "config.toml").read_text() == before
    assert run("init", *others, "--replace", home=home).code == 0
    assert load_configuration(home).organization.name == "Birch"


def test_a_home_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    made = run("init", *FLAGS, "--json", home=tmp_path / "file")

    assert made.refusal == "home_unusable"


def test_the_home_is_taken_before_and_after_the_command_and_from_the_environment(tmp_path: Path) -> None:
    after = run("init", *FLAGS, "--home", str(tmp_path / "after"))
    named = run("init", *FLAGS, environment={"AXURE_LIFECYCLE_HOME": str(tmp_path / "named")})

    assert (after.code, named.code) == (0, 0)
    assert (tmp_path / "after" / "config.toml").is_file()
    assert (tmp_path / "named" / "config.toml").is_file()
    assert "axure-lifecycle import members FILE" in named.out, "the environment names the home for the next command too"
    both = run("sources", "--home", str(tmp_path / "after"), home=tmp_path / "nowhere")
    assert both.code == 0, both
    grouped = run("audit", "--home", str(tmp_path / "after"), "verify")
    assert grouped.code == 0, grouped


def test_a_time_zone_is_found_only_where_it_is_one(tmp_path: Path) -> None:
    (tmp_path / "zoneinfo" / "Europe").mkdir(parents=True)
    zone = tmp_path / "zoneinfo" / "Europe" / "Amsterdam"
    zone.write_text("")
    (tmp_path / "localtime").symlink_to(zone)

    assert find_time_zone({}, tmp_path) == "Europe/Amsterdam"
    assert find_time_zone({"TZ": ":Asia/Tokyo"}, tmp_path) == "Asia/Tokyo"
    assert find_time_zone({"TZ": "CET-1CEST,M3.5.0"}, tmp_path) == "Europe/Amsterdam"
    assert find_time_zone({}, tmp_path / "none") is None


def test_what_was_written_is_told_with_what_each_word_means(tmp_path: Path) -> None:
    told = run("init", *FLAGS, home=tmp_path / "home").out

    for line in (
        "  name            Acme",
        "  host            acme.axure.cloud",
        "  sign_in         saml – SAML single sign-on",
        "  idp             okta – Okta",
        "  operator        pat@acme.example",
        "  time_zone       Europe/Amsterdam",
    ):
        assert line in told.splitlines()
    assert told.index("time_zone") < told.index("import members FILE")


def test_a_host_that_was_copied_and_words_in_any_case_are_understood(tmp_path: Path) -> None:
    given = {"acme.axure.cloud": "https://Acme.axure.cloud/", "okta": "Okta", "saml": "SAML"}
    given["private_instance"] = "Private-Instance"

    made = run("init", *(given.get(flag, flag) for flag in FLAGS), home=tmp_path / "home")

    assert made.code == 0, made
    written = load_configuration(tmp_path / "home").organization
    assert (written.host, written.idp, written.sign_in) == ("acme.axure.cloud", Idp.OKTA, SignIn.SAML)


@pytest.mark.parametrize("host", ["1", "https://1/", "10.0.1", "acme", "1.2.3.999"])
def test_what_can_be_no_host_is_refused(tmp_path: Path, host: str) -> None:
    made = run("init", *(flag if flag != "acme.axure.cloud" else host for flag in FLAGS), home=tmp_path / "home")

    assert made.code == 1
    assert "- --host: found" in made.err
    assert not (tmp_path / "home").exists()


def test_a_host_of_ones_own_may_have_a_short_name_or_an_ip_address(tmp_path: Path) -> None:
    for number, host in enumerate(("axure", "10.0.0.7:8443")):
        given = {"acme.axure.cloud": host, "private_instance": "on_premises"}
        assert run("init", *(given.get(flag, flag) for flag in FLAGS), home=tmp_path / str(number)).code == 0
