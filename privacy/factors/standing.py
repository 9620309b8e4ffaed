"""Who needs a second factor, and who has one."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from privacy.enums import ProfileKind
from privacy.models import Authenticator, Passkey, Profile, RecoveryCode, User


@dataclass(frozen=True, slots=True)
class Standing:
    """What somebody has to prove themselves with, besides the password."""

    has_app: bool
    passkeys: int
    recovery_codes: int

    @property
    def has_any(self) -> bool:
        """Whether there is a factor; recovery codes alone are none."""
        return self.has_app or self.passkeys > 0


def of(user: User) -> Standing:
    """The factors of an account."""
    return Standing(
        has_app=Authenticator.objects.filter(user=user, confirmed_at__isnull=False).exists(),
        passkeys=Passkey.objects.filter(user=user).count(),
        recovery_codes=RecoveryCode.objects.filter(user=user, used_at=None).count(),
    )


def is_required(user: User) -> bool:
    """Whether this person's profile lets nobody in without a second factor.

    A superuser without profile may do what administrators may, and proves as much.
    """
    profile = user.profile
    if profile is None and user.is_superuser:
        profile = Profile.objects.filter(kind=ProfileKind.ADMINISTRATOR).first()
    return profile is not None and profile.needs_second_factor


def check_removal(user: User) -> None:
    """Raises ValidationError if one factor less would leave none, and one is needed."""
    now = of(user)
    if is_required(user) and now.has_app + now.passkeys <= 1:
        raise ValidationError(_("You need a second factor to sign in. Add another one first."))


def forget_codes_if_bare(user: User) -> None:
    """Recovery codes end with the last factor that they stand in for."""
    if not of(user).has_any:
        RecoveryCode.objects.filter(user=user).delete()
