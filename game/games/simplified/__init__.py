"""
The CHSH game: seat 1 gets A or B, seat 2 X or Y.

definition  what is asked, answered and won, and the quantum strategy
themes      its words and figures
"""
