"""Values of custom fields on contacts and organisations."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contacts.models.contact import Contact
from contacts.models.organisation import Organisation
from privacy.enums import PortalUse
from privacy.governance import Part
from privacy.models import CustomValue


class ContactValue(CustomValue):
    """A value in a custom field of a contact."""

    of = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="custom_values")

    governed_by = Part("of")
    data_subject = "of"
    hidden_from_subject = Q(field__portal=PortalUse.NONE)

    class Meta(CustomValue.Meta):
        verbose_name = _("custom value of a contact")
        verbose_name_plural = _("custom values of contacts")


class OrganisationValue(CustomValue):
    """A value in a custom field of an organisation: about a legal person, under the installation's key."""

    of = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="custom_values")

    governed_by = Part("of")
    data_subject = "installation"

    class Meta(CustomValue.Meta):
        verbose_name = _("custom value of an organisation")
        verbose_name_plural = _("custom values of organisations")
