"""Exports of modules: asked for by somebody with the right, made as they see it, handed to them alone."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from privacy import access, actor, disclosed
from privacy.access import Denied
from privacy.enums import Via
from privacy.export import parcels
from privacy.export.columns import categories
from privacy.export.modules import module_named
from privacy.export.rows import Sheet
from privacy.export.styles import STYLES
from privacy.models import ExportJob, Format, ParcelState
from privacy.models.export import EXPORT
from privacy.vault import keys


@transaction.atomic
def ask(label: str, kind: Format, *, by: Any) -> ExportJob:
    """Ask for all records of a module that ``by`` may see. Raises Denied."""
    _demand(by, label)
    with actor.acting(by):
        job = ExportJob(by=by, module=label, format=kind)
        job.save()
    return job


def make(job_id: UUID) -> None:
    """Put its file together; safe to repeat."""
    parcels.make(ExportJob, job_id, _pieces)


@transaction.atomic
def hand_over(job: ExportJob, *, by: Any) -> ExportJob:
    """Whoever asked fetches it, as long as they still may. Raises Denied, NotThere.

    Who got what is written down for the register, and for the people in it.
    """
    model = _demand(by, job.module)
    found = parcels.hand_over(job, by=by)
    assert isinstance(found, ExportJob)
    disclosed.write_down(
        job.module, job.format, by=by, rows=found.rows, categories=categories(model, by), parcel_id=job.pk
    )
    return found


def connect() -> None:
    """Hear of erasures; called once, when the apps are there."""
    keys.handled.connect(_withdraw, dispatch_uid="export.erased")


def _withdraw(sender: Any, what: str, subject_id: UUID | None, **_: Any) -> None:
    """Somebody was erased: no file that may hold them is handed over any more; one in the making begins anew."""
    if what != "destroyed" or subject_id is None:
        return
    with transaction.atomic():
        begun = ExportJob.objects.filter(state__in=(ParcelState.MAKING, ParcelState.READY))
        for job in begun.select_for_update():
            job.expires_at = actor.now()
            job.save(update_fields=["expires_at"])


def _pieces(job: ExportJob) -> Iterator[bytes]:
    """The file, piece by piece, through the eyes of whoever asked."""
    model = _demand(job.by, job.module)
    with access.looking(job.by, via=Via.TASK):
        style = STYLES[Format(job.format)]
        sheet = Sheet(model, job.by, style)
        people = disclosed.begin(job.pk)
        yield from style.file(sheet.names, _counted(job, sheet, people))
        people.settle()


def _counted(job: ExportJob, sheet: Sheet, people: disclosed.People) -> Iterator[bytes]:
    total = sheet.queryset.order_by().count()
    parcels.note_progress(job, total)
    for piece in sheet.portions(people.note):
        yield piece
        job.rows += sheet.rows
        parcels.note_progress(job, total)


def _demand(by: Any, label: str) -> Any:
    model = module_named(label, by)
    if model is None or not access.holds(by, EXPORT):
        raise Denied(_("Your profile doesn't allow you to export this."))
    return model
