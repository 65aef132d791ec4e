"""
Verbs of players and hosts, each of them one transaction.

moves          a player's moves: create, join, leave, find a partner, predict; taking and freeing seats
cards          printed cards of teams, each of whose links leads to one seat
host_commands  a host's commands in a game: start to rename_team, mode, theme and options
runs           start, pause, resume and finish the run of a locked game
qubits         lend the class qubits, and measure one half of a pair
ownership      create, duplicate, share, archive and delete a game
loopholes      the loophole lab: open a way past the limit of plans, and pass a round
ghosts         teams of bots that a host adds to show what a strategy reaches
bots           seat teams of bots, or one bot beside persons
transactions   hold a game's row, close and ask its rounds, announce after the commit
refusal        a move that cannot be made
names          names of teams: clean typed names, find a free one
name_words     the words of made-up names, by language
first_names    first names of players, which are optional
refused_names  names that the word filter refused, which a host may allow
replays        a host's replay of a finished game
retention      archive and delete finished games after their time
imports        a finished game from a file of rounds
"""
