"""`sync` and `doctor`: configured directories are read whole or not at all, and each thing that is wrong is named."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.cli.conftest import DIRECTORY, MEMBERS, bring, initialize
from tests.cli.processes import INTERRUPTS, Ended, attend, run
from tests.directories.vendors import faults
from tests.directories.vendors.okta import OktaVendor
from tests.directories.vendors.people import make_organisation
from tests.directories.vendors.serving import Served, serve

TOKEN = "LIFECYCLE_TEST_OKTA"


def configure(home: Path, *tables: str) -> None:
    """Add directories to the configuration."""
    file = home / "config.toml"
    file.write_text("\n".join([file.read_text("utf-8"), *(f"[[directories]]\n{table}" for table in tables)]), "utf-8")


def file_table(name: str, path: Path) -> str:
    return f'name = "{name}"\nkind = "file"\npath = "{path}"\nstill_seconds = 0\n'


def okta_table(okta: Served[OktaVendor], name: str = "okta", **more: str) -> str:
    host = urlsplit(okta.base).netloc
    settings = {"name": name, "kind": "okta", "host": host, "token": f"env:{TOKEN}", "ca_file": okta.ca_file, **more}
    return "".join(f'{key} = "{value}"\n' for key, value in settings.items())


@pytest.fixture
def staff(tmp_path: Path) -> Path:
    """Ana, who has left, and Bo, as something else keeps them up to date."""
    file = tmp_path / "staff.csv"
    file.write_text(DIRECTORY, "utf-8")
    return file


@pytest.fixture
def home(tmp_path: Path, staff: Path) -> Path:
    """A home with the members page and a file as its directory."""
    home = initialize(tmp_path / "home")
    members = tmp_path / "members.csv"
    members.write_text(MEMBERS, "utf-8")
    bring(home, "members", members)
    configure(home, file_table("staff", staff))
    return home


@pytest.fixture
def okta() -> Iterator[Served[OktaVendor]]:
    """An Okta with 30 people."""
    with serve(OktaVendor(make_organisation(30))) as served:
        yield served


def one(ended: Ended) -> dict[str, Any]:
    """What came of the only directory."""
    (told,) = ended.answer["directories"]
    return dict(told)


def test_without_a_configured_directory_both_say_so(configured: Path) -> None:
    refused = run("sync", "--json", home=configured)
    assert refused.refusal == "no_directories"
    assert "[[directories]]" in refused.answer["error"]["message"]
    doctor = run("doctor", home=configured)
    assert doctor.code == 0
    assert "[ok] configuration, settings: Acme at acme.axure.cloud, 0 directories." in doctor.out
    assert "Nothing is wrong." in doctor.out


def test_sync_reads_what_is_configured_and_verdicts_follow(home: Path) -> None:
    done = run("sync", home=home)
    assert (done.code, done.err) == (0, "")
    assert "staff (file): read in full, 2 accounts now, 2 added, 0 changed, 0 gone. It is " in done.out
    assert "`discrepancies` shows what follows." in done.out
    assert run("check", "ana@acme.example", "--json", home=home).answer["verdict"] == "leaver"


def test_a_second_run_tells_what_changed_and_the_same_again_changes_nothing(home: Path, staff: Path) -> None:
    assert one(run("sync", "--json", home=home))["source"] == "R-2"
    again = one(run("sync", "staff", "--json", home=home))
    assert (again["outcome"], again["people"], again["added"], again["changed"], again["gone"]) == (
        *("read", 2),
        *(0, 0, 0),
    )
    staff.write_text(DIRECTORY.replace("DEPROVISIONED", "ACTIVE") + "cy@acme.example,Cy,ACTIVE,,,person\n", "utf-8")
    changed = one(run("sync", "--json", home=home))
    assert (changed["people"], changed["added"], changed["changed"], changed["gone"]) == (3, 1, 1, 0)
    assert run("check", "ana@acme.example", "--json", home=home).answer["verdict"] == "active"


def test_a_name_reads_that_one_alone(home: Path, tmp_path: Path) -> None:
    configure(home, file_table("contractors", tmp_path / "none.csv"))
    done = run("sync", "staff", "--json", home=home)
    assert done.code == 0
    assert [each["directory"] for each in done.answer["directories"]] == ["staff"]


def test_a_name_that_nobody_configured_is_refused_with_those_that_are(home: Path) -> None:
    refused = run("sync", "okta", home=home)
    assert (refused.code, refused.out) == (1, "")
    assert "none is called okta. Configured are: staff." in refused.err
    assert run("sync", "okta", "--json", home=home).refusal == "directory_unknown"
    assert run("sync", "x" * 41, "--json", home=home).refusal == "arguments_refused"


def test_one_that_fails_does_not_keep_the_others_and_the_exit_code_tells(home: Path, tmp_path: Path) -> None:
    configure(home, file_table("contractors", tmp_path / "none.csv"))
    done = run("sync", "--json", home=home)
    assert (done.code, done.answer["failed"]) == (1, 1)
    assert [(each["directory"], each["outcome"], each["code"]) for each in done.answer["directories"]] == [
        ("staff", "read", None),
        ("contractors", "failed", "roster_missing"),
    ]
    assert "It was never read before." in run("sync", "contractors", home=home).out


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("email,status\nana@acme.example,ACTIVE\nana@acme.example,DEPROVISIONED\n", "directory_file_flawed"),
        ("email,status\nnobody,ACTIVE\n", "directory_file_flawed"),
        ("email,status\n", "directory_empty"),
        (None, "roster_missing"),
    ],
)
def test_a_failure_keeps_the_last_read_in_force_and_sources_tells(
    home: Path, staff: Path, content: str | None, code: str
) -> None:
    run("sync", home=home)
    staff.unlink()
    if content is not None:
        staff.write_text(content, "utf-8")
    failed = run("sync", home=home)
    assert failed.code == 1
    assert f"[{code}]" in failed.out
    assert "R-2 stays in force." in failed.out
    assert "discrepancies" not in failed.out, "nothing follows from it"
    assert run("check", "ana@acme.example", "--json", home=home).answer["verdict"] == "leaver"
    health = run("sources", "--json", home=home).answer["directories"]
    assert [(each["name"], each["source"], each["people"], each["error"]) for each in health] == [
        ("staff", "R-2", 2, code)
    ]
    assert "the last try failed: " in run("sources", home=home).out


def test_sources_tells_of_a_directory_before_and_after_it_was_read(home: Path) -> None:
    assert "- staff (file): never read completely; never tried: `axure-lifecycle" in run("sources", home=home).out
    run("sync", home=home)
    told = run("sources", home=home).out
    assert "- staff (file): last read completely as R-2" in told
    assert "2 accounts" in told
    assert "failed" not in told


def test_doctor_reads_a_file_to_its_end_and_writes_nothing(home: Path, staff: Path) -> None:
    found = run("doctor", home=home)
    assert found.code == 0
    assert found.err == "Asking staff (file) …\n"
    assert found.out.splitlines() == [
        "[ok] configuration, settings: Acme at acme.axure.cloud, 1 directory.",
        "[ok] store, opening: It opens; no directory tried yet.",
        "[ok] staff, people: The file lists 2 people.",
        "Nothing is wrong.",
        "`sync` reads them.",
    ]
    assert [each["id"] for each in run("sources", "--json", home=home).answer["sources"]] == ["R-1"]
    staff.unlink()
    broken = run("doctor", "--json", home=home)
    assert (broken.code, broken.err, broken.answer["wrong"]) == (1, "", 1)
    (wrong,) = [each for each in broken.answer["things"] if not each["fine"]]
    assert (wrong["where"], wrong["about"]) == ("staff", "people")


def test_doctor_asks_okta_and_never_shows_the_token(home: Path, okta: Served[OktaVendor]) -> None:
    secret = {TOKEN: okta.vendor.ssws_token}
    configure(home, okta_table(okta, app=okta.vendor.app_id))
    found = run("doctor", "--json", home=home, environment=secret)
    assert found.code == 0
    things = [
        (each["about"], each["fine"], each["warning"]) for each in found.answer["things"] if each["where"] == "okta"
    ]
    assert things == [
        ("secret", True, False),
        ("sign-in", True, True),
        ("people", True, False),
        ("app", True, False),
    ]
    assert found.answer["warnings"] == 1
    assert okta.vendor.ssws_token not in json.dumps(found.answer)
    shown = run("doctor", home=home, environment=secret)
    assert f"[ok] okta, secret: env:{TOKEN} holds something." in shown.out
    assert "[?] okta, sign-in: Okta is read with an API token" in shown.out
    assert "0 things wrong, 1 warning." in shown.out


@pytest.mark.parametrize(
    ("environment", "about", "says"),
    [
        ({}, "secret", f"its secret env:{TOKEN} is not set"),
        ({TOKEN: "hunter2-canary"}, "sign-in", "it refused the sign-in"),
    ],
)
def test_doctor_and_sync_say_what_is_wrong_with_a_secret(
    home: Path, okta: Served[OktaVendor], environment: dict[str, str], about: str, says: str
) -> None:
    configure(home, okta_table(okta))
    found = run("doctor", home=home, environment=environment)
    assert found.code == 1
    assert f"[!] okta, {about}: The directory okta was not read: {says}" in found.out
    assert "1 thing wrong" in found.out
    tried = run("sync", "okta", home=home, environment=environment)
    assert tried.code == 1
    assert says in tried.out
    assert all("hunter2" not in text for text in (found.out, found.err, tried.out, tried.err))


def test_doctor_warns_of_a_secret_that_others_may_read(home: Path, okta: Served[OktaVendor], tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(okta.vendor.ssws_token, "utf-8")
    file.chmod(0o644)
    configure(home, okta_table(okta, token=f"file:{file}"))
    assert f"[?] okta, secret: Others on this machine may read file:{file}; let its owner alone" in (
        run("doctor", home=home).out
    )
    file.chmod(0o600)
    assert f"[ok] okta, secret: file:{file} holds something." in run("doctor", home=home).out


def test_a_broken_configuration_is_told_by_both_with_every_mistake(home: Path) -> None:
    configure(home, 'name = "okta"\nkind = "okta"\nhost = "acme.okta.example"\ntoken = "hunter2-canary"\n', "")
    for command in ("doctor", "sync"):
        told = run(command, home=home)
        assert (told.code, told.out) == (1, "")
        assert "has 3 mistakes" in told.err
        assert "- directories.2.token: found something else; expected where the secret lies" in told.err
        assert "hunter2" not in told.err


def test_ctrl_c_ends_a_long_read_and_leaves_nothing_of_it(home: Path, okta: Served[OktaVendor]) -> None:
    configure(home, okta_table(okta))
    okta.vendor.schedule.at(1, faults.SlowDrip(piece=1, pause=1))
    secret = {TOKEN: okta.vendor.ssws_token}
    stopped = attend("sync", "okta", home=home, environment=secret, says=[("okta: people", INTERRUPTS)])
    assert stopped.code == 130
    assert "Traceback" not in stopped.err
    assert "read in full" not in stopped.err
    health = run("sources", "--json", home=home).answer["directories"]
    assert [(each["name"], each["source"]) for each in health] == [("staff", None), ("okta", None)]


def test_what_a_terminal_shows_of_a_long_read_is_gone_at_its_end(home: Path, okta: Served[OktaVendor]) -> None:
    configure(home, okta_table(okta))
    okta.vendor.schedule.at(2, faults.SlowDrip(piece=1, pause=1))
    read = attend("sync", home=home, environment={TOKEN: okta.vendor.ssws_token})
    assert read.code == 0
    bar, _, answer = read.err.rpartition("staff (file): read in full")
    assert "okta: people" in bar
    assert " 30 " in bar, "nobody knows of how many, so they are counted"
    assert "okta (okta): read in full, 30 accounts now" in answer
