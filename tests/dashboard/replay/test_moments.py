import numpy as np
import pytest

from dashboard.replay.moments import EVEN_SECONDS, LEAST_FRAMES, LONGEST_REST_SECONDS, MOST_FRAMES, moments


def test_a_short_run_has_a_frame_for_each_round():
    found = moments(np.array([100.0, 101.0, 103.0]), 2)
    assert found.ends.tolist() == [1, 2, 3]
    assert found.seconds.tolist() == [0, 1, 3]


def test_a_long_run_has_a_bounded_number_of_frames_and_ends_with_its_last_round():
    found = moments(np.arange(5000.0), 30)
    assert found.ends.size == MOST_FRAMES
    assert (found.ends[0], found.ends[-1]) == (1, 5000)
    assert np.ptp(np.diff(found.ends)) <= 1


@pytest.mark.parametrize(("teams", "frames"), [(400, 250), (5000, LEAST_FRAMES), (100, MOST_FRAMES)])
def test_a_hall_has_fewer_frames(teams, frames):
    assert moments(np.arange(500_000.0), teams).ends.size == frames


def test_a_break_of_the_run_is_short_in_the_replay():
    found = moments(np.array([0.0, 1.0, 3601.0, 3602.0]), 1)
    assert found.seconds.tolist() == [0, 1, 1 + LONGEST_REST_SECONDS, 2 + LONGEST_REST_SECONDS]


def test_rounds_without_times_of_their_own_are_shown_evenly():
    found = moments(np.full(4, 7.0), 2)
    assert found.seconds.tolist() == [0, EVEN_SECONDS, 2 * EVEN_SECONDS, 3 * EVEN_SECONDS]


def test_no_round_has_no_moment():
    assert moments(np.zeros(0), 0).ends.size == 0
