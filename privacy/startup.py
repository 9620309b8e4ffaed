"""What has to be true before anything is served: keys that open what is there, and no erasure undone by a restore."""

from privacy.erasure import replaying
from privacy.vault import startup


def check() -> None:
    """Raises ImproperlyConfigured with a sentence that says what to do."""
    startup.check_keys()
    replaying.check()
