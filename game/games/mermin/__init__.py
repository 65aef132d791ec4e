"""
Mermin's machine: two boxes with three switches and two lamps each.

definition  what is asked, answered and won, and the quantum strategy
themes      its words and figures
"""
