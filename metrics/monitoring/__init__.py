"""
What Prometheus reads.

prometheus      /metrics and the port of processes that serve no pages
processes       the sum over processes that share a folder
gauges          numbers of rows and of the broker, read at each scrape
liveness        signs of life of worker and beat
task_times      duration of Celery tasks
database_watch  duration of queries, and the log of slow ones
"""
