"""
The cache of derived values.  Every key names a version, so nothing old is ever shown and nothing is invalidated.

backend        the Django cache backend that settings name
levels         reading and making a value over both levels
local          the level inside the process
shared         the level in Valkey: versions, values, and what happens while Valkey is away
sealed         values in Valkey, sealed by the project's key
single_flight  one computation of a value at a time
domains        what may be cached, and for how long
counters       hits, misses, sets, evictions and queries saved
care           statistics, clearing, warming and rebuilding for operators
warming        what the pages of running games will ask for
"""
