"""Where a person is named in other people's tickets: one look through all of them, in the background.

It goes by key in portions, each a transaction that also notes how far it came: killed anywhere, it goes on there.
"""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Subquery

from contacts.models import Contact
from privacy import access, actor, people, redaction, retention
from privacy.access import Act
from privacy.models import DataRequest
from privacy.models.hold import DATA_REQUESTS
from privacy.vault import bulk
from privacy.vault.fields import is_erased
from tickets.models import Attachment, Bystander, BystanderScan, Message, Redaction, Ticket

PORTION = 2_000
KEPT = timedelta(days=90)
#: What is looked through: fields, the path to whose it is, and the message that a place belongs to.
FIRST = Message.everything.filter(ticket=OuterRef("pk")).order_by("created_at", "id").values("pk")[:1]
STAGES: tuple[tuple[Any, tuple[str, ...], str, Any], ...] = (
    (Message, ("body_text", "quoted_text", "cc"), "ticket__requester", F("pk")),
    (Ticket, ("subject",), "requester", Subquery(FIRST)),
    (Attachment, ("filename",), "message__ticket__requester", F("message")),
)


def known_by(person: Any) -> list[str]:
    """All that somebody may be named by: name, addresses, numbers, handles."""
    identities = person.identities.filter(deleted_at=None) if isinstance(person, Contact) else []
    values = [person.full_name if person else "", *(each.value for each in identities)]
    return [value for value in values if len(value) >= redaction.SHORTEST and not is_erased(value)]


@transaction.atomic
def look(request: DataRequest, *, by: Any) -> BystanderScan:
    """Begin to look for the person of a request, unless somebody is at it. Raises Denied."""
    access.demand(by, Act.UPDATE, request, DATA_REQUESTS)
    unfinished = BystanderScan.objects.filter(request=request, finished_at=None).first()
    if unfinished is not None:
        return unfinished
    with actor.acting(by):
        made = BystanderScan(request=request, subject_id=request.subject_id, by=by)
        made.total = sum(_others(stage, made).count() for stage in range(len(STAGES)))
        made.save()
    return made


def carry_on(scan_id: UUID) -> None:
    """Go on until all is looked through; somebody else who is at it isn't disturbed."""
    while _portion(scan_id):
        pass


def unfinished() -> list[UUID]:
    """Looks that wait, or that a killed worker left."""
    return list(BystanderScan.objects.filter(finished_at=None).order_by("pk").values_list("pk", flat=True))


def forget() -> int:
    """Remove looks, and what they found, when nobody needs them any more; returns how many."""
    old = BystanderScan.objects.filter(created_at__lt=actor.now() - KEPT)
    return int(old.delete()[1].get(BystanderScan._meta.label, 0))


def register() -> None:
    """Let the register and the plan of an erasure know how long looks are kept."""
    retention.FIXED.update({model._meta.label_lower: KEPT for model in (BystanderScan, Bystander)})


def found(scan: BystanderScan, viewer: Any) -> Any:
    """The mentions in what the viewer may see, with whether something was blacked out there since."""
    seen = access.visible(viewer, Message.objects.all())
    since = Redaction.objects.filter(
        ticket=OuterRef("message__ticket"), created_at__gte=OuterRef("created_at")
    )
    rows = Bystander.objects.filter(scan=scan, message__in=seen)
    return rows.select_related("message__ticket").annotate(is_done=Exists(since)).order_by("pk")


@transaction.atomic
def _portion(scan_id: UUID) -> bool:
    """One portion; whether there is more."""
    scan = (
        BystanderScan.objects.select_for_update(skip_locked=True).filter(pk=scan_id, finished_at=None).first()
    )
    if scan is None:
        return False
    person = people.find(scan.subject_id)
    words = known_by(person) if person is not None and person.erased_at is None else []
    rows = _read(scan) if words else []
    if rows:
        _keep(scan, rows, redaction.pattern(words))
        scan.cursor, scan.looked = rows[-1][0], scan.looked + len(rows)
    elif words and scan.stage + 1 < len(STAGES):
        scan.stage, scan.cursor = scan.stage + 1, None
    else:
        scan.finished_at = actor.now()
    scan.save()
    return scan.finished_at is None


def _others(stage: int, scan: BystanderScan) -> Any:
    """The rows of a stage that aren't the person's own, those in the bin too: they can be brought back."""
    model, _fields, whose, _message = STAGES[stage]
    own = people.ids_of(person) if (person := people.find(scan.subject_id)) else [scan.subject_id]
    return model.everything.exclude(**{f"{whose}__in": own})


def _read(scan: BystanderScan) -> list[tuple[Any, ...]]:
    _model, fields, _whose, message = STAGES[scan.stage]
    rows = (
        _others(scan.stage, scan).annotate(place=message).order_by("pk").values_list("pk", "place", *fields)
    )
    return list((rows if scan.cursor is None else rows.filter(pk__gt=scan.cursor))[:PORTION])


def _keep(scan: BystanderScan, rows: list[tuple[Any, ...]], words: re.Pattern[str]) -> None:
    places: Counter[UUID] = Counter()
    for message_id, text in _texts(scan.stage, rows):
        if message_id is not None and (here := len(words.findall(text))):
            places[message_id] += here
    known = {each.message_id: each for each in scan.found.filter(message__in=places)}
    for message_id, here in places.items():
        mention = known.get(message_id) or Bystander(scan=scan, message_id=message_id, places=0)
        mention.places += here
        mention.save()


def _texts(stage: int, rows: list[tuple[Any, ...]]) -> Iterator[tuple[UUID | None, str]]:
    """What stands in these rows, with the message that it belongs to."""
    model, fields, _whose, _message = STAGES[stage]
    ids, messages, *columns = zip(*rows, strict=True)
    sealed = [[None if value is None else bytes(value) for value in column] for column in columns]
    ring = bulk.expect(sealed, {})
    for name, column in zip(fields, sealed, strict=True):
        texts = bulk.opened(model._meta.get_field(name).column_id, [pk.bytes for pk in ids], column, ring)
        yield from ((place, text) for place, text in zip(messages, texts, strict=True) if text)
