"""
Mermin and Peres' magic square: one seat fills a row, the other a column.

definition  what is asked, answered and won, and the quantum strategy
themes      its words and figures
"""
