"""The helpdesk's settings for tests: servers of this run's own, nothing shared between its workers."""

import os
from urllib.parse import urlsplit

os.environ["HELPDESK_TEST"] = "1"
os.environ["DEBUG"] = "1"
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright keeps an event loop in the main thread
os.environ["CELERY_QUEUE"] = f"test-{os.getpid()}"

from helpdesk.settings import *
from helpdesk.settings import CACHES, REDIS_URL, embedded

_worker = os.environ.get("PYTEST_XDIST_WORKER", "")
if _worker.startswith("gw"):  # each worker has a database of its own on the same Redis
    _number = int(_worker.removeprefix("gw")) % 15 + 1
    if REDIS_URL.startswith("unix:"):
        REDIS_URL = f"{REDIS_URL.partition('?')[0]}?db={_number}"
    else:
        REDIS_URL = urlsplit(REDIS_URL)._replace(path=f"/{_number}", query="").geturl()
    os.environ["REDIS_URL"] = CACHES["default"]["LOCATION"] = REDIS_URL
    CELERY_BROKER_URL = embedded.celery_url(REDIS_URL)

CACHES["default"]["KEY_FUNCTION"] = "tests.settings.cache_key"
WHITENOISE_AUTOREFRESH = True  # looks for a file when it is asked for, not for all of them with each client
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.MD5PasswordHasher",
    "django.contrib.auth.hashers.Argon2PasswordHasher",
]
current_test = ["none"]


def cache_key(key: str, prefix: str, version: int) -> str:
    """Keys of one test are invisible to all others, without emptying anybody's cache."""
    return f"{os.environ['CELERY_QUEUE']}:{current_test[0]}:{prefix}:{version}:{key}"
