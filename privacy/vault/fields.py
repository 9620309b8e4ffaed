"""Sealed model fields: plain text on the instance, ciphertext in SQL, in history and in a pickle."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Protocol
from uuid import UUID

from django import forms
from django.core import validators
from django.core.exceptions import EmptyResultSet, FieldError
from django.db import models
from django.db.models.query_utils import DeferredAttribute
from django.utils.translation import gettext

from privacy import lens
from privacy.lens import Sight
from privacy.masking import masked
from privacy.vault import cipher, keys
from privacy.vault.blind import BlindIndex
from privacy.vault.errors import PlaintextRefused

SHORT = 32


class Sealable(Protocol):
    """What a sealed field asks of its row."""

    id: UUID

    def data_subject_id(self) -> UUID: ...


class Ciphertext(bytes):
    """A sealed value as it lies in the database."""

    def __repr__(self) -> str:
        return "<sealed>"

    __str__ = __repr__


class Erased(str):
    """What a value reads as once its key is destroyed."""

    __slots__ = ()


def is_erased(value: object) -> bool:
    """Whether this value can never be read again."""
    return isinstance(value, Erased)


_raw: ContextVar[bool] = ContextVar("raw", default=False)


@contextmanager
def raw_values() -> Iterator[None]:
    """Inside, sealed attributes hand out and take ciphertext: for copying a row without opening it."""
    token = _raw.set(True)
    try:
        yield
    finally:
        _raw.reset(token)


class SealedAttribute(DeferredAttribute):
    """Opens on access; remembers the ciphertext that a new value replaces, so that an equal one keeps it."""

    field: "SealedField"

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        if instance is None:
            return self
        held = super().__get__(instance, cls)
        if _raw.get():
            return self.field.sealed_value(instance, held)
        sight = lens.of(instance, self.field.name)
        if sight == Sight.NOTHING:
            return self.field.empty()
        value = self._opened(instance, held)
        return masked(value) if sight == Sight.MASKED and isinstance(value, str) else value

    def _opened(self, instance: Any, held: Any) -> Any:
        if isinstance(held, Ciphertext):
            return self.field.from_text(self.field.unseal(instance, held))
        return self.field.empty() if held is None else held

    def __set__(self, instance: Any, value: Any) -> None:
        before = instance.__dict__.get(self.field.attname)
        if isinstance(before, Ciphertext) and not isinstance(value, Ciphertext):
            instance.__dict__[self.field.earlier] = before
        instance.__dict__[self.field.attname] = value


class SealedField(models.Field):
    """Base of the sealed fields.

    ``index`` adds a companion column ``<name>_index`` by which ``exact``, ``iexact`` and ``in`` work.
    ``column`` is the constant that ciphertext is bound to; give it when a field or model is renamed.
    """

    descriptor_class = SealedAttribute
    empty_strings_allowed = True
    pad = 1

    def __init__(self, *args: Any, index: BlindIndex | None = None, column: str = "", **kwargs: Any) -> None:
        kwargs["null"] = True
        self.index = index
        self.column_id = column
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("null", None)
        kwargs.pop("unique", None)  # uniqueness lies on the companion
        return name, path, args, {**kwargs, "column": self.column_id}

    def contribute_to_class(self, cls: Any, name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only)
        self.earlier = f"_{name}_before"
        if cls._meta.abstract:
            return
        self.column_id = self.column_id or f"{cls._meta.app_label}.{cls._meta.model_name}.{name}"
        if self.index is not None:
            companion = BlindIndexField(source=name, unique=self.unique, editable=False)
            cls.add_to_class(f"{name}_index", companion)

    def db_type(self, connection: Any) -> str:
        return "bytea"

    def get_internal_type(self) -> str:
        return "BinaryField"

    # -- text in and out

    def empty(self) -> Any:
        """What an absent value reads as."""
        return ""

    def to_text(self, value: Any) -> str:
        return str(value)

    def from_text(self, text: str) -> Any:
        return text

    def unseal(self, instance: Any, ciphertext: Ciphertext) -> str:
        """The plaintext of this row's value, or the mark that it was erased."""
        opened = instance.__dict__.setdefault("_opened", {}).get(self.attname)
        if opened is not None and opened[0] == ciphertext:
            return opened[1]
        text = self.open_value(ciphertext, instance.id)
        if not is_erased(text):
            instance.__dict__["_opened"][self.attname] = (ciphertext, text)
        return text

    def open_value(self, ciphertext: Ciphertext | None, row_id: UUID) -> str:
        """The plaintext of a value read with ``values_list``; for scans that need no instance."""
        if ciphertext is None:
            return ""
        key = keys.for_reading(cipher.key_id_of(ciphertext))
        if key.is_destroyed:
            return Erased(gettext("erased"))
        return cipher.unseal(key.aead, ciphertext, self.column_id, row_id)

    def sealed_value(self, instance: Any, held: Any) -> Ciphertext | None:
        """The ciphertext of what the instance holds: kept when unchanged, made when new, None when empty."""
        if held is None or isinstance(held, Ciphertext):
            return held
        if is_erased(held):
            return instance.__dict__.get(self.earlier)
        text = self.to_text(held)
        if not text:
            return None
        before = instance.__dict__.get(self.earlier)
        if before is not None and self.unseal(instance, before) == text:
            return before
        key = keys.for_writing(instance.data_subject_id())
        sealed = Ciphertext(cipher.seal(key.aead, key.id, self.column_id, instance.id, text, self.pad))
        instance.__dict__.setdefault("_opened", {})[self.attname] = (sealed, text)
        return sealed

    def resealed(self, ciphertext: Ciphertext, row_id: UUID, text: str) -> Ciphertext | None:
        """Another text in the place of a sealed one, under the same key; None for no text. Not for a destroyed key."""
        key = keys.for_reading(cipher.key_id_of(ciphertext))
        if not text:
            return None
        return Ciphertext(cipher.seal(key.aead, key.id, self.column_id, row_id, text, self.pad))

    # -- the database's side

    def pre_save(self, model_instance: Any, add: bool) -> Any:
        held = model_instance.__dict__.get(self.attname)
        sealed = self.sealed_value(model_instance, held)
        model_instance.__dict__[self.attname] = sealed
        model_instance.__dict__.pop(self.earlier, None)
        return sealed

    def get_prep_value(self, value: Any) -> Any:
        if value is None or isinstance(value, Ciphertext):
            return value
        raise PlaintextRefused(
            f"{self.column_id} is sealed: set it on the instance and save that; plaintext can't go into SQL."
        )

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        value = super().get_db_prep_value(value, connection, prepared)
        return None if value is None else connection.Database.Binary(value)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Ciphertext | None:
        if value is None:
            return None
        sealed = Ciphertext(value)
        keys.expect(cipher.key_id_of(sealed))
        return sealed

    def value_to_string(self, obj: Any) -> str:
        with raw_values():
            sealed = getattr(obj, self.attname)
        return "" if sealed is None else sealed.hex()

    def to_python(self, value: Any) -> Any:
        return value

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name == "isnull":
            return super().get_lookup(lookup_name)
        if self.index is not None and lookup_name in BLIND_LOOKUPS:
            return BLIND_LOOKUPS[lookup_name]
        raise FieldError(
            f"{self.column_id} is sealed: “{lookup_name}” can't look into it. "
            "Use a blind index (exact, iexact, in) or the bounded scan."
        )

    def get_transform(self, lookup_name: str) -> Any:
        raise FieldError(f"{self.column_id} is sealed: “{lookup_name}” can't look into it.")


class BlindIndexField(models.Field):
    """The companion of a sealed field: its value's blind index, kept in step when the row is saved."""

    def __init__(self, *args: Any, source: str = "", **kwargs: Any) -> None:
        self.source = source
        super().__init__(*args, **{"null": True, "blank": True, "db_index": True, **kwargs})

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "source": self.source}

    def db_type(self, connection: Any) -> str:
        return "bytea"

    def get_internal_type(self) -> str:
        return "BinaryField"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> bytes | None:
        return None if value is None else bytes(value)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        value = super().get_db_prep_value(value, connection, prepared)
        return None if value is None else connection.Database.Binary(value)

    def pre_save(self, model_instance: Any, add: bool) -> Any:
        source: SealedField = model_instance._meta.get_field(self.source)
        known = getattr(model_instance, self.attname)
        if source.attname not in model_instance.__dict__:
            return known  # deferred: nobody changed it
        is_sealed = isinstance(model_instance.__dict__[source.attname], Ciphertext)
        if is_sealed and known is not None and self.source not in model_instance.__dict__.get("_opened", {}):
            return known  # neither read nor set
        value = getattr(model_instance, self.source)
        if is_erased(value) or source.index is None:
            return known
        found = source.index.of(value) if value else None
        setattr(model_instance, self.attname, found)
        return found


class _BlindLookup(models.Lookup):
    """Compares the companion column instead of the ciphertext."""

    prepare_rhs = False

    def __init__(self, lhs: Any, rhs: Any) -> None:
        field: SealedField = lhs.output_field
        if hasattr(rhs, "resolve_expression"):
            raise FieldError(f"{field.column_id} is sealed: it can be compared with values only.")
        companion: Any = field.model._meta.get_field(f"{field.name}_index")
        super().__init__(companion.get_col(lhs.alias), rhs)
        self.index = field.index

    def _index_of(self, value: Any) -> bytes | None:
        """The index, or None for what can't be such an identifier (it matches nothing)."""
        if self.index is None:
            return None
        try:
            return self.index.of(str(value))
        except ValueError:
            return None

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        lhs, params = self.process_lhs(compiler, connection)
        wanted = [connection.Database.Binary(found) for found in self._wanted() if found is not None]
        if not wanted:
            raise EmptyResultSet
        return f"{lhs} IN ({', '.join(['%s'] * len(wanted))})", [*params, *wanted]

    def _wanted(self) -> list[bytes | None]:
        return [self._index_of(self.rhs)]


class BlindExact(_BlindLookup):
    lookup_name = "exact"


class BlindIExact(_BlindLookup):
    lookup_name = "iexact"


class BlindIn(_BlindLookup):
    lookup_name = "in"

    def _wanted(self) -> list[bytes | None]:
        return [self._index_of(value) for value in self.rhs]


BLIND_LOOKUPS = {"exact": BlindExact, "iexact": BlindIExact, "in": BlindIn}


class SealedCharField(SealedField):
    """One line of sealed text; its length is hidden in steps of 32 bytes."""

    pad = SHORT

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 200)
        super().__init__(*args, **kwargs)
        self.validators.append(validators.MaxLengthValidator(self.max_length))

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": forms.CharField, "max_length": self.max_length, **kwargs})


class SealedTextField(SealedField):
    """Sealed text of any length."""

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": forms.CharField, "widget": forms.Textarea, **kwargs})


class SealedEmailField(SealedCharField):
    """A sealed e-mail address."""

    default_validators = [validators.validate_email]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 254)
        super().__init__(*args, **kwargs)

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": forms.EmailField, **kwargs})


class SealedJSONField(SealedField):
    """A sealed value of JSON: lists, dictionaries, text, numbers."""

    def empty(self) -> Any:
        return None

    def to_text(self, value: Any) -> str:
        return json.dumps(value, ensure_ascii=False)

    def from_text(self, text: str) -> Any:
        return text if is_erased(text) else json.loads(text)

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": forms.JSONField, **kwargs})


def sealed_fields(model: type[models.Model]) -> list[SealedField]:
    """The sealed columns of a model."""
    return [field for field in model._meta.concrete_fields if isinstance(field, SealedField)]


def chunks(rows: Any, size: int = 500) -> Iterator[list[Any]]:
    """Rows of a queryset in lists, so that each list's keys come in one query; memory stays constant."""
    chunk: list[Any] = []
    for row in rows.iterator(chunk_size=size):
        chunk.append(row)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
