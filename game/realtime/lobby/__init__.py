"""
The lobby of a crowd: moves carried out together, and news of teams told together.

moves       the batcher of players' moves
open_teams  teams in which a player may take a seat: a short list, and a search by name
team_news   tell dashboards, projectors and phones without a seat which teams have changed, a few times a second
"""
