"""
manage.py commands for operators.

games     how commands name games
commands  the commands
"""
