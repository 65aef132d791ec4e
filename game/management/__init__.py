"""manage.py commands of the game."""
