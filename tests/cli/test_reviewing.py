"""A review at a terminal: opened, decided by somebody who types yes, closed; and never by a script."""

from pathlib import Path

from tests.cli.processes import NO, YES, attend, run

ANA, BO, KAI = "ana@acme.example", "bo@acme.example", "kai@freelance.example"


def test_a_review_from_its_opening_to_its_end_at_a_terminal(small_home: Path) -> None:
    opened = run("review", "open", "Q4 2026", "--due", "2099-12-31", home=small_home)
    assert (opened.code, opened.err) == (0, "")
    assert "V-1 “Q4 2026” (open, due 2099-12-31): 3 people, 3 undecided" in opened.out
    assert run("review", "list", home=small_home).out == "V-1  open, due 2099-12-31  3 of 3 undecided  Q4 2026\n"

    alone = run("review", "decide", "V-1", "keep", BO, "--reason", "HR-9", home=small_home)
    assert (alone.code, "review decide V-1" in alone.err) == (1, True), alone
    refused = attend("review", "decide", "V-1", "keep", BO, "--reason", "HR-9", home=small_home, says=[NO])
    assert refused.code == 1
    kept = attend("review", "decide", "V-1", "keep", BO, KAI, "--reason", "HR-9", home=small_home, says=[YES])
    assert kept.code == 0, kept
    removed = attend("review", "decide", "V-1", "remove", ANA, "--reason", "HR-9", home=small_home, says=[YES])
    assert "Opened C-1." in removed.err
    assert run("case", "C-1", home=small_home).code == 0

    shown = run("review", "show", "--all", "--json", home=small_home).answer
    assert (shown["undecided"], shown["kept"], shown["removed"]) == (0, 2, 1)
    assert run("review", "close", "V-1", home=small_home).code == 1
    closed = attend("review", "close", "V-1", home=small_home, says=[YES])
    assert (closed.code, "V-1 is closed; the trail holds the digest" in closed.err) == (0, True), closed
    assert "audit key" in closed.err, "nothing is signed without a key, and that is said"
    assert run("audit", "verify", home=small_home).code == 0


def test_an_erased_person_stands_in_a_closed_review_under_a_pseudonym_and_the_trail_still_holds(
    small_home: Path,
) -> None:
    run("review", "open", "Q4 2026", home=small_home)
    attend("review", "decide", "V-1", "keep", KAI, "--reason", f"{KAI} still draws", home=small_home, says=[YES])
    attend("review", "close", "V-1", "--unfinished", "a test", home=small_home, says=[YES])
    erased = attend("erase", KAI, "--force", "--reason", "HR-3", home=small_home, says=[YES])

    assert erased.code == 0, erased
    shown = run("review", "show", "V-1", "--all", "--json", home=small_home).answer
    assert KAI not in str(shown)
    assert (shown["people"], shown["kept"]) == (3, 1)
    assert len(shown["listed"]) == 3
    assert any(one["email"].startswith("erased-") and one["decision"] == "keep" for one in shown["listed"])
    assert run("audit", "verify", home=small_home).code == 0
