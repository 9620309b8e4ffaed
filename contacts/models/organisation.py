"""Organisations: what contacts belong to."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from privacy.declaration import NotPersonal
from privacy.governance import Module
from privacy.models import Record


class Organisation(Record):
    """A company, an authority, a club."""

    name = models.CharField(_("name"), max_length=200)
    domain = models.CharField(_("mail domain"), max_length=253, blank=True)
    notes = models.TextField(_("notes about the organisation"), blank=True)

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("owner"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="organisations",
    )

    governed_by = Module("organisations", _("Organisations"), owner="owner")
    personal_data = [
        NotPersonal("name", "the name of a legal person (Recital 14 GDPR)"),
        NotPersonal("domain", "the mail domain of a legal person"),
        NotPersonal("notes", "about the organisation; the form says that people's data belongs to contacts"),
    ]

    class Meta(Record.Meta):
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        indexes = [models.Index(fields=["name", "id"], name="organisation_by_name")]

    def caption(self) -> str:
        return self.name
