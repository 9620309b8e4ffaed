"""What every row of the product is: sealed, with a uuid of its own, times; most with a bin and a history."""

import os
import time
from collections.abc import Iterable
from typing import Any, ClassVar
from uuid import UUID

from django.core.exceptions import FieldDoesNotExist, FieldError, ValidationError
from django.db import models, transaction
from django.db.models.sql import Query
from django.utils.translation import gettext_lazy as _

from privacy import actor, lens
from privacy.declaration import Declared, subject_id
from privacy.governance import Governed
from privacy.models.history import SealedHistory
from privacy.models.together import holds_back
from privacy.vault.fields import BlindIndexField, SealedField, raw_values


class UnauditedWrite(TypeError):
    """A write that history would not see."""


def new_id() -> UUID:
    """A UUID of version 7 (RFC 9562): made by the client, ordered by time, so that indexes stay compact."""
    stamp = time.time_ns() // 1_000_000
    bits = (stamp << 80) | int.from_bytes(os.urandom(10), "big")
    bits = (bits & ~(0xF << 76)) | (0x7 << 76)
    return UUID(int=(bits & ~(0x3 << 62)) | (0x2 << 62))


def among_living(field: str, name: str, message: Any) -> models.UniqueConstraint:
    """No two living rows share this; what lies in the bin takes no name. The message stands next to the field."""
    return models.UniqueConstraint(
        fields=[field],
        condition=models.Q(deleted_at__isnull=True),
        name=name,
        violation_error_code="unique",
        violation_error_message=message,
    )


class SealedQuery(Query):
    """A query that refuses to order by ciphertext: it would look like an order, and be none."""

    def add_ordering(self, *ordering: Any) -> None:
        for item in ordering:
            if self._is_sealed(item):
                raise FieldError(f"“{item}” is sealed: rows can't be ordered by it.")
        super().add_ordering(*ordering)

    def _is_sealed(self, item: Any) -> bool:
        if not isinstance(item, str):
            item = item.resolve_expression(self.chain())
        elif (name := item.lstrip("-+")) in self.annotations:
            item = self.annotations[name]
        else:
            return self._ends_sealed(name)
        return isinstance(item._output_field_or_none, SealedField)

    def _ends_sealed(self, path: str) -> bool:
        model: Any = self.model
        for step in path.split("__"):
            try:
                field = model._meta.get_field(step)
            except (AttributeError, FieldDoesNotExist):
                return False
            if isinstance(field, SealedField):
                return True
            model = field.related_model
        return False


class SealedQuerySet(models.QuerySet[Any]):
    """A queryset that refuses to order by ciphertext."""

    def __init__(self, model: Any = None, query: Any = None, using: Any = None, hints: Any = None) -> None:
        super().__init__(model, query or SealedQuery(model), using, hints)


class RecordQuerySet(SealedQuerySet):
    """A queryset that also refuses what would go past history."""

    def update(self, **values: Any) -> int:
        raise UnauditedWrite("update() goes past history: change each record and save it.")

    def bulk_update(self, *args: Any, **kwargs: Any) -> int:
        raise UnauditedWrite("bulk_update() goes past history: change each record and save it.")

    def bulk_create(self, *args: Any, **kwargs: Any) -> list[Any]:
        raise UnauditedWrite("bulk_create() goes past history: save each record.")


class LivingManager(models.Manager.from_queryset(RecordQuerySet)):  # type: ignore[misc]
    """Rows that are not in the bin."""

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(deleted_at__isnull=True)


class EverythingManager(models.Manager.from_queryset(RecordQuerySet)):  # type: ignore[misc]
    """All rows, those in the bin included."""


class SealedManager(models.Manager.from_queryset(SealedQuerySet)):  # type: ignore[misc]
    """All rows of a model without a bin."""


class SealedRow(Governed, models.Model):
    """Base of every model that people's data may be in.

    ``data_subject`` names the path to the person whose data a row is; ``personal_data`` declares the fields;
    ``hidden_from_subject`` is a condition under which that person isn't shown the row in the portal.
    """

    data_subject: ClassVar[str | tuple[str, ...]] = ()
    personal_data: ClassVar[Iterable[Declared]] = ()
    hidden_from_subject: ClassVar[models.Q | None] = None

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    created_at = models.DateTimeField(_("created"), default=actor.now, editable=False)
    updated_at = models.DateTimeField(_("changed"), default=actor.now, editable=False)

    objects: ClassVar[Any] = SealedManager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {str(self.pk)[-12:]}"

    def data_subject_id(self) -> UUID:
        """The id of the person whose data this row is."""
        return subject_id(self)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Seal and write; blind indexes keep step. Inside ``together``, a new row may wait for others."""
        if self._state.adding and not (args or kwargs) and holds_back(self):
            return
        if not self._state.adding:
            self.updated_at = actor.now()
        if (named := kwargs.get("update_fields")) is not None:
            kwargs["update_fields"] = {*named, "updated_at", *self._companions(named)}
        elif deferred := self.get_deferred_fields():
            for name in deferred.intersection(self._companions(self.__dict__)):
                getattr(self, name)  # what is deferred isn't written: the index has to keep step
        with lens.lifted():
            super().save(*args, **kwargs)

    def refresh_from_db(self, using: Any = None, fields: Any = None, from_queryset: Any = None) -> None:
        """Django's, copying sealed values unopened."""
        for field in self._sealed():
            if fields is None or field.name in fields:
                self.__dict__.pop(field.earlier, None)
        with raw_values():
            super().refresh_from_db(using, fields, from_queryset)

    def validate_unique(self, exclude: Any = None) -> None:
        """Django's; a value that no blind index can be made of is reported by the field itself, not here."""
        try:
            super().validate_unique(exclude)
        except ValueError as error:
            raise ValidationError(str(error)) from None

    def __getstate__(self) -> dict[str, Any]:
        """What is pickled: ciphertext only."""
        for field in self._meta.concrete_fields:
            if isinstance(field, SealedField | BlindIndexField) and field.attname in self.__dict__:
                field.pre_save(self, self._state.adding)
        state = super().__getstate__()
        return {name: value for name, value in state.items() if name != "_opened"}

    @classmethod
    def _sealed(cls) -> list[SealedField]:
        return [field for field in cls._meta.concrete_fields if isinstance(field, SealedField)]

    @classmethod
    def _companions(cls, named: Iterable[str]) -> set[str]:
        fields = cls._meta.concrete_fields
        return {
            field.name for field in fields if isinstance(field, BlindIndexField) and field.source in named
        }


class Record(SealedRow):
    """Base of what people work with: a sealed row that can go to the bin, and whose every change is kept."""

    deleted_at = models.DateTimeField(_("deleted"), null=True, editable=False)
    deleted_by = models.UUIDField(null=True, editable=False)

    objects: ClassVar[Any] = LivingManager()
    everything: ClassVar[Any] = EverythingManager()
    history = SealedHistory()

    class Meta:
        abstract = True
        base_manager_name = "everything"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Seal, write and put into history in one transaction."""
        self._history_date = actor.now()
        with transaction.atomic(using=kwargs.get("using"), savepoint=False):
            super().save(*args, **kwargs)

    def validate_unique(self, exclude: Any = None) -> None:
        """As always, and against the bin too: what is unique for good isn't freed by deletion."""
        super().validate_unique(exclude)
        for field in self._meta.concrete_fields:
            if field.unique and field.editable and field.name not in (exclude or ()):
                self._check_bin(field)

    def validate_constraints(self, exclude: Any = None) -> None:
        """As always, also those among the living: forms leave ``deleted_at`` out, and Django would skip them."""
        super().validate_constraints(set(exclude or ()) - {"deleted_at"})

    def _check_bin(self, field: models.Field) -> None:
        value = getattr(self, field.attname)
        binned = type(self).everything.filter(deleted_at__isnull=False).exclude(pk=self.pk)
        if value not in (None, "") and binned.filter(**{field.name: value}).exists():
            raise ValidationError({field.name: _("This lies in the recycle bin. Restore it from there.")})

    def caption(self) -> str:
        """What somebody who may see this row knows it by."""
        return str(self)

    @classmethod
    def for_captions(cls, rows: Any) -> Any:
        """Rows with all that their captions need."""
        return rows

    def bin(self, *, by: Any) -> None:
        """This row alone goes, as a tag that is taken off does. What people delete goes through ``privacy.binning``."""
        self.deleted_at, self.deleted_by = actor.now(), getattr(by, "pk", None)
        self.save(update_fields=["deleted_at", "deleted_by"])

    def restore(self) -> None:
        """This row alone comes back."""
        self.deleted_at = self.deleted_by = None
        self.save(update_fields=["deleted_at", "deleted_by"])
