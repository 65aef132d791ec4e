"""
The local stack: PostgreSQL and Valkey from wheels, and the processes of the game, under one supervisor.

place        which user runs the servers, and in which folder
postgres     a PostgreSQL server as a child
valkey       a Valkey server as a child
component    what a child is: its command, when it is ready, how it stops
supervisor   starts children in order, restarts the ones that die, stops them in reverse
environment  .local/stack.env: ports, passwords and keys that outlive a start
game         the processes of the game itself
welcome      what the terminal shows when everything runs
"""
