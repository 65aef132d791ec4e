"""
What instructors and the projector see, and the statistics behind it.

keys        a run, mode and question design: each has statistics of its own
replay      a finished run, made again moment by moment
statistics  workers bring the statistics of teams and rooms up to date
answer_times  whether the seats of a team answer in step
live        sockets, snapshots and the numbers behind a row
account     an instructor's account: its page, and log in by an institution
pages       the instructors' pages, reports and exports
management  manage.py commands
urls        addresses of the pages; apps: the application
"""
