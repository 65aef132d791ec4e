"""
The odd cycle: colour a pentagon with two colours.

definition  what is asked, answered and won, and the quantum strategy
themes      its words and figures
"""
