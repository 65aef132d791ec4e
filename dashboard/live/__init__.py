"""
What dashboards and the projector show while a game is played, read from rows alone.

consumers     the sockets of dashboards and projector
commands      a host's messages and the verbs that carry them out
order         the order of the rows and the awards, for a page that shows a part of the rows
snapshots     everything that a page shows, sent on connect; which part of a report a page gets
details       the numbers behind a row, for the drawer
predictability  how often the next question could be guessed
curves        evidence and S over time
radar         who needs the host's help now
fixed_length  p-values that are given only after the end
answer_log    the rounds that closed last
"""
