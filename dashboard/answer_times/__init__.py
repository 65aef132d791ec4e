"""
Whether the seats of a team answer in step, found by workers and read by dashboards.

watch   a worker's part: reads new rounds, advances each team's evidence, writes it, tells dashboards
alarms  which teams the host should look at, from rows
"""
