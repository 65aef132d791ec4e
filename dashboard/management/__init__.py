"""manage.py commands of the statistics."""
