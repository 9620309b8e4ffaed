"""A process that ends when its parent does, however the parent ended."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def die_with_parent(how: signal.Signals = signal.SIGKILL) -> None:
    """Have the kernel send ``how`` to this process when its parent is gone (Linux only; elsewhere nothing).

    The kernel forgets this wish when the process changes its account, so ask after that.
    """
    if _libc is not None:
        _libc.prctl(PR_SET_PDEATHSIG, int(how), 0, 0, 0)


def bound(how: signal.Signals = signal.SIGKILL) -> Callable[[], None]:
    """A ``preexec_fn`` that binds the child to this process, even if this process dies in between."""
    parent = os.getpid()

    def bind() -> None:
        die_with_parent(how)
        if _libc is not None and os.getppid() != parent:
            os._exit(1)

    return bind
