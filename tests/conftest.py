"""What every test can rely on: both databases, a cache of its own, and a real Celery worker for who asks."""

import gc
import os
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import hypothesis
import pytest
from django.db import connection, connections

from helpdesk import translating
from tests import databases
from tests import settings as test_settings
from tests.emptying import empty_quickly

pytest_plugins = ["tests.cast", "tests.traces", "tests.processes", "tests.tickets.channels.post"]

hypothesis.settings.register_profile("fast", deadline=None, max_examples=60)
hypothesis.settings.register_profile("ci", deadline=None, max_examples=300, print_blob=True)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fast"))

DATABASE_FIXTURES = {"db", "transactional_db", "live_server", "django_db_reset_sequences"}


def pytest_configure(config: pytest.Config) -> None:
    """Translations are compiled once, before the workers start."""
    if not hasattr(config, "workerinput"):
        translating.compile_all()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test with a database has both: the data and the vault's keys."""
    for item in items:
        marker = item.get_closest_marker("django_db")
        if marker or DATABASE_FIXTURES & set(getattr(item, "fixturenames", ())):
            options: dict[str, Any] = dict(marker.kwargs) if marker else {}
            options.setdefault("databases", ["default", "vault"])
            item.add_marker(pytest.mark.django_db(**options), append=False)


def pytest_collection_finish() -> None:
    """All that is loaded by now stays: the garbage collector needn't look at it again (a sixth of all CPU)."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 50)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, django_db_blocker: Any
) -> None:
    """pytest-django's; the databases are copied, not migrated."""
    with django_db_blocker.unblock():
        databases.use_templates()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """pytest-django's; the databases are emptied quickly, and the audit, which would refuse, lets it happen."""
    with django_db_blocker.unblock():
        for alias in databases.ALIASES:
            empty_quickly(connections[alias])
        with connection.cursor() as cursor:
            for table in ("privacy_auditevent", "privacy_auditbatch"):
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER audit_keeps_table")
                cursor.execute(
                    f"ALTER TABLE {table} ENABLE TRIGGER audit_keeps_rows"
                )  # not in a replica's role


@pytest.fixture(autouse=True)
def _own_cache() -> Iterator[None]:
    """No test sees what another one cached (limits, locks)."""
    test_settings.current_test[0] = uuid4().hex
    yield
    test_settings.current_test[0] = "none"
