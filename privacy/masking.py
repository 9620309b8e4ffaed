"""Masked display: enough of an address or number to recognise it, not enough to use it."""

DOTS = "•••"
KEPT = 2


def masked(value: str) -> str:
    """``+49 151 2345667`` becomes ``+49 ••• ••67``, ``anna@post.example`` becomes ``a•••@p•••.example``."""
    if not value:
        return value
    local, at, domain = value.rpartition("@")
    if at and local:
        return f"{local[0]}{DOTS}@{_domain(domain)}"
    if value.startswith("+"):
        return f"{value[:3]} {DOTS} ••{value[-KEPT:]}"
    words = value.split()
    return " ".join(f"{word[0]}{DOTS}" for word in words)


def _domain(domain: str) -> str:
    host, dot, top = domain.rpartition(".")
    return f"{host[:1]}{DOTS}{dot}{top}" if dot else DOTS
