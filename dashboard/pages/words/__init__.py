"""
What the scripts of the dashboard and the report say; pages get it as JSON, and the browser fills in {braces}.

live       the live page
facts      each number of the drawer: its name and what it means
details    the rest of the drawer
report     what a printed report says besides
loopholes  the loopholes of the lab, for the template of the live page
"""
