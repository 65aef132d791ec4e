"""
The recorded minutes of all processes and what follows from them.

measure     a row a minute from every process
trends      the rows as points over time, and thinning of old ones
bottleneck  the component that limits now, with its evidence
capacity    what one process bears, and the head-room
"""
