"""Users: the staff who sign in. Customers have no account; see contacts."""

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.utils.translation import gettext_lazy as _

from privacy.declaration import NotPersonal, Personal
from privacy.enums import ActorKind, Category, LawfulBasis, OnErase, ProfileKind, Purpose
from privacy.governance import Right, Setup
from privacy.identifiers import normalise_email
from privacy.models.base import EverythingManager, LivingManager, Record
from privacy.models.roles import Profile, Role
from privacy.vault.blind import BlindIndex
from privacy.vault.fields import SealedCharField, SealedEmailField

MANAGE_AGENTS = "manage_agents"


class Theme(models.TextChoices):
    """Light, dark, or as the system says."""

    AUTO = "auto", _("As the system")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class UserManager(LivingManager, BaseUserManager):
    """Makes users; finds them by address through the blind index."""

    def create_user(self, email: str, password: str | None = None, **values: Any) -> Any:
        user: Any = self.model(email=email, **values)
        user.set_password(password)
        user.save()
        return user

    def create_superuser(self, email: str, password: str | None = None, **values: Any) -> "User":
        return self.create_user(email, password, **{"is_superuser": True, **values})


class User(Record, AbstractBaseUser, PermissionsMixin):
    """A member of staff. Signs in with an e-mail address, which is sealed."""

    actor_kind = ActorKind.STAFF

    email = SealedEmailField(
        _("e-mail address"),
        index=BlindIndex("privacy.user.email", normalise_email),
        unique=True,
        error_messages={"unique": _("Somebody has an account with this address already.")},
    )
    full_name = SealedCharField(_("name"), max_length=150)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, blank=True)
    timezone = models.CharField(_("time zone"), max_length=64, blank=True)
    theme = models.CharField(_("appearance"), max_length=5, choices=Theme.choices, default=Theme.AUTO)
    is_active = models.BooleanField(_("may sign in"), default=True)
    role = models.ForeignKey(
        Role, verbose_name=_("role"), null=True, blank=True, on_delete=models.PROTECT, related_name="holders"
    )
    profile = models.ForeignKey(
        Profile,
        verbose_name=_("profile"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="holders",
    )

    governed_by = Setup(
        manage=MANAGE_AGENTS,
        rights=(
            Right(
                MANAGE_AGENTS,
                _("Manage agents"),
                frozenset({ProfileKind.MANAGER}),
                about=_("Invite people, let them go, see their addresses and sign-ins."),
            ),
        ),
    )
    own_fields = {"email": MANAGE_AGENTS, "last_login": MANAGE_AGENTS}

    data_subject = "self"
    personal_data: ClassVar = [
        Personal("email", Category.CONTACT, Purpose.ACCOUNT, LawfulBasis.CONTRACT, on_erase=OnErase.SHRED),
        Personal("full_name", Category.IDENTITY, Purpose.ACCOUNT, LawfulBasis.CONTRACT),
        NotPersonal("password", "an Argon2 hash"),
        NotPersonal("timezone", "the name of a time zone, shared by millions"),
    ]

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]

    objects: ClassVar[Any] = UserManager()
    everything: ClassVar[Any] = EverythingManager()

    class Meta(Record.Meta):
        verbose_name = _("user")
        verbose_name_plural = _("users")

    def caption(self) -> str:
        return self.full_name

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.full_name.split()[0] if self.full_name else ""

    @property
    def initials(self) -> str:
        """Two letters for an avatar."""
        words = self.full_name.split()
        return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper() or "?"
