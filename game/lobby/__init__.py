"""
Who plays in which game and team, and what a host may do: every verb here is one transaction.

moves          a player's moves: create, join, leave, find a partner, predict; taking and freeing seats
host_commands  what a host does to a running game: start to rename_team, mode, theme and options
ownership      create, duplicate, share, archive and delete a game
bots           seat teams of bots, or one bot beside persons
transactions   hold a game's row, close and ask its rounds, announce after the commit
refusal        a move that cannot be made
names          names of teams: clean what people type, make up a free one
word_filter    words that no team may be called by
retention      archive and delete finished games after their time
imports        a finished game from a file of rounds
"""
