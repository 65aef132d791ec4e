"""
Mutation test by hand: one change to the product at a time, and the tests that should notice it.

mutants     draw changes by a seed (run by an environment that has cosmic-ray)
__main__    run the tests of each changed module, and name the changes that no test notices
"""
