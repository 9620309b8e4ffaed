"""Masked values, shown once to somebody who says why."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from privacy import access, audit, lens, watching
from privacy.access import Act, Denied
from privacy.enums import FieldRight
from privacy.models import How, Revelation, SealedRow

REVEAL = "reveal"
SHORTEST = 5


def may_reveal(viewer: Any) -> bool:
    """Whether the viewer's profile lets them open masked values at all."""
    return access.holds(viewer, REVEAL)


@transaction.atomic
def reveal(row: SealedRow, field: str, *, reason: str, by: Any) -> str:
    """The value of a masked field; who saw it and why is kept.

    Raises Denied if ``by`` may not see the row or open the field, ValidationError without a reason.
    """
    reason = " ".join(reason.split())
    if not may_reveal(by) or not _is_masked(row, field, by):
        raise Denied(_("Your profile doesn't let you see this value."))
    if len(reason) < SHORTEST:
        raise ValidationError(_("Say in a few words what you need it for."))
    revelation = Revelation(
        by=by,
        model=row._meta.label_lower,
        row_id=row.pk,
        field=field,
        subject_id=row.data_subject_id(),
        reason=reason,
    )
    revelation.save()
    audit.record(audit.Deed.REVEAL, row, by=by, fields=[field])
    watching.opened(by, [row], how=How.REVEALED, reason_id=revelation.pk)
    with lens.lifted():
        return str(getattr(row, field))


def _is_masked(row: Any, field: str, by: Any) -> bool:
    """Whether this is a masked field of a row that they may see: what is hidden stays hidden."""
    return access.field_right(by, type(row), field) == FieldRight.MASKED and access.may(by, Act.VIEW, row)
