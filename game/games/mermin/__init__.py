"""Mermin's machine: two boxes with three switches and two lamps each."""
