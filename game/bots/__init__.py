"""
Bots that play by the same answers as people.

strategies  what a bot answers
devices     outcomes that both seats of a team share
runner      the process that plays all bots of all games
"""
