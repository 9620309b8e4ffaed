"""Measurements: each prints what it measured, both sides in the same run, and their ratio."""
