"""
Whether the product works, for load balancers, operators and the schedule.

probes           answers /health, /ready and /metrics before everything else
health           the views behind /health and /ready
finding          one thing that is wrong or worth knowing
doctor           all findings, for `manage.py doctor` and the operations page
checks           checks that the scheduled optimisers share with the doctor
database_checks  Django's system check of pools against the database's limit
newer_data       refuse to begin on the data of a newer release
database_facts   what PostgreSQL says about itself
"""
