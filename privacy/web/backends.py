"""Who is signed in: read with their standing, which every page of theirs asks for."""

from typing import Any

from django.contrib.auth.backends import ModelBackend

from privacy.access import viewpoint
from privacy.models import User


class AccountBackend(ModelBackend):
    """Django's; an account comes with its profile and what that says, in one statement."""

    def get_user(self, user_id: Any) -> User | None:
        """The account of a session, unless it was closed."""
        found: User | None = viewpoint.with_standing(User.objects.filter(pk=user_id)).first()
        return found if found is not None and self.user_can_authenticate(found) else None
