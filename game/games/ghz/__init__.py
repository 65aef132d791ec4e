"""
The game of Greenberger, Horne and Zeilinger: three seats, X or Y for each.

definition  what is asked, answered and won, and the quantum strategy
themes      its words and figures
"""
