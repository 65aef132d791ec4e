"""A driver's process: Django, as many open files as the system gives, and few collections of garbage."""

import gc

import django


def prepare() -> None:
    gc.set_threshold(100_000, 50, 50)
    django.setup()
    from chsh_project.server import descriptors

    descriptors.raise_limit()
