"""
The instructors' pages.

access      who may open a game's pages
addresses   the address that phones reach: test it and choose it
login       how often a password may be tried
games       the list of games, the room's address and its poster, the live page
new_game    a new game by presets or the form, and an instructor's own presets
sharing     duplicate, archive, delete and share a game
comparison  runs of a game, and of another one, side by side
replay      what the host replays, for projector and dashboard
report      what a host prints, for the room or one team
printables  cards for teams, a poster, a sheet for each team
exports     downloads of rounds and teams
lab_pack    a zip for pupils: rounds, notebook, report, anonymous by default
words       what the scripts of these pages say
"""
