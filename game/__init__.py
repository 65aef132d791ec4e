"""
The game: everything that is played.

games       the declared games
own_games   games that instructors declare in files
physics     functions of games, questions, answers and counts
analysis    files of rounds, and reports as dictionaries and text
bots        strategies of bots, and the process that answers for them
rounds      ask, commit and close rounds
lobby       verbs of players and hosts
accounts    the address of an instructor's room, own presets and own games
realtime    messages, sockets, and what reaches them after a transaction
web         identity, join address, limits and results of the players' pages
database    planner settings, replica and full disk
management  manage.py commands
models      the tables; fields: their columns of JSON
cache       cached values and their versions
cells       which installation has a code
tracing     stages of what is done, for whoever collects traces
tunables    values that may be tuned while games run
admin       the tables in the admin
views       pages of players and the projector
urls        addresses of these pages
apps        the group of instructors
"""
