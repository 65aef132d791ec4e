"""
Operations: caches, monitoring, health, optimisation, reports and the operators' API and pages.

backup      backups and the way back
cache       the cache of derived values
monitoring  what Prometheus reads
health      /health, /ready and the doctor
history     a row a minute from every process, and what follows from them
tuning      the scheduled optimisers
reports     reports, charts and tiles
api         the operators' API
management  manage.py commands
models      records of operation
admin       these records in the admin
tasks       the tasks of the schedule
views       the operations page and the stored reports
urls        addresses of views and API
apps        what starts with every process
"""
