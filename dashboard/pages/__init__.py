"""
The instructors' pages.

access      who may open a game's pages
games       the list of games, a new game, the live page
sharing     duplicate, archive, delete and share a game
report      what a host prints, for the room or one team
printables  cards for teams, a poster, a sheet for each team
exports     downloads of rounds and teams
words       what the scripts of these pages say
"""
