"""Noting that something was checked or done, and finding the newest note."""

from datetime import datetime, timedelta

from django.utils import timezone

from privacy.audit import verification
from privacy.models.proof import Proof, Proved

FORGOTTEN = timedelta(days=800)  # two audit years, and some


def prove(about: Proved, *, is_well: bool, **figures: int) -> Proof:
    """Note a result now; what is too old to matter to any auditor goes."""
    Proof.objects.filter(moment__lt=timezone.now() - FORGOTTEN).delete()
    made: Proof = Proof.objects.create(about=about, is_well=is_well, figures=figures)
    return made


def newest(about: Proved) -> Proof | None:
    """The last note about something."""
    return Proof.objects.filter(about=about).order_by("-moment").first()


def verify_audit() -> Proof:
    """Read the whole audit against its seals, and note what was found."""
    found = list(verification.findings())
    return prove(Proved.AUDIT, is_well=not found, breaks=len(found))


def age(moment: datetime) -> timedelta:
    """How long ago that is."""
    return timezone.now() - moment
