"""
The local stack: PostgreSQL and Valkey from wheels, and the processes of the game, under one supervisor.

data_dirs    which user runs the servers, and in which folder
postgres     a PostgreSQL server as a child
valkey       a Valkey server as a child
component    a child: its command, when it is ready, how it stops
supervisor   starts children in order, restarts the ones that die, stops them in reverse
environment  the operator's environment; .local/stack.env with ports, passwords and keys
certificate  the certificate of this machine in its own network
web_urls     addresses under which browsers find the game, understood or refused with one sentence
server_urls  addresses of PostgreSQL and Valkey, understood or refused with one sentence; settings read them too
game         the processes of the game itself
welcome      the block in the terminal when everything runs
"""
