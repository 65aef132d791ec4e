"""
Text that people type as a name: of a team, a game, a preset or a person.

text           what a name is: cleaned or refused, and the likeness that tells whether two names look the same
confusables    letters of other alphabets that look like Latin ones, by Unicode's table
blocked_words  the words that are blocked in names, by language
word_filter    the blocked word that a name contains, however it is spelt
"""
