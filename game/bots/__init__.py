"""
Bots that play every declared game by its definition and answer by the same path as people.

strategies   the strategies by name
situation    the knowledge of a bot when it answers
loophole_bots  bots that use an open loophole
plan_bots    strategies of one seat, which knows its own question only
device_bots  strategies of all seats together: the quantum state, the no-signalling box, the cheater
runner       the process that answers for all bots of all games
"""
