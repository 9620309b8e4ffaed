"""Who is responsible (Art. 30 (1) a GDPR), and where those are to whom data is passed on (Art. 30 (1) d, e)."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from privacy.declaration import INSTALLATION, NotPersonal, Personal
from privacy.enums import Category, LawfulBasis, OnErase, Place, Purpose, Safeguard
from privacy.models.base import Record
from privacy.models.hold import GOVERNED
from privacy.vault.fields import SealedCharField, SealedTextField

OURS = "the organisation's own details"
LAW = (Purpose.RIGHTS, LawfulBasis.LEGAL_OBLIGATION, OnErase.KEEP)


class Controller(Record):
    """The organisation that answers for the data, its officer and its authority. There is one row at most."""

    name = models.CharField(_("name"), max_length=200)
    address = models.TextField(_("address"), blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    phone = models.CharField(_("phone"), max_length=60, blank=True)
    representative = SealedCharField(_("represented by"), max_length=200, blank=True)
    officer_name = SealedCharField(_("data protection officer"), max_length=200, blank=True)
    officer_contact = SealedTextField(_("how to reach the officer"), blank=True)
    authority = models.CharField(_("supervisory authority"), max_length=200, blank=True)
    authority_contact = models.TextField(_("how to reach the authority"), blank=True)
    measures = models.TextField(_("further measures"), blank=True)

    governed_by = GOVERNED
    data_subject = INSTALLATION
    personal_data: ClassVar = [
        Personal("representative", Category.IDENTITY, *LAW),
        Personal("officer_name", Category.IDENTITY, *LAW),
        Personal("officer_contact", Category.CONTACT, *LAW),
        NotPersonal("name", OURS),
        NotPersonal("address", OURS),
        NotPersonal("email", OURS),
        NotPersonal("phone", OURS),
        NotPersonal("authority", "a public body"),
        NotPersonal("authority_contact", "a public body"),
        NotPersonal("measures", "how data is protected; the form says that it is no place for people's data"),
    ]

    class Meta(Record.Meta):
        verbose_name = _("controller")
        verbose_name_plural = _("controllers")


class RecipientPlace(Record):
    """What an administrator said of a recipient: in which part of the world it is, and what protects data there."""

    key = models.CharField(max_length=80, unique=True, editable=False)
    place = models.CharField(_("place"), max_length=10, choices=Place.choices)
    safeguard = models.CharField(_("safeguard"), max_length=15, choices=Safeguard.choices, blank=True)
    has_contract = models.BooleanField(_("a contract under Art. 28 GDPR is in place"), default=False)

    governed_by = GOVERNED
    personal_data: ClassVar = [NotPersonal("key", "a code of ours, such as mailbox and its id")]

    class Meta(Record.Meta):
        verbose_name = _("place of a recipient")
        verbose_name_plural = _("places of recipients")
