"""What a backup or its restoring may refuse."""


class Refused(Exception):
    """It can't be done; the text says why, and what to do."""
