"""So many calls a minute, all at once if somebody likes, and then one whenever the next is due."""

from axure_lifecycle.web import pace
from axure_lifecycle.web.pace import Pace


class Watch:
    """Seconds that somebody sets."""

    def __init__(self) -> None:
        self.at = 1_000.0

    def __call__(self) -> float:
        """The present second."""
        return self.at


def test_what_is_left_comes_back_evenly_and_never_exceeds_a_minute() -> None:
    watch = Watch()
    pace = Pace(30, watch)
    assert [pace.take("ana") for _ in range(32)] == [*[0] * 30, 2, 2]
    assert pace.take("ben") == 0
    watch.at += 1.5
    assert pace.take("ana") == 1
    watch.at += 0.5
    assert [pace.take("ana"), pace.take("ana")] == [0, 2]
    watch.at += 3_600
    assert [pace.take("ana") for _ in range(31)] == [*[0] * 30, 2]


def test_looking_takes_nothing() -> None:
    pace = Pace(1, Watch())
    assert [pace.wait("ana"), pace.wait("ana"), pace.take("ana"), pace.wait("ana")] == [0, 0, 0, 60]


def test_a_crowd_of_names_is_not_kept_for_ever() -> None:
    watch = Watch()
    kept = Pace(1, watch)
    for number in range(pace.MOST_REMEMBERED + 10):
        kept.take(str(number))
    assert kept.remembered == pace.MOST_REMEMBERED
