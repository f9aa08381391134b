"""Every figure of the studio's reports, counted on paper from its fortnight; on both databases."""

from pathlib import Path

from tests.reports.parsing import build, figures_of, rows_of_json
from tests.reports.studio import Studio, live_through, members_page, open_studio


def test_the_access_review_says_of_everybody_what_they_hold_and_how_it_is_known(each_studio: Studio) -> None:
    text = build(each_studio, "access-review", "json")
    rows = {row["email"]: row for row in rows_of_json(text)}

    assert figures_of(text) == {
        "members": "20",
        "to_decide": "4",
        "leavers": "3",
        "withheld": "0",
        "decided": "1",
        "roster_age": "3",
    }
    ben, mia, tom, zed = (rows[f"{name}@wren.example"] for name in ("ben", "mia", "tom", "zed"))
    assert (ben["verdict"], ben["reason"], ben["directory"]) == ("leaver", "deprovisioned", "DEPROVISIONED")
    assert ben["seats"] == "SUB-3 (Pro): assigned, owner, manager"
    assert (ben["known"], ben["source"], ben["age_days"], ben["case"]) == ("confirmed", "R-5", 3, None)
    assert (mia["verdict"], mia["status"], mia["case_state"]) == ("deactivated", "deactivated", "verified")
    assert mia["said_by"] == "pat@wren.example at a terminal, confirmed, 2026-11-11; shown by R-5"
    assert (tom["verdict"], tom["case"], tom["case_state"]) == ("leaver", "C-2 offboard", "contradicted")
    assert tom["said_by"] == "pat@wren.example through an assistant, reported, 2026-11-11"
    assert (zed["decision"], zed["use_sso"]) == ("external until 2026-12-31", "no")
    assert zed["decided_by"] == "pat@wren.example at a terminal, confirmed, 2026-11-02: HR-9"
    assert rows["pat@wren.example"]["seats"] == "owner of 5; manager of 5"


def test_time_to_deprovision_runs_from_the_last_day_or_the_first_read_without_them_to_the_roster_that_shows_it(
    each_studio: Studio,
) -> None:
    text = build(each_studio, "leavers", "json")
    rows = {row["email"]: row for row in rows_of_json(text)}

    # Mia: 7 November 0:00 to 11 November 11:00 and to 13 November 10:00. Tom: 9 November 9:00 to 16 November 13:00.
    assert figures_of(text) == {
        "leavers": "3",
        "under_way": "1",
        "verified": "1",
        "to_claim_median_days": "4.5",
        "to_claim_p90_days": "4.5",
        "to_verified_median_days": "6.4",
        "to_verified_p90_days": "6.4",
        "to_verified_mean_days": "6.4",
        "open_median_days": "7.2",
        "open_p90_days": "7.2",
    }
    assert list(rows) == [f"{name}@wren.example" for name in ("ben", "lea", "tom", "mia")]
    assert (rows["mia@wren.example"]["verified_by"], rows["mia@wren.example"]["owner"]) == ("R-5", "pat@wren.example")
    tom = rows["tom@wren.example"]
    assert (tom["since_basis"], tom["state"], tom["owner"]) == ("first gone in R-4", "contradicted", "ada@wren.example")
    assert (tom["reported"], tom["claimed"]) == ("2026-11-11 11:00 CET", None)
    ben = rows["ben@wren.example"]
    assert (ben["state"], ben["since_basis"]) == ("no case", "deprovisioned; first gone in R-6")


def test_seats_and_money_are_told_by_currency_and_never_added(each_studio: Studio) -> None:
    text = build(each_studio, "seats", "json")
    rows = rows_of_json(text)

    # Mia's Team seat; Ben's Pro seat and nobody's; Lea's Enterprise seat, which has no price.
    assert figures_of(text) == {
        "reclaimable": "4",
        "unassigned": "1",
        "yearly_EUR": "696.00 EUR",
        "daily_EUR": "1.91 EUR",
        "yearly_USD": "588.00 USD",
        "daily_USD": "1.61 USD",
        "unpriced": "1",
        "subscriptions": "6",
        "renewals": "4",
    }
    assert {(row["finding"], row["subscriptions"], row["yearly"]) for row in rows} == {
        ("assigned, but deactivated", "SUB-1", "588.00"),
        ("assigned to a leaver", "SUB-3", "348.00"),
        ("assigned to nobody", "SUB-4", "348.00"),
        ("assigned to a leaver", "SUB-6", None),
        ("owner left", "SUB-3", None),
        ("manager left", "SUB-3", None),
    }
    assert rows_of_json(text, 1) == [
        {"month": "2026-12", "subscriptions": 2, "reclaimable": 1, "yearly": "588.00 USD"},
        {"month": "2027-01", "subscriptions": 1, "reclaimable": 1, "yearly": "348.00 EUR"},
        {"month": "2027-02", "subscriptions": 1, "reclaimable": 1, "yearly": None},
    ]


def test_cases_are_told_with_their_owners_what_they_wait_for_and_how_strong_the_words_behind_them_are(
    each_studio: Studio,
) -> None:
    text = build(each_studio, "cases", "json")
    rows = {row["case"]: row for row in rows_of_json(text)}

    assert figures_of(text) == {
        "open": "1",
        "overdue": "1",
        "lacks_approval": "0",
        "contradicted": "1",
        "done": "1",
        "unapproved": "0",
    }
    assert (rows["C-2"]["owner"], rows["C-2"]["days"], rows["C-2"]["overdue"]) == ("ada@wren.example", 6, "overdue")
    assert rows["C-2"]["words"] == "assistant (reported) 1"
    assert rows_of_json(text, 1) == [
        {"strength": "none", "channel": "assistant", "assurance": "reported", "answer": "could not ask", "said": 1},
        {"strength": "terminal", "channel": "terminal", "assurance": "confirmed", "answer": "answered", "said": 9},
    ]


def test_own_answers_are_told_with_the_day_on_which_they_end_and_are_no_open_questions_while_they_count(
    each_studio: Studio,
) -> None:
    text = build(each_studio, "facts", "json")
    rows = rows_of_json(text)
    figures = figures_of(text)
    questions = {row["fact"] for row in rows if row["state"] == "unknown"}

    # The answer of the 3rd counted until the 13th; those of the 12th count until the 22nd.
    assert [(row["fact"], row["state"], row["known"], row["dated"], row["until"]) for row in rows[:3]] == [
        ("deactivate.frees-seat (F-1)", "expired", "confirmed", "2026-11-03", "2026-11-13"),
        ("deactivate.oneself (F-2)", "counts", "confirmed", "2026-11-12", "2026-11-22"),
        ("publishing-trial.length (F-3)", "counts", "reported", "2026-11-12", "2026-11-22"),
    ]
    assert rows[0]["question"] == "seen: a test account"
    assert rows[2]["said_by"] == "pat@wren.example through an assistant, reported"
    assert (figures["answers"], figures["expired"]) == ("2", "1")
    assert figures["unknown"] == str(len(questions))
    assert "deactivate.frees-seat" in questions, "it is open again"
    assert not questions & {"deactivate.oneself", "publishing-trial.length"}


def test_of_several_descriptions_of_a_step_a_persons_counts_and_none_of_other_screens(each_studio: Studio) -> None:
    text = build(each_studio, "screens", "json")

    assert figures_of(text) == {"changes": "1", "described": "3"}
    told = ("change", "counts", "step", "screens", "known")
    assert [tuple(row[name] for name in told) for row in rows_of_json(text)] == [
        ("S-2", "yes", "deactivate", "new", "confirmed"),
        ("S-3", "no", "deactivate", "new", "reported"),
        ("S-1", "no", "move-private-workspace", "mid", "confirmed"),
    ]


def test_a_report_of_an_earlier_day_knows_only_that_day(each_studio: Studio) -> None:
    text = build(each_studio, "access-review", "json", as_of="2026-11-09")
    rows = {row["email"]: row for row in rows_of_json(text)}

    assert figures_of(text)["leavers"] == "2"
    assert (rows["mia@wren.example"]["verdict"], rows["mia@wren.example"]["source"]) == ("leaver", "R-1")
    assert rows["ben@wren.example"]["verdict"] == "active"


def test_what_a_brake_withholds_is_shown_as_withheld(each_studio: Studio) -> None:
    text = build(each_studio, "access-review", "json", as_of="2026-12-24")
    leavers = build(each_studio, "leavers", "json", as_of="2026-12-24")

    assert figures_of(text)["withheld"] == "19", "Mia is off already, whatever the directory says"
    assert figures_of(text)["leavers"] == figures_of(leavers)["leavers"] == "0"
    assert {row["verdict"] for row in rows_of_json(text)} == {"withheld", "deactivated"}
    assert "more than 7 days old" in text


def test_a_membership_that_came_back_is_verified_by_the_roster_after_the_last_that_contradicts(tmp_path: Path) -> None:
    studio = open_studio(tmp_path / "home")
    live_through(studio)
    for day, off in ((17, {"mia", "tom"}), (18, {"mia"}), (19, {"mia", "tom"})):
        studio.set_clock(day)
        studio.bring("members", members_page(frozenset(off)))
    rows = {row["email"]: row for row in rows_of_json(build(studio, "leavers", "json"))}
    studio.workshop.close()

    assert (rows["tom@wren.example"]["state"], rows["tom@wren.example"]["verified_by"]) == ("verified", "R-9")
    assert rows["mia@wren.example"]["verified_by"] == "R-5"
