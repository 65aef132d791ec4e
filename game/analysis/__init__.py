"""
Files of rounds, and reports for people and programs outside.

rounds_file      rounds of any declared game in a file of any known form, and the reports of them
forms            the forms of files, a module each
found            what a form gives: rounds in file order
spreadsheet      a file as rows of cells with line numbers; encoding: its bytes as lines in UTF-8
words            words for questions and answers in three languages
bad_lines        errors in the lines of a file
evenness         whether the questions were drawn as the evidence needs
order            whether rounds were sorted or questions asked in turn
count_tests      multinomial and Fisher's tests
minus            S where another pair has the minus sign
several          reports on teams and runs, with words corrected for their number
report_keys      a report as the dictionary that `manage.py analyse` prints and the first edition stored
stored_reports   such dictionaries, read back
text             that dictionary in words
"""
