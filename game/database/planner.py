"""How PostgreSQL is told to plan the statements that must cost the same however long the history is."""

from typing import Any

_SETTINGS = {
    "enable_seqscan": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "plan_cache_mode": "force_generic_plan",
}


def _set(until_the_transaction_ends: bool) -> str:
    local = str(until_the_transaction_ends).lower()
    return "SELECT " + ", ".join(f"set_config('{name}', '{value}', {local})" for name, value in _SETTINGS.items())


INDEX_SCANS = _set(until_the_transaction_ends=True)
# For a connection that has one statement only: it saves a small batch a fifth of PostgreSQL's time.
ALWAYS_INDEX_SCANS = _set(until_the_transaction_ends=False)


def force_index_scans(cursor: Any) -> None:
    """
    Read by index, row by row, until the transaction ends.

    A plan made while a table was young would read it whole for ever, and one that joins all rounds costs more with
    every round played.  A prepared statement is planned once: for arrays of other lengths PostgreSQL would plan it
    anew each time, which costs a small batch more than the statement itself.
    """
    cursor.execute(INDEX_SCANS)
