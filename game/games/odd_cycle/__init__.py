"""The odd cycle: colour a pentagon with two colours."""
