from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader


@pytest.mark.django_db
def test_migrations_say_what_the_models_say() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


# The newest migration of each app that was there before the rule.
BEFORE = {"game": "0019", "metrics": "0004"}
# What the linter cannot know to be harmless, with the reason.
ACCEPTED = {
    "0023_likeness_of_names": "columns become wider, and the constraint leaves out teams of an older process",
}


def lint(*names: str) -> Any:
    linter = pytest.importorskip("django_migration_linter").MigrationLinter(
        include_apps=list(BEFORE), include_name=names, analyser_string="postgresql", no_cache=True, no_output=True
    )
    linter.lint_all_migrations()
    return linter


@pytest.mark.django_db
def test_migrations_only_add_so_that_the_last_version_runs_on_the_new_schema() -> None:
    """
    Expand and contract: what is renamed, dropped or made required here breaks the processes that still run.

    A migration that contracts, one version after the last use, is ACCEPTED.
    """
    loader = MigrationLoader(connection)
    later = {name for app, name in loader.disk_migrations if app in BEFORE and name[:4] > BEFORE[app]}
    assert ACCEPTED.keys() <= later
    if later := later - ACCEPTED.keys():
        linter = lint(*later)
        assert linter.nb_total >= len(later)
        assert linter.nb_erroneous == 0, f"{later}: run manage.py sqlmigrate, and add instead of changing"


@pytest.mark.django_db
def test_a_migration_that_renames_a_column_would_be_found() -> None:
    assert lint("0010_rename_statistics_columns").nb_erroneous == 1
    assert lint("0019_podium").nb_erroneous == 0
