"""
The CHSH game with any of A, B, X, Y for either seat; half of the 16 pairs are scored.

definition  what is asked, answered and won, and the quantum strategy
themes      its words and figures
"""
