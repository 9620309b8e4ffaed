"""What Art. 15 wants told beside the data: why each field is kept, on what ground, how long, and who gets to see it."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import models

from privacy import custom, disclosed, retention, watching
from privacy.access.fields import module_over
from privacy.consent.receipts import receipt
from privacy.declaration import Personal, declared
from privacy.export.discretion import Discretion
from privacy.export.personal import names_of
from privacy.models import ConsentAnswer, Disclosure
from privacy.models.custom import PREFIX

MOST_LOOKS = 100_000


def fields(kinds: Iterable[type[models.Model]]) -> list[dict[str, Any]]:
    """Each declared personal field: what it is called, its category, purpose, basis, retention."""
    added = {(of, field.name): (field.label, entry) for of, field, entry in custom.declarations()}
    found = []
    for model in kinds:
        entries: dict[str, tuple[str, Any]] = {
            name: (_label(model, name), entry) for name, entry in declared(model).items()
        }
        entries |= {name: told for (of, name), told in added.items() if of is model}
        shown = set(names_of(model))
        found += [
            _field(model, name, label, entry)
            for name, (label, entry) in entries.items()
            if isinstance(entry, Personal) and name in shown
        ]
    return found


def terms() -> list[dict[str, Any]]:
    """How long things are kept, as set."""
    return [{"what": str(term.label), "days": _days(code)} for code, term in retention.terms().items()]


def recipients(kinds: Iterable[type[models.Model]], discretion: Discretion) -> list[dict[str, Any]]:
    """Who was given records of the person as a file: by role. Of old files nobody knows who is in them."""
    labels = {model._meta.label_lower: str(model._meta.verbose_name_plural) for model in kinds}
    theirs = Disclosure.objects.none()
    for pk in discretion.ids:
        theirs |= disclosed.disclosures_of(pk)
    given = (
        (Disclosure.objects.filter(parcel_id=None) | theirs)
        .filter(module__in=labels)
        .order_by("moment", "id")
    )
    return [
        {
            "at": each.moment.isoformat(),
            "who": discretion.someone(each.by_id),
            "what": labels[each.module],
            "how": each.format,
        }
        for each in given
    ]


def looks(ids: Iterable[UUID]) -> list[dict[str, Any]]:
    """Who has looked, by role, the newest first."""
    found = [look for pk in ids for look in watching.seen_by_subject(pk, MOST_LOOKS)]
    return [
        {"at": look.moment.isoformat(), "who": look.who, "how": look.how, "what": look.module}
        for look in sorted(found, key=lambda look: look.moment, reverse=True)
    ]


def consents(ids: Iterable[UUID]) -> dict[str, Any]:
    """The receipt for machines of all that was said."""
    answers = ConsentAnswer.objects.filter(subject_id__in=ids).select_related("purpose", "wording")
    first = next(iter(ids))
    return receipt(first, answers.order_by("created_at", "id"), places=str, page=settings.SITE_URL)


def _field(model: Any, name: str, label: str, entry: Personal) -> dict[str, Any]:
    whole = module_over(model)
    bin_days = _in_days(retention.bin_period(whole.governed_by.code)) if whole else None
    return {
        "kind": model._meta.label_lower,
        "field": name,
        "label": label,
        "category": str(entry.category.label),
        "purpose": str(entry.purpose.label),
        "basis": str(entry.basis.label),
        "days_in_bin": bin_days,
        "on_erasure": str(entry.on_erase.label),
    }


def _label(model: Any, name: str) -> str:
    return "" if name.startswith(PREFIX) else str(model._meta.get_field(name).verbose_name)


def _days(code: str) -> int | None:
    found = retention.period(code)
    return None if found is None else _in_days(found)


def _in_days(period: timedelta) -> int:
    return period.days
