"""
The project: settings, servers and processes around game, dashboard and metrics.

settings      every setting, read from the environment
urls          addresses of all pages
asgi          the application: pages and sockets
serve         the web server, `python -m chsh_project.serve`
server        what the web server adds to uvicorn: sockets, limits of requests and connections
watchdog      ends a web process whose event loop hangs
threads       one thread for each page
pools         one pool of connections to Valkey for all pages, and JSON for what is stored there
passwords     hashing that holds no connection and leaves players the processors
security      the Content-Security-Policy, and parameters that no page understands
beat          the scheduler, which heals times in the future
assets        scripts, styles and pictures on their way to a page
celery        the Celery application
logs          JSON logs without personal data
telemetry     traces and reports of errors for an operator's own receivers
translations  the catalogues of German and French
stack         `make run`
"""

# Celery finds its application here, and every process that sends a task needs it loaded.
from chsh_project.celery import app as celery_app

__all__ = ["celery_app"]
