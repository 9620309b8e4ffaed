"""One example of a property test: what it writes is gone before the next one."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from django.db import transaction

from privacy.vault import keys

ALIASES = ("default", "vault")


@contextmanager
def example() -> Iterator[None]:
    """Inside, both databases may be written to; afterwards they are as before."""
    with ExitStack() as stack:
        for alias in ALIASES:
            stack.enter_context(transaction.atomic(using=alias))
        try:
            yield
        finally:
            for alias in ALIASES:
                transaction.set_rollback(True, using=alias)
            keys.forget()
