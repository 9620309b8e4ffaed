"""People themselves: the records whose data subject they are."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from privacy.models.base import EverythingManager, LivingManager, Record


class Person(Record):
    """Somebody whose data this is: a contact, a member of staff. Once erased, the row is all that is left.

    ``same_person`` names the foreign key to the record that this one was merged into, if there is one.
    """

    same_person: ClassVar[str] = ""

    erased_at = models.DateTimeField(_("erased"), null=True, editable=False)

    objects: ClassVar[Any] = LivingManager()
    everything: ClassVar[Any] = EverythingManager()

    data_subject = "self"

    class Meta(Record.Meta):
        abstract = True

    @property
    def display_name(self) -> str:
        """How the person is called in lists."""
        return str(self.full_name)  # type: ignore[attr-defined]

    @classmethod
    def with_names(cls) -> Any:
        """All of them, with everything that their names need."""
        return cls.everything.all()
