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
