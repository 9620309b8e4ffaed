"""What can go wrong with a server, said in a sentence that a person can act on."""

from django.core.exceptions import ImproperlyConfigured


class Trouble(ImproperlyConfigured):
    """A server can't be brought up here."""
