"""The session engine: keys hashed at rest, and a column for whose session it is, so that it can be ended at once."""

import hashlib
from typing import Any
from uuid import UUID

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.utils import timezone

from privacy.models import Session

PERSON = "customer_id"
VISIT = "visit"


class SessionStore(db.SessionStore):
    """Django's, with hashed keys."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def load(self) -> dict[str, Any]:
        key = hashed(self.session_key or "")
        found = Session.objects.filter(session_key=key, expire_date__gt=timezone.now()).first()
        if found is None:
            self._session_key = None
            return {}
        return dict(self.decode(found.session_data))

    def exists(self, session_key: str) -> bool:
        return Session.objects.filter(session_key=hashed(session_key)).exists()

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        store: Any = self
        return Session(
            session_key=hashed(store._get_or_create_session_key()),
            session_data=self.encode(data),
            expire_date=self.get_expiry_date(),
            user_id=data.get(SESSION_KEY),
            person_id=data.get(PERSON),
            visit_id=data.get(VISIT),
        )

    def delete(self, session_key: str | None = None) -> None:
        """Delete this session, or another one by its key."""
        key = session_key or self.session_key
        if key:
            Session.objects.filter(session_key=hashed(key)).delete()


def hashed(session_key: str) -> str:
    """How a key lies in the database."""
    return hashlib.sha256(session_key.encode()).hexdigest()[:40]


def end_of_user(user_id: UUID, *, but: UUID | None = None) -> int:
    """End every session of a member of staff, but that of one visit; returns how many."""
    theirs = Session.objects.filter(user_id=user_id)
    return _end(theirs if but is None else theirs.exclude(visit_id=but))


def end_of_person(person_id: UUID) -> int:
    """End every session of a customer; returns how many."""
    return _end(Session.objects.filter(person_id=person_id))


def end_of_visit(visit_id: UUID) -> int:
    """End the session of one visit."""
    return _end(Session.objects.filter(visit_id=visit_id))


def _end(sessions: Any) -> int:
    ended: int = sessions.delete()[0]
    return ended
