"""What the database knows of mails that came together: each question is asked once, for all of them."""

from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property
from uuid import UUID

from contacts import identification
from contacts.models import Contact, Identity
from privacy.vault import keys
from tickets.channels.email import own, tokens
from tickets.channels.email.arrivals import Arrival
from tickets.channels.email.own import OwnAddresses
from tickets.models import InboundMail, Message, OutboundMail
from tickets.models.message import bare_message_id

MOST_NAMED = 50  # earlier mails that one mail can refer to


class Knowledge:
    """Answers about any of these mails, as things stood at the first question of the kind."""

    def __init__(self, arrivals: Sequence[Arrival], ours: OwnAddresses | None = None) -> None:
        self._arrivals = arrivals
        self.ours = ours or OwnAddresses()

    def has(self, arrival: Arrival) -> bool:
        """Whether this mail was taken in before."""
        return arrival.mark in self._marks

    def contact_of(self, address: str) -> Contact | None:
        """The contact known by this address, in the bin or not."""
        identity = self._identities.get(address)
        return identity.contact if identity else None

    def is_erased(self, person: Contact) -> bool:
        """Whether this person's data was erased."""
        return person.pk in self._erased

    def messages_named(self, arrival: Arrival) -> list[Message]:
        """The messages of living tickets that this mail refers to, newest first."""
        found = [message for name in arrival.names[:MOST_NAMED] for message in self._messages.get(name, ())]
        return sorted(found, key=lambda message: message.created_at, reverse=True)

    def sent(self, arrival: Arrival) -> list[OutboundMail]:
        """The mails of ours whose token it bears, in the order of its headers."""
        return [self._sent[each] for each in _tokens(arrival) if each in self._sent]

    @cached_property
    def _marks(self) -> frozenset[bytes]:
        marks = [arrival.mark for arrival in self._arrivals]
        known = InboundMail.objects.filter(fingerprint__in=marks).values_list("fingerprint", flat=True)
        return frozenset(map(bytes, known))

    @cached_property
    def _identities(self) -> dict[str, Identity]:
        return identification.last_known_of({address for each in self._arrivals for address in each.people})

    @cached_property
    def _erased(self) -> frozenset[UUID]:
        return keys.destroyed_among({identity.contact_id for identity in self._identities.values()})

    @cached_property
    def _messages(self) -> dict[str, list[Message]]:
        names = {name for each in self._arrivals for name in each.names[:MOST_NAMED]}
        found: dict[str, list[Message]] = defaultdict(list)
        messages = Message.objects.filter(message_id__in=names, ticket__deleted_at=None)
        for message in messages.select_related("ticket"):
            found[bare_message_id(message.message_id)].append(message)
        return found

    @cached_property
    def _sent(self) -> dict[UUID, OutboundMail]:
        wanted = {token for each in self._arrivals for token in _tokens(each)}
        return OutboundMail.objects.select_related("ticket__requester").in_bulk(wanted)


def _tokens(arrival: Arrival) -> list[UUID]:
    mail = arrival.mail
    if mail is None:
        return []
    return tokens.find([*arrival.names, *mail.to, *mail.cc, *own.envelope(mail)])
