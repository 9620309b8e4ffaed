"""The models of contacts."""

from contacts.models.contact import Contact
from contacts.models.custom import ContactValue, OrganisationValue
from contacts.models.identity import Identity
from contacts.models.organisation import Organisation
from contacts.models.passkey import CustomerPasskey

__all__ = ["Contact", "ContactValue", "CustomerPasskey", "Identity", "Organisation", "OrganisationValue"]
