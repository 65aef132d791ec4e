"""The game of Greenberger, Horne and Zeilinger: three seats, X or Y for each."""
