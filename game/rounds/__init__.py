"""
Ask, commit and close: the only writers of rounds and tallies.

seeds       the secret seed of a run, from which its questions are drawn
ask         ask teams their next round
commit      record a batch of answers
statement   the SQL statement of a batch
connection  the connection of that statement, driven by the event loop
close       close rounds that are due or that a verb ends
standstill  move deadlines after a time in which nobody watched the rounds
rows        rows of rounds as structs, and the lock on their games
tallies     compare tallies with rounds, rebuild them, find teams of bots
"""
