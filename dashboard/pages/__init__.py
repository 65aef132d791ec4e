"""
The pages of instructors.

access   who may open a page or a file of a game
games    my games, a new game, the dashboard
sharing  duplicate, share, archive and delete a game
report   the report of a room or a team
exports  files of rounds and teams
words    the words of these pages
"""
