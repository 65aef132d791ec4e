"""
The project: settings, servers and processes around game, dashboard and metrics.

settings      every setting, read from the environment
urls          addresses of all pages
asgi          the application: pages and sockets
serve         the web server, `python -m chsh_project.serve`
wire          the web server's socket protocol, with a fast path for short frames
threads       one thread for each page
beat          the scheduler, which heals times in the future
pools         one pool of connections to Valkey for all pages
security      the Content-Security-Policy
static        static files with hashed names
modules       the template tag of scripts, which names all modules they import
celery        the Celery application
logs          JSON logs without personal data
translations  the catalogues of German and French
stack         `make run`
"""

# Celery finds its application here, and every process that sends a task needs it loaded.
from chsh_project.celery import app as celery_app

__all__ = ["celery_app"]
