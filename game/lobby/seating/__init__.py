"""
Seats of locked games: read once for a whole batch of moves, changed in memory, written back together.

room      the teams of one game in memory: found them, take and free their seats, find who waits
load      read the rows that a batch of moves needs
write     write what moves have changed, and announce it after the commit
dissolve  take away teams that never played and whose players are gone
batch     carry out moves of many players in one transaction
"""
