"""
Files of rounds, and reports for people and programs outside.

rounds_file      rounds of any declared game in a CSV, and the reports of them
predecessor_csv  the predecessor's answer lists
bad_lines        what is wrong with a file
report_keys      a report as the dictionary that `manage.py analyse` prints and the first edition stored
stored_reports   such dictionaries, read back
text             that dictionary in words
rounds_csv       the first edition's reader, for imports
"""
