"""After each test that goes through a door (views, admin, channels, promises): did every change leave its trace?

Compares the database with history and audit. A row whose columns aren't those of its last entry, an entry without
its event, or a row that vanished without one: somebody found a way past. One statement a test.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from django.db import connection

from privacy.enums import Deed
from privacy.models import Record
from privacy.registry import first_party_models

# The plan is made while tables are empty: row by row it would take minutes where a test fills them.
ALL_AT_ONCE = "SET LOCAL enable_nestloop = off; SET LOCAL max_parallel_workers_per_gather = 0;"
WATCHED = ("/views/", "/admin/", "/channels/", "/promises/")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Runs right after the test's body, while its rows are still there."""
    result: Any = yield
    is_watched = any(part in str(item.path) for part in WATCHED) and "/browser/" not in str(item.path)
    is_watched = is_watched and not item.get_closest_marker("converts")
    if is_watched and item.get_closest_marker("django_db") and not connection.needs_rollback:
        found = untraced()
        assert found == [], "changed without a trace: look for what goes past Record.save()"
    return result


def untraced() -> list[tuple[str, str]]:
    """Model and id of each row that was changed, made or removed without history or audit knowing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM pg_prepared_statements WHERE name = 'untraced'")
        if cursor.fetchone() is None:  # planning this anew takes longer than running it
            cursor.execute("SET plan_cache_mode = force_generic_plan")
            cursor.execute(f"PREPARE untraced AS {_statement()}")
        cursor.execute(f"{ALL_AT_ONCE} EXECUTE untraced")
        return [(model, str(row_id)) for model, row_id in cursor.fetchall()]


@cache
def _statement() -> str:
    models: list[Any] = [model for model in first_party_models() if issubclass(model, Record)]
    return " UNION ALL ".join(part for model in models for part in (_changed(model), _gone(model)))


def _changed(model: Any) -> str:
    history = model.history.model
    table, label = model._meta.db_table, model._meta.label_lower
    columns = [model._meta.get_field(field.name).column for field in history.tracked_fields]
    same = " AND ".join(f'h."{column}" IS NOT DISTINCT FROM t."{column}"' for column in columns)
    return f"""
        SELECT '{label}', t.id FROM "{table}" AS t WHERE NOT EXISTS (
            SELECT 1 FROM "{history._meta.db_table}" AS h
            JOIN privacy_auditevent AS e ON e.object_id = h.id AND e.history_id = h.history_id
                AND e.model = '{label}'
            WHERE h.id = t.id AND {same} AND NOT EXISTS (
                SELECT 1 FROM "{history._meta.db_table}" AS later
                WHERE later.id = h.id AND later.history_id > h.history_id
            )
        )"""


def _gone(model: Any) -> str:
    table, label = model._meta.db_table, model._meta.label_lower
    return f"""
        SELECT '{label}', e.object_id FROM privacy_auditevent AS e
        WHERE e.model = '{label}' AND e.act = '{Deed.CREATE}'
            AND NOT EXISTS (SELECT 1 FROM "{table}" AS t WHERE t.id = e.object_id)
            AND NOT EXISTS (
                SELECT 1 FROM privacy_auditevent AS p WHERE p.object_id = e.object_id AND p.act = '{Deed.PURGE}'
            )"""
