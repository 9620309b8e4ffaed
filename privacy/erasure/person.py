"""The person's own row, and what lets them in: closed at once, emptied last."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Field, QuerySet
from django.utils.translation import gettext as _

from privacy import access, people
from privacy.erasure import rows, treatment
from privacy.models import Person, Token, User
from privacy.registry import history_of
from privacy.vault.fields import SealedField


@transaction.atomic
def close(person: Person, moment: Any) -> None:
    """From here on nobody signs in as this person, is mailed or found as them; their records are read-only."""
    model = type(person)
    ids = people.ids_of(person)
    locked: Any = QuerySet(model).select_for_update(of=("self",)).filter(pk__in=ids)
    for each in locked.filter(erased_at=None):
        each.erased_at = moment
        if isinstance(each, User):
            each.is_active = False
            each.set_unusable_password()
        each.save()
    Token.objects.filter(subject_id__in=ids).delete()
    rows.hide(ids)


@transaction.atomic
def empty(ids: list[UUID], model: type[Person]) -> None:
    """Leave of the row its id and its times: not even language and time zone, nor in its history."""
    treated = treatment.of(model)
    rows.empty(treated, ids, rows.key_ids(ids))
    blank = {field.name: _blank(field) for field in _optional(model)}
    for holder in filter(None, (model, history_of(model))):
        QuerySet(holder).filter(id__in=ids).update(**blank)
    if model is User:
        for user in User.everything.filter(pk__in=ids):
            user.groups.clear()


def obstacles(person: Person) -> list[str]:
    """Why nobody may erase this person now."""
    if isinstance(person, User) and access.administers_all(person):
        others = User.objects.filter(is_active=True).exclude(pk=person.pk)
        if not any(access.administers_all(other) for other in others):
            return [_("They are the only one who administers the helpdesk. Let somebody else do so first.")]
    return []


def _optional(model: Any) -> list[Field]:
    """What the person, or we about them, could have left out."""
    return [
        field
        for field in model._meta.concrete_fields
        if field.editable and (field.null or field.blank) and not isinstance(field, SealedField)
    ]


def _blank(field: Any) -> Any:
    return None if field.null else field.get_default()
