"""
Backups: one file with everything that counts, and the way back.

programs  pg_dump, pg_restore and psql: the wheel's, else those on the path
manifest  what a file says about itself
archive   the file: a ZIP of dump, manifest and checksums
dump      write a file
restore   read one into a database
folder    a folder of backups, and which of them stay
"""
