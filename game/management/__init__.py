"""manage.py commands of the game; schema_command writes or checks a generated file."""
