"""What an administrator does for somebody who lost phone, keys and codes."""

from django.db import transaction

from privacy import credentials, sessions
from privacy.enums import Credential
from privacy.models import Authenticator, CompanyIdentity, Passkey, RecoveryCode, User


@transaction.atomic
def reset(user: User) -> None:
    """Take every factor but the password off and end all sessions; the next sign-in sets up what is needed."""
    for model in (Authenticator, Passkey, RecoveryCode, CompanyIdentity):
        model.objects.filter(user=user).delete()
    credentials.changed(user, Credential.FACTORS)
    sessions.end_of_user(user.pk)
