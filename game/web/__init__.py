"""
Helpers of the players' pages, beside the sockets.

addresses      the addresses of this machine, and which of them phones reach
class_page     what a pupil's phone shows of the whole class
codes          the code of a game as people type it
embedding      the projector inside pages of other sites
game_data      the declared games as JSON for the pages
identity       the secret in a cookie that identifies a player
join_address   the address that players open, and its QR code
join_throttle  the limit of wrong codes of a browser
page_data      words and games for the scripts of the game's pages, written once for each language
progress       how many teams still play, for a player whose team has played all rounds
quotas         limits on actions within a window of time
results        a player's results after the game, and the teams' places
statements     what the pages on accessibility and privacy say that depends on settings or on criteria
words          the words of the pages of players and the projector
"""
