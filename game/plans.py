"""How PostgreSQL is told to plan the statements that must cost the same however long the history is."""

from typing import Any

BY_INDEX = (
    "SELECT set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true),"
    " set_config('enable_mergejoin', 'off', true), set_config('plan_cache_mode', 'force_generic_plan', true)"
)


def by_index(cursor: Any) -> None:
    """
    Read by index, row by row, until the transaction ends.

    A plan made while a table was young would read it whole for ever, and one that joins all rounds costs more with
    every round played.  A prepared statement is planned once: for arrays of other lengths PostgreSQL would plan it
    anew each time, which costs a small batch more than the statement itself.
    """
    cursor.execute(BY_INDEX)
