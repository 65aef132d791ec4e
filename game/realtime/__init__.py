"""
The live part of the product: sockets, what they say, and what reaches them after each transaction.

messages/       every message of the sockets, declared once
hub/            which sockets are connected here, and the messages between the processes
sockets/        one socket: its handshake, limits and outbox; the player's socket
visibility      who may see what
announce        turn facts into messages after a transaction
snapshots       what a player's page shows, read for many players at once
batcher         collect items while the last batch runs
answers         commit answers in batches and acknowledge them
arrivals        identify players and read their snapshots in batches
presence        which players are there
periodic_tasks  what a web process does every second
workers         threads for database work outside the event loop
server          what a process keeps in memory outside the database
web_server      the same for a process that serves sockets
trigger         hints to the statistics that numbers changed
emergency       the switch for an overload
protocol        the AsyncAPI document of the messages
"""
