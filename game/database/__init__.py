"""
How the database is used, beside the models.

planner    statements whose cost does not grow with the history
replica    reads that may be seconds old
full_disk  a database that has no room left
"""
