"""
analyse   report on a file of rounds
bots      seat teams of bots, or answer for all bots
demo      make an instructor and a demo game
games     print the declared games
protocol  write or check the descriptions of the sockets
"""
