"""The seeds of runs: drawn before the first question, published when no question can come any more."""

import secrets
from datetime import timedelta

from django.db import connection
from django.utils import timezone

from game.games.draws import commitment
from game.models import Game, RunSeed

SEED_BYTES = 32
# The key is filled up to a block of SHA-256, and XORed with these bytes (RFC 2104).
_BLOCK_BYTES, _INNER, _OUTER = 64, 0x36, 0x5C


def _new(game: int, run: int) -> RunSeed:
    seed = secrets.token_bytes(SEED_BYTES)
    block = seed.ljust(_BLOCK_BYTES, b"\0")
    # SQL has HMAC's hash, and no XOR of bytes.
    inner, outer = (bytes(byte ^ mask for byte in block) for mask in (_INNER, _OUTER))
    return RunSeed(game_id=game, run=run, seed=seed, inner_key=inner, outer_key=outer)


def seal(runs: dict[int, int]) -> None:
    """Commit the run of each game to a seed; one that it has already stays."""
    RunSeed.objects.bulk_create([_new(game, run) for game, run in runs.items()], ignore_conflicts=True)


def seeds_of(runs: dict[int, int]) -> dict[int, bytes]:
    """Return the seeds of the runs of games; those without one are committed to one now."""
    found = _read(runs)
    if missing := {game: run for game, run in runs.items() if game not in found}:
        seal(missing)
        found = _read(runs)
    return found


def _read(runs: dict[int, int]) -> dict[int, bytes]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT s.game_id, s.seed FROM game_runseed s
            JOIN unnest(%s::bigint[], %s::int[]) AS v(game, run) ON (s.game_id, s.run) = (v.game, v.run)
            """,
            [list(runs), list(runs.values())],
        )
        return {game: bytes(seed) for game, seed in cursor.fetchall()}


def seal_of(game: Game, run: int) -> str:
    """Return the commitment of a run; empty where its questions come from elsewhere or none was asked yet."""
    row = RunSeed.objects.filter(game=game, run=run).first()
    return "" if row is None else commitment(bytes(row.seed))


def is_published(game: Game, run: int) -> bool:
    """Whether the seed of a run may be known: nobody can take its end back."""
    if run != game.run:
        return run < game.run
    until = game.continue_until
    # A second for clocks that differ between processes.
    return until is not None and timezone.now() > until + timedelta(seconds=1)
