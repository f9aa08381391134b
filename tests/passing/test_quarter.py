"""Thirty days of two hundred people; the whole quarter is played by hand (`python -m tests.passing.quarter`)."""

from pathlib import Path

from tests.passing.quarter import FORGETFUL, REHIRED, Story, figures, play


def test_thirty_days_lead_to_no_wrong_leaver_no_lost_reminder_and_no_duplicate(tmp_path: Path) -> None:
    story = Story(people=200, days=30)
    played = play(tmp_path, story)
    # By hand: who was claimed and forgotten is contradicted by the roster of day 7, done on day 9, shown on day 21.
    forgotten = story.address(story.leavers[FORGETFUL])
    assert (played.contradicted[forgotten], played.verified[forgotten]) == (7, 21)
    assert set(played.contradicted) == {forgotten}  # the one who came back is no contradiction
    assert played.verified[story.address(story.leavers[REHIRED])] == 7
    # By hand: four leave in the first week, five in each of the next three, one on day 28.
    assert figures(story, played)["cases opened"] == 20
