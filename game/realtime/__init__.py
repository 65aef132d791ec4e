"""
The live part of the product: sockets, their messages, and announcements after each transaction.

messages/       every message of the sockets, declared once
hub/            sockets of this process, and broadcasts between processes
sockets/        one socket: its handshake, limits and outbox; the player's socket
visibility      who may see what
announce        turn facts into messages after a transaction
snapshots       the state of players' pages, read for many players at once
batcher         collect items while the last batch runs
answers         commit answers in batches and acknowledge them
handshakes      find the games that new sockets name, in batches
arrivals        identify players and read their snapshots in batches
presence        presence of players
periodic_tasks  tasks that a web process runs every second
workers         threads for database work outside the event loop
server          state of a process outside the database
web_server      state of a process that serves sockets
trigger         hints to the statistics that numbers changed
emergency       the switch for an overload
"""
