"""
Django's PostgreSQL backend, with connections that suit poolers and that do not outlive their server's state.

base       the DatabaseWrapper, by which Django finds it
impatient  connections that give up a server which never answers
"""
