"""
The lab pack: a zip with the rounds of a game for pupils, anonymous unless the host chooses otherwise.

views       the download, for hosts
pack        which files it has, and in which order
tables      rounds.csv and players.csv
numbers     report.json and games.json: what the server computed, and what the notebook needs to compute it again
questions   the questions and the seed, where the seed is published
pseudonyms  Team 1 and Player A instead of names and ids
pages       the report as one HTML file, and the README with three questions
notebook    the cells of static/lab_notebook.py as a Jupyter notebook
zipped      a zip written piece by piece
"""
