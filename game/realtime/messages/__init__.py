"""
Every message of the three sockets, declared once.

A client's message is an imperative, a server's event a past participle or a noun.  A message is a text frame of JSON
with its kind in "type".  Unknown kinds and fields are refused.  An unknown number is null.  Times are ISO 8601 in UTC.

An open round appears in messages to its players only, and each player gets the own question only.

parts   what the messages of all pages share, and the encoder
player  from and to a player's page
host    from and to a host's dashboard
watch   from and to the projector, and the numbers that the dashboard shows too
replay  a finished run, which pages load by HTTP

protocol writes them as an AsyncAPI document, typescript as types for the pages.
"""
