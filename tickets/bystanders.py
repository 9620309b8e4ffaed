"""Where a person is named in other people's tickets: one look through all of them, in the background.

It goes by key in portions, each a transaction that also notes how far it came: killed anywhere, it goes on there.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, Subquery

from contacts.models import Contact
from privacy import access, actor, people, redaction, retention
from privacy.access import Act
from privacy.models import DataRequest
from privacy.models.hold import DATA_REQUESTS
from privacy.vault import bulk
from privacy.vault.fields import is_erased
from tickets import reading
from tickets.models import Attachment, Bystander, BystanderScan, Message, Redaction, Ticket

PORTION = 2_000
FILES_AT_ONCE = 50  # they are opened one by one, and may be large
KEPT = timedelta(days=90)
Place = tuple[UUID | None, int]
ALL = Q()


@dataclass(frozen=True, slots=True)
class Stage:
    """What is looked through: whose it is, which message it belongs to, its columns (none: what is in the files)."""

    model: Any
    whose: str
    message: Any
    columns: tuple[str, ...] = ()
    which: Q = ALL

    @property
    def portion(self) -> int:
        return PORTION if self.columns else FILES_AT_ONCE


FIRST = Message.everything.filter(ticket=OuterRef("pk")).order_by("created_at", "id").values("pk")[:1]
OF_FILE = (Attachment, "message__ticket__requester", F("message"))
STAGES = (
    Stage(Message, "ticket__requester", F("pk"), ("body_text", "quoted_text", "cc")),
    Stage(Ticket, "requester", Subquery(FIRST), ("subject",)),
    Stage(*OF_FILE, ("filename",)),
    Stage(*OF_FILE, which=reading.READABLE),
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
        made.total = sum(_others(stage, made).count() for stage in STAGES)
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


def _others(stage: Stage, scan: BystanderScan) -> Any:
    """The rows of a stage that aren't the person's own, those in the bin too: they can be brought back."""
    own = people.ids_of(person) if (person := people.find(scan.subject_id)) else [scan.subject_id]
    return stage.model.everything.filter(stage.which).exclude(**{f"{stage.whose}__in": own})


def _read(scan: BystanderScan) -> list[tuple[Any, ...]]:
    stage = STAGES[scan.stage]
    rows = _others(stage, scan).annotate(place=stage.message).order_by("pk")
    rows = rows.values_list("pk", "place", *stage.columns)
    return list((rows if scan.cursor is None else rows.filter(pk__gt=scan.cursor))[: stage.portion])


def _keep(scan: BystanderScan, rows: list[tuple[Any, ...]], words: re.Pattern[str]) -> None:
    stage, places = STAGES[scan.stage], Counter[UUID]()
    for message_id, here in (_in_columns if stage.columns else _in_files)(stage, rows, words):
        if message_id is not None and here:
            places[message_id] += here
    known = {each.message_id: each for each in scan.found.filter(message__in=places)}
    for message_id, here in places.items():
        mention = known.get(message_id) or Bystander(scan=scan, message_id=message_id, places=0)
        mention.places += here
        mention.save()


def _in_columns(stage: Stage, rows: list[tuple[Any, ...]], words: re.Pattern[str]) -> Iterator[Place]:
    """In how many places of these rows the words stand, with the message that each belongs to."""
    ids, messages, *columns = zip(*rows, strict=True)
    sealed = [[None if value is None else bytes(value) for value in column] for column in columns]
    ring = bulk.expect(sealed, {})
    for name, column in zip(stage.columns, sealed, strict=True):
        field = stage.model._meta.get_field(name)
        texts = bulk.opened(field.column_id, [pk.bytes for pk in ids], column, ring)
        yield from (
            (place, len(words.findall(text))) for place, text in zip(messages, texts, strict=True) if text
        )


def _in_files(stage: Stage, rows: list[tuple[Any, ...]], words: re.Pattern[str]) -> Iterator[Place]:
    """The same in what stands in these files of text, one at a time."""
    files = stage.model.everything.in_bulk([pk for pk, _message in rows])
    for pk, message_id in rows:
        found = reading.without(files[pk], words)
        yield message_id, found[1] if found else 0
