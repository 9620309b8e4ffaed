"""The rooms of the administration: where on its front, and beside its pages, each thing that is set up stands."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Room(TextChoices):
    """In the order in which they stand there."""

    PEOPLE = "people", _("People and rights")
    CHANNELS = "channels", _("Departments and channels")
    LAW = "law", _("Forms and data protection")
    RECORDS = "records", _("Records")
