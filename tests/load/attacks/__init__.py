"""
`make attack`: what one pupil with a script can do, beside honest pairs and a host who must not notice.

__main__  starts the system, runs each attack, prints the table
honest    the pairs and the host, and what they measure
pupil     the attacks, in a process of their own
"""
