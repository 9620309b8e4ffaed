"""Roles: the tree of who sees whose records, and what happens to people when a role goes."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from privacy import actor
from privacy.models import Role, SharingRule, User

CEO, MANAGER = "CEO", "Manager"


def ensure_defaults() -> None:
    """The roles that every installation starts with, if it has none at all."""
    if not Role.everything.exists():
        top = Role(name=CEO)
        top.save()
        Role(name=MANAGER, reports_to=top).save()


@transaction.atomic
def move(role: Role, *, below: Role | None, by: Any) -> Role:
    """Let a role report to another one. Raises ValidationError if that would be itself or below it."""
    list(Role.objects.select_for_update().order_by("pk"))  # two moves at once could make a ring
    role.refresh_from_db()
    role.reports_to = below
    role.clean()
    with actor.acting(by):
        role.save()
    return role


@transaction.atomic
def delete(role: Role, *, people_to: Role | None, by: Any) -> None:
    """Put a role into the bin; its people get another role, the roles below it report to whom it reported.

    Raises ValidationError while people hold it and none is named, or while a sharing rule speaks of it.
    """
    if people_to is not None and people_to.pk == role.pk:
        raise ValidationError(_("Choose another role for these people."))
    rules = SharingRule.objects.filter(source_role=role) | SharingRule.objects.filter(target_role=role)
    if rules.exists():
        raise ValidationError(_("A sharing rule speaks of this role. Change or delete that rule first."))
    with actor.acting(by):
        for person in User.everything.filter(role=role):
            if people_to is None:
                raise ValidationError(_("People hold this role. Choose which one they get."))
            person.role = people_to
            person.save(update_fields=["role"])
        for child in Role.objects.filter(reports_to=role):
            child.reports_to = role.reports_to
            child.save(update_fields=["reports_to"])
        role.bin(by=by)
