"""Our own addresses, and to which of them a mail was written."""

from collections.abc import Iterable
from functools import cached_property

from django.conf import settings

from tickets.channels.email import addresses
from tickets.channels.email.parsing import ParsedMail
from tickets.models import Mailbox

COPIES = 20  # that one mail can add to a ticket
ENVELOPE = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To")


class OwnAddresses:
    """The mailboxes by their addresses, as they are when first asked for: one query for a batch of mails."""

    @cached_property
    def _mailboxes(self) -> dict[str, Mailbox]:
        found = Mailbox.objects.select_related("department")
        return {mailbox.address.casefold(): mailbox for mailbox in found}

    def has(self, address: str) -> bool:
        """Whether this is one of ours, with or without a ``+token``."""
        return self._of(address) is not None or address.casefold() == settings.DEFAULT_FROM_EMAIL.casefold()

    def mailbox_of(self, mail: ParsedMail) -> Mailbox | None:
        """The mailbox that a mail was written to; the server's word counts more than the sender's."""
        written_to = (self._of(address) for address in [*envelope(mail), *mail.to, *mail.cc])
        return next((mailbox for mailbox in written_to if mailbox), None)

    def _of(self, address: str) -> Mailbox | None:
        bare = address.casefold()
        local, _at, domain = bare.rpartition("@")
        return self._mailboxes.get(bare) or self._mailboxes.get(f"{local.partition('+')[0]}@{domain}")


def envelope(mail: ParsedMail) -> list[str]:
    """The addresses that the server delivered a mail to."""
    return [person.address for name in ENVELOPE for person in addresses.people(mail.root, name)]


def others(mail: ParsedMail, ours: OwnAddresses, *, but: str, most: int) -> list[str]:
    """Whoever else was written to, without ourselves and the sender."""
    found = dict.fromkeys([*mail.to, *mail.cc])
    return list(_others(found, ours, but.casefold()))[:most]


def _others(found: Iterable[str], ours: OwnAddresses, sender: str) -> Iterable[str]:
    for address in found:
        _local, _at, domain = address.rpartition("@")
        if "." in domain.strip(".") and address.casefold() != sender and not ours.has(address):
            yield address
