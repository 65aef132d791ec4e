"""
What a host prints besides the report.

paper        the papers that pages are made for
cards        a card for each team: links that seat its players, the rule, the plan to fill in, questions for the end
plan_square  what each seat may answer to each question, and what each way to be asked wants
poster       how to join, for the wall
sheets       a page for each team after the game
"""
