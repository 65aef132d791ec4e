"""Settings of the PostgreSQL planner for statements whose cost must not grow with the history."""

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
# For a connection with one statement only; this saves a fifth of the database time of a small batch.
ALWAYS_INDEX_SCANS = _set(until_the_transaction_ends=False)


def force_index_scans(cursor: Any) -> None:
    """
    Read by index until the transaction ends.

    A plan made for a small table keeps scanning the whole table when it is large, and a hash join over all rounds costs
    more with every round.  A generic plan is made once; otherwise PostgreSQL plans again for each length of the arrays,
    which costs a small batch more than the statement itself.
    """
    cursor.execute(INDEX_SCANS)
