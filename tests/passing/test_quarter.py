"""Thirty days of two hundred people; the whole quarter is played by hand (`python -m tests.passing.quarter`)."""

from pathlib import Path

from tests.passing.quarter import figures, play
from tests.passing.story import EARLY, FORGETFUL, REHIRED, SUPER, Need, Story


def test_thirty_days_lead_to_no_wrong_leaver_no_lost_reminder_and_no_duplicate(tmp_path: Path) -> None:
    story = Story(people=200, days=30)
    played = play(tmp_path, story)
    # By hand: who was claimed and forgotten is contradicted by the roster of day 7, done on day 9, shown on day 21.
    forgotten = story.leaver(FORGETFUL)
    assert (played.contradicted[forgotten], played.verified[forgotten]) == (7, 21)
    assert set(played.contradicted) == {forgotten}  # the one who came back is no contradiction
    assert (played.verified[story.leaver(REHIRED)], played.verified[story.leaver(EARLY)]) == (7, 7)
    assert played.verified[story.leaver(SUPER)] == 21
    # By hand: four leave in the first week, five in each of the next three, one on day 28; one is opened by hand.
    assert figures(story, played)["cases opened"] == 19
    # By hand: rosters of days 7, 21, 24 and 28 show 17 of them off, 130 days after their last days, taken together.
    assert (len(played.verified), figures(story, played)["mean days to verified deprovisioning"]) == (17, 7.6)
    assert set(played.needs) == {"contradicted", "waits_for_approval", "overdue", "due"}


def test_the_oracle_says_what_is_written_here() -> None:
    """Some mornings, worked out on paper."""
    story = Story(people=200, days=30)

    def needs(day: int) -> dict[int, Need]:
        found = story.needs(day)
        return {on: found[story.leaver(on)] for on in story.leavers if story.leaver(on) in found}

    due = Need("due", 0)
    assert needs(3) == {2: due, 3: due}  # the case for day 4 lies ahead
    assert needs(5) == {4: due}  # the 5th and 6th are a weekend, as far as leaving goes
    assert needs(8) == {2: Need("contradicted", 3), 7: due, 8: Need("waits_for_approval", 0)}
    assert needs(12) == {8: Need("waits_for_approval", 1)}  # the one of day 11 is seen when the directory is back
    assert needs(13) == {8: Need("overdue", 2), 11: due}
    assert needs(19) == {14: Need("overdue", 2), 15: Need("overdue", 1), 16: due, 17: due}
    assert needs(21) == {18: due, 21: due}  # the one of day 18 left under a brake
    shown = {on: story.shown_off_on(on) for on in (1, 2, 4, 7, 8, 14, 22, 23, 25, 28)}
    assert shown == {1: 7, 2: 21, 4: 7, 7: 21, 8: 21, 14: 21, 22: 24, 23: 28, 25: None, 28: None}
    # Of the announced one of day 22 the report counts from midnight after it to six in the morning of day 24.
    assert (story.days_to_verified()[-2], story.days_in_the_report()[-2]) == (2, 1.25)
    assert [story.on_the_page(day) for day in (0, 7, 21, 24, 28)] == [200, 201, 204, 143, 206]
    assert [story.role_of_the_mover(day) for day in (5, 7)] == ["Member", "Admin"]
    quarter = Story(people=2000, days=90).days_to_verified()
    assert (len(quarter), sum(quarter)) == (59, 351)  # 5.9 on average, which the whole quarter is held against
