"""
rebuild_statistics  compare tallies and statistics with the rounds, or make them anew
"""
