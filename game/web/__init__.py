"""
What pages of players need beside the sockets.

game_data      the declared games as the pages get them
identity       the secret in the cookie by which a player is known
join_address   the address that players open, and its QR code
join_throttle  how often a browser may name a game that does not exist
quotas         limits on actions within a window of time
results        a player's results after the game
words          the words of the pages of players and the projector
"""
