"""What is other people's is left out of one person's package (Art. 15 (4) GDPR): blacked out, or told by a role."""

import re
from collections.abc import Iterable
from typing import Any
from uuid import UUID

import phonenumbers
from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _

from privacy import people
from privacy.declaration import Personal, declared, subject_paths
from privacy.enums import Category
from privacy.export import naming
from privacy.identifiers import normalise_email, normalise_phone
from privacy.models import User
from privacy.vault.fields import is_erased

BLACK = "█████"
ADDRESS = re.compile(r"[^\s<>,;:\"'()\[\]]+@[^\s<>,;:\"'()\[\]]+\.[^\s<>,;:\"'()\[\]]*\w")
HANDLE = re.compile(r"(?<![\w@.])@\w{2,40}")


class Discretion:
    """Knows the person (all ids that are theirs) and what reaches them; the rest is somebody else's."""

    def __init__(self, ids: list[UUID]) -> None:
        self.ids = frozenset(ids)
        self.own = {_normal(value) for value in _ways_to_reach(ids)}
        staff = User.everything.select_related("role")
        self.roles = {user.pk: str(user.role) if user.role else _("staff") for user in staff}
        self.staff = [user.full_name for user in staff if user.pk not in self.ids]
        self.names = _any_of(self.staff)

    def beware_of(self, texts: Iterable[str]) -> None:
        """Black out the names of everybody who is known to us and named in these texts, too."""
        self.names = _any_of([*self.staff, *naming.named_in(texts, but=self.ids)])

    def someone(self, pk: UUID, others: Iterable[UUID] = ()) -> str:
        """Who a uuid is, without a name: the person, a role, somebody else; what is nobody's stays as it is."""
        if pk in self.ids:
            return _("you")
        if pk in self.roles:
            return self.roles[pk]
        return _("somebody else") if pk in others else str(pk)

    def blacked(self, text: str) -> str:
        """The text without what reaches other people (addresses, numbers, @names), and without their names."""
        for reach in (ADDRESS, HANDLE):
            text = reach.sub(lambda found: found[0] if _normal(found[0]) in self.own else BLACK, text)
        for found in reversed(list(phonenumbers.PhoneNumberMatcher(text, settings.PHONE_REGION))):
            if _normal(found.raw_string) not in self.own:
                text = text[: found.start] + BLACK + text[found.end :]
        return self.names.sub(BLACK, text) if self.names else text


def holds_contacts_of_others(model: type[models.Model], name: str) -> bool:
    """Whether a field says how to reach people, in a row that is the person's only through another one (copies)."""
    entry = declared(model).get(name)
    return isinstance(entry, Personal) and entry.category == Category.CONTACT and not _is_direct(model)


def _is_direct(model: type[models.Model]) -> bool:
    return any("." not in path for path in subject_paths(model))


def _ways_to_reach(ids: list[UUID]) -> Iterable[str]:
    """All that is declared a way to reach somebody, in rows that are directly theirs."""
    for model in [*people.kinds(), *people.models_about_them()]:
        names = [
            entry.field
            for entry in declared(model).values()
            if isinstance(entry, Personal) and entry.category == Category.CONTACT
        ]
        if names and _is_direct(model):
            rows: Any = people.rows_about(model, ids)
            yield from (
                value
                for row in rows
                for name in names
                if (value := getattr(row, name)) and not is_erased(value)
            )


def _normal(value: str) -> str:
    for normalise in (normalise_email, normalise_phone):
        try:
            return normalise(value)
        except ValueError:
            continue
    return value.strip().casefold()


def _any_of(names: Iterable[str]) -> re.Pattern[str] | None:
    """A pattern for any of these names as whole words."""
    wanted = sorted({name for name in names if name and not is_erased(name)}, key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, wanted))})\b", re.IGNORECASE) if wanted else None
