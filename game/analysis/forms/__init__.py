"""
Forms of files, one module each: `matches` tells whether a sheet has the form, `read` returns its rounds.

rounds        a round a line, with columns by name: our own form and exports
kinds         the distinct rows of such a file, each parsed once
lines         lines of known columns cut by NumPy, so that a distinct text is parsed once
edges         where lines and columns begin and end in a block of bytes
duplicates    rounds that stand twice in a file
predecessor   answer lists of the predecessor, an answer a line
cell_counts   four numbers a pair, as papers and laboratories print them
labels        names of pairs and of answers in such tables
trials        trials in numbered columns, as public trial files have them
"""
