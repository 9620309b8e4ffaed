"""One example of a property test: what it writes is gone before the next one."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from django.db import transaction
from hypothesis import Phase, settings

from privacy.vault import keys

ALIASES = ("default", "vault")


def few(count: int, **options: int) -> settings:
    """Settings for examples that write to databases: few, and a failing one is shown as it was found."""
    phases = (Phase.explicit, Phase.reuse, Phase.generate)
    return settings(max_examples=count, deadline=None, phases=phases, **options)  # type: ignore[arg-type]


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
