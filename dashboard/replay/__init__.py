"""
The time machine: a run that is over, made again moment by moment from its rounds.

A worker makes it when a host asks for it, and nothing of it is stored but a copy in the cache.  Teams and rooms are
computed by the functions that computed them live, so the last frame has the numbers that are stored.

columns  the rounds of a run as NumPy columns, in the order in which they closed
moments  which moments of a run are shown, and when: a bounded number of them
states   what counts of every team after each moment
frames   from states to frames: the room and the rows that changed
make     the replay of a run, also without a team or with another limit
copies   the copies in the cache from which pages load it
tasks    the Celery task
"""
