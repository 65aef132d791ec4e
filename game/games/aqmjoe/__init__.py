"""
AQM Joe: Hardy's paradox with favourite colours and foods.

definition  what is asked, answered and won, and the quantum strategy
themes      its words and figures
"""
