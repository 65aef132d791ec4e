"""
Statistics of teams and rooms, computed by workers off the request path: find, load, compute, store, publish.

What is out of date is a fact of rows, so a recompute that runs twice, late or on another worker does no harm.

find        which games and which of their teams are out of date
load        one snapshot of the database: the stale teams, and their rounds since the last statistics
rooms       the last statistics of a game's rooms, from memory or from rows
counted     the rounds of a team that count: all of them, and those without a bot
memory      the states of teams and rooms, and what a worker keeps of them between recomputes
new_rounds  which rounds since the last statistics are old enough to count
compute     from loaded rounds to team results, all teams of a room at once
pooling     from team results to the room's result
samples     the curves over time: which points are taken, and how curves are thinned
store       writes teams, samples and rooms, one statement each
publish     one delta for dashboards and projector, and scores for phones
lock        one worker computes a game, one waits, and the game rests between recomputes
recompute   the steps in order, for each game of a task
tasks       the Celery tasks
"""
