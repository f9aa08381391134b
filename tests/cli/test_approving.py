"""A second person at a terminal of their own: the same store, another operator."""

from pathlib import Path

import pytest

from tests.cli.processes import ENTER, NO, YES, attend, run

BO = "bo@acme.example"
PLAN = ("role-change", BO, "admin")


@pytest.fixture
def homes(small_home: Path, tmp_path: Path) -> tuple[Path, Path]:
    """Pat's home and Kim's, on one store; whoever owns licences needs a second person."""
    file = small_home / "config.toml"
    text = file.read_text("utf-8")
    for setting, value in (
        ("# reasons = []", 'reasons = ["licence_owner"]'),
        ("[store]\n", f'[store]\nurl = "sqlite:///{small_home / "store.sqlite"}"\n'),
    ):
        assert setting in text
        text = text.replace(setting, value)
    file.write_text(text, "utf-8")
    kims = tmp_path / "kims"
    kims.mkdir(mode=0o700)
    (kims / "config.toml").write_text(text.replace("pat@acme.example", "kim@acme.example"), "utf-8")
    return small_home, kims


def test_a_second_person_approves_at_a_terminal_and_the_first_one_goes_on(homes: tuple[Path, Path]) -> None:
    pats, kims = homes
    planned = run("plan", *PLAN, home=pats)
    assert (
        "It needs the approval of a second person before anybody acts: an owner or manager of licences" in planned.out
    )
    digest = run("plan", *PLAN, "--json", home=pats).answer["digest"]
    opened = run("open", BO, "--operation", "change-role", "--role", "admin", "--digest", digest, home=pats)
    assert f"`axure-lifecycle --home {pats} approve C-1`" in opened.out
    assert "C-1" in run("cases", "--waiting-for", "approval", home=kims).out
    assert "Approval: missing" in run("case", "C-1", home=kims).out
    first = run("case", "C-1", "--json", home=pats).answer["steps"][0]["key"]
    assert run("record", "C-1", first, "done", "--json", home=pats).refusal == "approval_missing"
    waits = attend("confirm", "C-1", home=pats)
    assert f"C-1 waits for the approval of a second person: axure-lifecycle --home {pats} approve C-1" in waits.err

    assert run("approve", "C-1", "--json", home=kims).refusal == "needs_terminal"
    mine = attend("approve", "C-1", home=pats)
    assert mine.code == 1
    assert "pat@acme.example asked for it" in mine.err
    refused = attend("approve", "C-1", home=kims, says=[ENTER, NO])
    assert refused.code == 1
    assert "C-1 is not approved: you did not say yes." in refused.err
    approved = attend("approve", "C-1", "--note", "IT-7", home=kims, says=[YES])
    assert approved.code == 0, approved
    assert "Do you approve C-1, plan " in approved.err
    assert "Approval: given, A-1 kim@acme.example at a terminal" in approved.err
    assert run("cases", "--waiting-for", "approval", home=pats).out.startswith("0 cases.")

    assert attend("record", "C-1", first, "done", home=kims).code == 1
    recorded = attend("record", "C-1", first, "done", home=pats, says=[YES])
    assert recorded.code == 0, recorded
    taken_back = attend("retract", "A-1", "--reason", "the wrong Bo", home=kims, says=[YES])
    assert taken_back.code == 0, taken_back
    assert "does not count: taken back" in run("case", "C-1", home=pats).out
