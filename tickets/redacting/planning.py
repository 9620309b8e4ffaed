"""What a blacking out would reach: everything is looked through, nothing is changed."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from privacy import lens, redaction
from privacy.redaction import Change, Spot, black_out, black_out_html, spots
from privacy.vault.fields import is_erased
from privacy.vault.files import FileErasedError
from tickets.channels.email import blacking
from tickets.models import Attachment, Draft, InboundMail, Message, Ticket
from tickets.redacting import files
from tickets.redacting.files import Rewritten


@dataclass(slots=True)
class Plan:
    """What would be blacked out, and where; nothing has happened yet."""

    message: Message
    changes: list[Change] = field(default_factory=list)
    mails: list[tuple[InboundMail, bytes, int]] = field(default_factory=list)
    files: list[Rewritten] = field(default_factory=list)
    unread: int = 0  # files into which nobody can look: pictures, say

    @property
    def here(self) -> int:
        """Places in the message itself."""
        return self._count(Message, here=True)

    @property
    def elsewhere(self) -> int:
        """Places in the other messages of the ticket, in quotations above all."""
        return self._count(Message, here=False)

    @property
    def in_subject(self) -> int:
        return self._count(Ticket)

    @property
    def in_drafts(self) -> int:
        return self._count(Draft)

    @property
    def in_mails(self) -> int:
        return sum(places for _mail, _raw, places in self.mails)

    @property
    def in_names(self) -> int:
        """Places in names of files."""
        return self._count(Attachment)

    @property
    def in_files(self) -> int:
        return sum(each.places for each in self.files)

    @property
    def is_empty(self) -> bool:
        """Whether nothing would go."""
        return not (self.changes or self.mails or self.files)

    @property
    def in_history(self) -> int:
        return sum(change.places for change in self.changes if change.is_history)

    @property
    def places(self) -> int:
        """All that people can see; earlier versions aren't counted again."""
        seen = self.here + self.elsewhere + self.in_subject + self.in_drafts
        return seen + self.in_names + self.in_files + self.in_mails

    def _count(self, model: Any, *, here: bool | None = None) -> int:
        return sum(
            change.places
            for change in self.changes
            if change.holder is model and (here is None or here == (change.row_id == self.message.pk))
        )


def plan(message: Message, texts: Iterable[str], *, with_subject: bool = False) -> Plan:
    """Look where the texts stand. Changes nothing. Raises ValidationError for texts that are too short."""
    try:
        words = redaction.pattern(texts)
    except ValueError:
        said = _("Give at least {count} characters each.").format(count=redaction.SHORTEST)
        raise ValidationError(said) from None
    return _planned(message, words, with_subject=with_subject)


def suggestions(message: Message) -> list[Spot]:
    """What in a message is probably better blacked out: in its text, in names of its files, in files of text."""
    texts = [message.body_text, message.quoted_text]
    for attachment in message.attachments.order_by("created_at", "id"):
        texts += [attachment.filename, files.beginning(attachment)]
    readable = [text for text in texts if text and not is_erased(text)]
    return spots("\n\n".join(readable), settings.PHONE_REGION)


def _planned(message: Message, words: re.Pattern[str], *, with_subject: bool) -> Plan:
    text = partial(black_out, words=words)
    said = {"body_text": text, "body_html": partial(black_out_html, words=words), "quoted_text": text}
    whole = {"ticket": message.ticket_id}
    made = Plan(message)
    made.changes += redaction.changes(Message, _ids(Message.everything.filter(**whole)), said)
    attached = Attachment.everything.filter(message__ticket=message.ticket_id)
    names = {"filename": text, "content_id": text}
    made.changes += redaction.changes(Attachment, _ids(attached), names)
    made.changes += redaction.changes(Draft, _ids(Draft.objects.filter(**whole)), {"body": text})
    if with_subject:
        made.changes += redaction.changes(Ticket, [message.ticket_id], {"subject": text})
    for attachment in attached.order_by("pk"):
        if (found := files.without(attachment, words)) is None:
            made.unread += 1
        elif found.places:
            made.files.append(found)
    for mail in InboundMail.objects.filter(message__ticket=message.ticket_id):
        left, places = blacking.without(_raw(mail), words)
        if places:
            made.mails.append((mail, left, places))
    return made


def _ids(rows: Any) -> list[Any]:
    return list(rows.values_list("pk", flat=True))


def _raw(mail: InboundMail) -> bytes:
    try:
        with lens.lifted():
            return bytes(mail.raw.read_plain())  # type: ignore[attr-defined]
    except FileErasedError:
        return b""
