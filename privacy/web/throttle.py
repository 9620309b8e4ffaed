"""Limits on how often something may be tried; the cache holds keyed hashes and counts only."""

from django.core.cache import cache

from privacy.vault.blind import mac


def is_allowed(scope: str, who: str, *, limit: int, seconds: int) -> bool:
    """Count one more try of ``who``; False once there were more than ``limit`` within the period."""
    key = f"throttle:{scope}:{mac('privacy.throttle.' + scope, who).hex()}"
    cache.add(key, 0, timeout=seconds)
    try:
        return cache.incr(key) <= limit
    except ValueError:  # it expired between the two
        return True
