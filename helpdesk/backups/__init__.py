"""Backups: data and files in one place, the vault in another; and their way back, erasures replayed."""
