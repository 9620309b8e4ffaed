"""Looks into the running database: does every sealed column hold ciphertext and nothing else?"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.core.files.storage import default_storage
from django.db import connection, models

from privacy import registry
from privacy.declaration import Personal, Secret, declared
from privacy.vault import files
from privacy.vault.fields import SealedField
from privacy.vault.files import SealedFileField

HEADER_HEX = "c501"
SHORTEST = 47


@dataclass(frozen=True, slots=True)
class Finding:
    """Rows of one column that are not what they should be."""

    table: str
    column: str
    rows: int
    what: str


def findings() -> Iterator[Finding]:
    """Every breach of “no plaintext at rest” in declared columns, history tables included."""
    for model, field in registry.sealed_columns():
        if isinstance(field, SealedFileField):
            yield from _unsealed_files(model, field)
        else:
            yield from _unsealed_values(model, field)
    yield from _unsealed_declarations()


def columns_checked() -> int:
    """How many columns ``findings`` looks at."""
    return sum(1 for _ in registry.sealed_columns())


def _unsealed_values(model: type[models.Model], field: SealedField) -> Iterator[Finding]:
    table, column = model._meta.db_table, str(field.column)
    quoted = connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM {quoted(table)} WHERE {quoted(column)} IS NOT NULL AND ("  # noqa: S608
            f"encode(substring({quoted(column)} from 1 for 2), 'hex') <> %s "
            f"OR length({quoted(column)}) < %s)",
            [HEADER_HEX, SHORTEST],
        )
        rows = cursor.fetchone()[0]
    if rows:
        yield Finding(table, column, rows, "not ciphertext")


def _unsealed_files(model: type[models.Model], field: SealedFileField) -> Iterator[Finding]:
    bad = 0
    for name in model._base_manager.exclude(**{field.name: ""}).values_list(field.name, flat=True).iterator():
        if default_storage.exists(name):
            with default_storage.open(name) as stored:
                bad += stored.read(2) != files.HEADER
    if bad:
        yield Finding(model._meta.db_table, str(field.column), bad, "files that are not sealed")


def _unsealed_declarations() -> Iterator[Finding]:
    """A history table may have lost the type of a column that the model itself seals."""
    for model in registry.first_party_models():
        history = registry.history_of(model)
        for name, entry in declared(model).items():
            if history is None or not isinstance(entry, Personal | Secret):
                continue
            kept = next((field for field in history._meta.concrete_fields if field.name == name), None)
            is_sealed = isinstance(model._meta.get_field(name), SealedField)
            if is_sealed and kept is not None and not isinstance(kept, SealedField):
                yield Finding(history._meta.db_table, name, 0, "kept unsealed in history")
