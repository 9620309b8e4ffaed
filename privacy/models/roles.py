"""Roles (whose records), profiles (what may be done), sharing (what is opened), rights to fields."""

from typing import ClassVar

from django.contrib.auth.models import Group
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from privacy.declaration import NotPersonal
from privacy.enums import FIXED, FieldRight, Level, ProfileKind
from privacy.governance import Right, Setup
from privacy.models.base import Record

PERMISSIONS = "manage_permissions"
SETS_UP = Setup(
    manage=PERMISSIONS,
    rights=(
        Right(
            PERMISSIONS,
            _("Manage roles, profiles and sharing"),
            about=_("Decide what others see and do. Nobody can give what their own profile doesn't allow."),
        ),
    ),
)
A_CODE = "a code of ours"


class Role(Record):
    """A place in the organisation: whoever holds it sees what the roles below it own."""

    name = models.CharField(_("name"), max_length=80)
    reports_to = models.ForeignKey(
        "self",
        verbose_name=_("reports to"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="subordinates",
    )
    share_data_with_peers = models.BooleanField(_("shares data with peers"), default=False)

    governed_by = SETS_UP
    personal_data: ClassVar = [NotPersonal("name", "the name of a place in the organisation")]

    class Meta(Record.Meta):
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["name"],
                condition=Q(deleted_at__isnull=True),
                name="role_name_once",
                violation_error_message=_("There is a role of this name already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """No role reports to itself, however many steps up."""
        above, seen = self.reports_to, {self.pk}
        while above is not None:
            if above.pk in seen:
                raise ValidationError(
                    {"reports_to": _("A role can't report to itself or to a role below it.")}
                )
            seen.add(above.pk)
            above = above.reports_to


class Profile(Record):
    """What may be done. A right that is missing here wins over any role or sharing."""

    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(
        _("kind"), max_length=15, choices=ProfileKind.choices, default=ProfileKind.CUSTOM, editable=False
    )
    description = models.CharField(_("description"), max_length=200, blank=True)
    rights = ArrayField(models.CharField(max_length=60), verbose_name=_("rights"), default=list, blank=True)
    needs_second_factor = models.BooleanField(_("needs a second factor to sign in"), default=False)

    governed_by = SETS_UP
    personal_data: ClassVar = [
        NotPersonal("name", "the name of a set of rights"),
        NotPersonal("description", "about a set of rights"),
        NotPersonal("rights", A_CODE),
    ]

    class Meta(Record.Meta):
        verbose_name = _("profile")
        verbose_name_plural = _("profiles")
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["name"],
                condition=Q(deleted_at__isnull=True),
                name="profile_name_once",
                violation_error_message=_("There is a profile of this name already."),
            ),
            models.UniqueConstraint(
                fields=["kind"],
                condition=Q(deleted_at__isnull=True) & ~Q(kind=ProfileKind.CUSTOM),
                name="one_profile_of_each_kind",
            ),
        ]

    def __str__(self) -> str:
        return self.name if self.kind == ProfileKind.CUSTOM else str(ProfileKind(self.kind).label)

    @property
    def is_fixed(self) -> bool:
        """Whether its rights can't be changed."""
        return self.kind in FIXED

    @property
    def is_administrator(self) -> bool:
        return self.kind == ProfileKind.ADMINISTRATOR


class FieldPermission(Record):
    """What a profile may do with one field, where it isn't reading and writing."""

    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="field_permissions")
    model = models.CharField(_("record"), max_length=100)
    field = models.CharField(_("field"), max_length=100)
    right = models.CharField(_("right"), max_length=10, choices=FieldRight.choices)

    governed_by = SETS_UP
    personal_data: ClassVar = [NotPersonal("model", A_CODE), NotPersonal("field", A_CODE)]

    class Meta(Record.Meta):
        verbose_name = _("right to a field")
        verbose_name_plural = _("rights to fields")
        constraints = [
            models.UniqueConstraint(
                fields=["profile", "model", "field"],
                condition=Q(deleted_at__isnull=True),
                name="field_permission_once",
            ),
        ]


class ModuleSharing(Record):
    """How far a module's records are shared by themselves; without a row: private."""

    module = models.CharField(_("module"), max_length=60)
    level = models.CharField(_("level"), max_length=15, choices=Level.choices, default=Level.PRIVATE)

    governed_by = SETS_UP
    personal_data: ClassVar = [NotPersonal("module", A_CODE)]

    class Meta(Record.Meta):
        verbose_name = _("data sharing")
        verbose_name_plural = _("data sharing")
        constraints = [
            models.UniqueConstraint(
                fields=["module"], condition=Q(deleted_at__isnull=True), name="module_shared_once"
            ),
        ]


class SharingRule(Record):
    """Opens the records of some owners, or those that match, to a role or group.

    ``criteria`` is a list of ``[field, "is" or "is_not", value]``, all of which have to hold.
    """

    class Source(models.TextChoices):
        ROLE = "role", _("owned by a role")
        BRANCH = "branch", _("owned by a role and those below it")
        GROUP = "group", _("owned by a group")
        CRITERIA = "criteria", _("that match criteria")

    class Target(models.TextChoices):
        ROLE = "role", _("a role")
        BRANCH = "branch", _("a role and those below it")
        GROUP = "group", _("a group")

    module = models.CharField(_("module"), max_length=60)
    source = models.CharField(_("records"), max_length=10, choices=Source.choices)
    source_role = models.ForeignKey(
        Role,
        verbose_name=_("owners' role"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
    )
    source_group = models.ForeignKey(
        Group,
        verbose_name=_("owners' group"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
    )
    criteria = models.JSONField(_("criteria"), default=list, blank=True)
    target = models.CharField(_("shared with"), max_length=10, choices=Target.choices)
    target_role = models.ForeignKey(
        Role, verbose_name=_("role"), null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    target_group = models.ForeignKey(
        Group, verbose_name=_("group"), null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    may_write = models.BooleanField(_("may change them, too"), default=False)
    superiors_too = models.BooleanField(_("superiors of these people see them, too"), default=False)

    governed_by = SETS_UP
    personal_data: ClassVar = [
        NotPersonal("module", A_CODE),
        NotPersonal("criteria", "names of fields with codes or ids of choices; sealed fields are refused"),
    ]

    class Meta(Record.Meta):
        verbose_name = _("sharing rule")
        verbose_name_plural = _("sharing rules")
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(source__in=["role", "branch"], source_role__isnull=False)
                | Q(source="group", source_group__isnull=False)
                | Q(source="criteria"),
                name="sharing_rule_has_source",
            ),
            models.CheckConstraint(
                condition=Q(target__in=["role", "branch"], target_role__isnull=False)
                | Q(target="group", target_group__isnull=False),
                name="sharing_rule_has_target",
            ),
        ]
