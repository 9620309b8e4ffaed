"""Scratch databases on the configured server (or on one brought along), gone afterwards."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")
os.environ.setdefault("HELPDESK_TEST", "1")
os.environ.setdefault("DEBUG", "1")
django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection, connections, models  # noqa: E402
from django.test.utils import setup_databases, teardown_databases  # noqa: E402

from bench.measuring import HEADING, say  # noqa: E402
from privacy.vault.fields import BlindIndexField, SealedField  # noqa: E402


@contextmanager
def databases() -> Iterator[None]:
    """Inside, both databases are fresh and migrated."""
    settings.DEBUG = False  # with it, Django keeps every statement
    for alias in ("default", "vault"):
        connections[alias].settings_dict["TEST"] |= {"NAME": f"bench_{alias}_{os.getpid()}"}
    started = time.monotonic()
    old = setup_databases(0, interactive=False, aliases={"default": False, "vault": False})
    ((version,),) = sql("SHOW server_version")
    say(f"PostgreSQL {version}, scratch databases in {time.monotonic() - started:.1f} s")
    say(HEADING)
    try:
        yield
    finally:
        teardown_databases(old, 0)


def sql(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    """Run a statement; its rows, if it has any."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def plain_twin(model: type[models.Model], **relations: type[models.Model]) -> Any:
    """The same table without protection: plain text columns, no history, no vault; in the database, too.

    ``relations`` says which foreign keys point to a twin instead.
    """
    fields: dict[str, Any] = {}
    for field in model._meta.concrete_fields:
        if isinstance(field, BlindIndexField):
            continue
        fields[field.name] = _plain(field, relations.get(field.name))
    indexes = [_renamed(index) for index in model._meta.indexes]
    meta = type("Meta", (), {"app_label": "tickets", "db_table": f"plain_{model._meta.model_name}"})
    twin: Any = type(
        f"Plain{model.__name__}", (models.Model,), {"__module__": __name__, "Meta": meta, **fields}
    )
    twin._meta.indexes = indexes
    with connection.schema_editor() as editor:
        editor.create_model(twin)
    return twin


def _plain(field: Any, other: type[models.Model] | None) -> Any:
    if isinstance(field, SealedField):
        is_known_by = field.index is not None
        return models.TextField(null=True, db_index=is_known_by)
    copied = field.clone()
    if field.is_relation:
        copied.remote_field.related_name = "+"
        if other is not None:
            copied.remote_field.model = other
    return copied


def _renamed(index: models.Index) -> models.Index:
    copied = index.clone()
    copied.name = f"plain_{index.name}"[:30]
    return copied
