from datetime import timedelta

import pytest
from django.utils import timezone

from dashboard.statistics.recompute import recompute
from dashboard.statistics.samples import SAMPLES_KEPT, thin_samples
from game.models import RoomStatistics, StatisticsSample, Team
from tests.support.rounds import play_round
from tests.support.statistics import age_rounds

pytestmark = pytest.mark.django_db(transaction=True)


def test_curves_are_sampled_and_thinned(team: Team) -> None:
    for _ in range(11):
        play_round(team)
    recompute([team.game_id])
    assert StatisticsSample.objects.filter(team=team).count() == 0
    age_rounds(team.game)
    recompute([team.game_id])
    assert StatisticsSample.objects.filter(team=team).count() == 1
    assert StatisticsSample.objects.filter(team=None).count() == 1
    StatisticsSample.objects.bulk_create(
        StatisticsSample(game=team.game, team=team, run=1, mode="simplified", design="uniform", value=n)
        for n in range(SAMPLES_KEPT)
    )
    RoomStatistics.objects.update(updated_at=timezone.now() - timedelta(hours=2))
    thin_samples()
    assert StatisticsSample.objects.filter(team=team).count() == SAMPLES_KEPT + 1
    RoomStatistics.objects.update(updated_at=timezone.now())
    thin_samples()
    assert StatisticsSample.objects.filter(team=team).count() <= SAMPLES_KEPT // 2 + 1
