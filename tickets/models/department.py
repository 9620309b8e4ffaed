"""Departments: who answers what."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from privacy.declaration import NotPersonal
from privacy.enums import ProfileKind
from privacy.governance import Part, Right, Setup, Within
from privacy.models import Record, among_living

FIRST = "Support"
DEPARTMENTS = "manage_departments"
EVERYWHERE = "tickets.all_departments"
UNASSIGNED = "tickets.unassigned"


def of_departments(path: str) -> Within:
    """The condition that a row belongs to a department in which somebody works."""
    return Within(path, _departments_of)


def _departments_of(user: Any) -> list[Any]:
    """The ids of somebody's departments; read once for each time that the user is loaded."""
    mine: list[Any] | None = user.__dict__.get("_departments")
    if mine is None:
        mine = list(Membership.objects.filter(user=user).values_list("department", flat=True))
        user.__dict__["_departments"] = mine
    return mine


def meet(users: Iterable[Any]) -> None:
    """Read at once in which departments several people work."""
    known = {user.pk: user for user in users}
    for user in known.values():
        user.__dict__["_departments"] = []
    rows = Membership.objects.filter(user__in=known).values_list("user", "department")
    for user_id, department in rows:
        known[user_id].__dict__["_departments"].append(department)


class Department(Record):
    """A part of the company that answers customers."""

    name = models.CharField(_("name"), max_length=80)
    slug = models.SlugField(_("short name in addresses"), max_length=80)
    description = models.CharField(_("what customers ask it"), max_length=200, blank=True)
    signature = models.TextField(_("signature"), blank=True)
    is_default = models.BooleanField(_("takes what nobody else does"), default=False)
    is_public = models.BooleanField(_("can be chosen in the portal"), default=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    governed_by = Setup(
        manage=DEPARTMENTS,
        rights=(
            Right(
                DEPARTMENTS,
                _("Manage departments and tags"),
                frozenset({ProfileKind.MANAGER}),
                about=_("Make departments, name tags, say who works where."),
            ),
        ),
    )
    personal_data = [
        NotPersonal("name", "the name of a department"),
        NotPersonal("slug", "derived from the name of a department"),
        NotPersonal("description", "about a department"),
        NotPersonal("signature", "a department's letter footer; the agent's name is filled in when sending"),
    ]

    class Meta(Record.Meta):
        verbose_name = _("department")
        verbose_name_plural = _("departments")
        ordering = ["position", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"],
                condition=Q(is_default=True, deleted_at__isnull=True),
                name="one_default_department",
            ),
            among_living("name", "department_name_once", _("There is a department of this name already.")),
            among_living(
                "slug", "department_slug_once", _("Another department has this short name already.")
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def default(cls) -> "Department":
        """The department that takes what nobody else does; made if there is none at all."""
        found = cls.objects.order_by("-is_default", "position", "name").first()
        return found or cls._first()

    @classmethod
    def _first(cls) -> "Department":
        """The first one, taken out of the bin if it lies there."""
        binned = cls.everything.filter(slug=FIRST.lower(), deleted_at__isnull=False).order_by("-deleted_at")
        try:
            with transaction.atomic():
                if (found := binned.first()) is not None:
                    found.restore()
                else:
                    cls(name=FIRST, slug=FIRST.lower(), is_default=True).save()
        except IntegrityError:
            pass  # somebody was quicker
        return cls.objects.get(slug=FIRST.lower())


class Membership(Record):
    """An agent who works in a department."""

    department = models.ForeignKey(Department, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")

    governed_by = Part("department")

    class Meta(Record.Meta):
        verbose_name = _("membership of a department")
        verbose_name_plural = _("memberships of departments")
        constraints = [
            models.UniqueConstraint(
                fields=["department", "user"], condition=Q(deleted_at__isnull=True), name="member_once"
            )
        ]
