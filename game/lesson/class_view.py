"""What a class guessed, planned and answered; one query each time, kept for a second by `cached`."""

from collections import Counter
from collections.abc import Sequence

import msgspec

from game.lesson.gain import Learner, class_gain
from game.lesson.prizes import prizes
from game.lesson.words import QUESTIONS
from game.models import Game, Player
from game.realtime.messages.watch import ClassView

BINS = 20


def class_view(game: Game, is_host: bool) -> ClassView:
    """Return what the class did up to now, as hosts or as the projector may see it."""
    rows = list(
        Player.objects.filter(game=game, kind=Player.PERSON, team__isnull=False).values_list(
            "team_id", "prediction", "plan", "explained"
        )
    )
    seated = Counter(team for team, *_ in rows)
    planned = Counter(team for team, _, plan, _ in rows if plan)
    guesses = [guess for _, guess, _, _ in rows if guess is not None]
    answers = [explained for *_, explained in rows if explained]
    view = ClassView(
        players=len(rows),
        guessed=len(guesses),
        teams=len(seated),
        planned=sum(planned[team] == seats for team, seats in seated.items()),
        explained=len(answers),
        guesses=bins(guesses) if is_host or game.guesses_shown else None,
        prizes=prizes(game),
    )
    if not is_host:
        return view
    learned = class_gain(game.declared, [Learner(guess, explained) for _, guess, _, explained in rows])
    return msgspec.structs.replace(
        view, chosen=_chosen(answers), gain=learned.gain, gain_low=learned.low, gain_high=learned.high
    )


def bins(guesses: Sequence[int]) -> list[int]:
    """Return how many guesses, in per cent, lie in each of 20 bins of 5 per cent; 100 is in the last."""
    found = Counter(min(guess * BINS // 100, BINS - 1) for guess in guesses)
    return [found[index] for index in range(BINS)]


def _chosen(answers: Sequence[str]) -> dict[str, dict[str, int]]:
    found = {name: Counter(answer[index] for answer in answers) for index, name in enumerate(QUESTIONS)}
    return {name: {letter: found[name][letter] for letter in choices} for name, (_, choices) in QUESTIONS.items()}
