"""
What a dashboard or projector shows while a game runs.

consumers   the sockets of dashboards and projectors
commands    a host's messages and the verbs that carry them out
snapshots   all that a page shows when it connects
details     the numbers behind a row
answer_log  the last closed rounds
"""
