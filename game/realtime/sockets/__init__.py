"""
One socket of a browser.

consumer     the conversation that the sockets of all pages share
player       the socket of a player's page
stream       a socket over plain HTTP: server-sent events and POSTs
streams      the address of streams, and their messages from other processes
outbox       what a socket still has to send
held_back    what a player may not hear before the own answer
teller       a task that tells Valkey the numbers of this process
balance      moves phones from the fullest process to the others
limits       how many sockets a browser may have, and how much it may say
flood        how many frames are read of a socket at all
shared_count how many projectors and dashboards a browser has in all processes
places       how many sockets the limit of open files allows
handshake    headers, cookies, origin and language of the request that opens a socket
close_codes  why a socket is closed
refusals     the sentences for messages that are refused
"""
