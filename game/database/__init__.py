"""
How the product uses the database, beside the models.

one_snapshot  reads that see the database at one moment
planner       statements whose cost does not grow with the history
replica       reads that may be seconds old
full_disk     a database without room
patience      statements that may take long
server_state  errors that tell of the server, not of the statement
backend/      the connections of all processes
"""
