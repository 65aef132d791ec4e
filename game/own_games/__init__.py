"""
Games that an instructor declares in a TOML file: read, checked, and with the values of plans and quantum theory.

source      the text of a file: where a field stands, and faults that name line, field and value
fields      the checked parts of a declaration: seats, contexts, words
declaration a whole file, or all its faults
bounds      the best plan by enumeration, the quantum value by a see-saw, and whether a box without messages wins always
definition  the declared game that follows, as the rest of the product reads it
stored      the same as a row keeps it
files       the game of a file on disk
themes      its words in the language of the reader
"""
