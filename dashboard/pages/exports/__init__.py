"""
What a host takes home as files: closed rounds as CSV, JSON and in the predecessor's form, and teams with every number.

Open rounds are never exported.

views     the downloads, for hosts
rounds    rounds as a table, as JSON and in the predecessor's form
teams     every number of every team as a table
cells     tables as CSV text that spreadsheets read as text
dialects  the separators, decimal signs and encodings of spreadsheets
"""
