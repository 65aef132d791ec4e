"""
Scheduled optimisation.  Only what a measurement shows to gain something changes anything; the rest are checks.

optimise     the optimisers by name, one run at a time
runs         one run: its plan, its changes and its row; undoing what runs tuned
schedule     when the schedule runs what
cache        a check: hit rates and evictions
websocket    checks of presence, load and balance
database     planner statistics that autovacuum left behind; slow and unused things; tallies on a sample
maintenance  the night's work: dead rows, old records, retention
"""
