"""What people say to a consent, and where they stand: the verbs of consent."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.dispatch import Signal
from django.utils.translation import gettext as _

from privacy import access, actor, restriction
from privacy.access import Act
from privacy.consent import purposes, reckoning
from privacy.consent.reckoning import Proof, Said
from privacy.enums import Decision, Standing
from privacy.models import ConsentAnswer, ConsentPurpose, ConsentWording, User
from privacy.models.consent import RECORD_CONSENT
from privacy.vault import keys
from privacy.vault.blind import mac
from privacy.vault.errors import SubjectErased

CONFIRMATION = "confirmation"

#: Sent with ``subject_id`` when somebody has to confirm by mail; in the transaction of their answer.
confirmation_wanted = Signal()


@dataclass(frozen=True)
class Stand:
    """Where one person stands with one purpose: the words in force, and the last answer."""

    purpose: ConsentPurpose
    wording: ConsentWording
    answer: ConsentAnswer | None

    @cached_property
    def standing(self) -> Standing:
        said = None
        if self.answer:
            said = Said(Decision(self.answer.decision), self.answer.version, self.answer.expires_at)
        return reckoning.standing_of(said, self.wording.version, actor.now())

    @property
    def said_to(self) -> ConsentWording:
        """The words that the last answer was given to; those in force if there is none."""
        return self.answer.wording if self.answer else self.wording

    @property
    def is_given(self) -> bool:
        return self.standing == Standing.GIVEN

    @property
    def is_pending(self) -> bool:
        return self.standing == Standing.PENDING

    @property
    def is_due(self) -> bool:
        """Whether it is time to ask: never asked, other words since, or expired."""
        return self.standing in reckoning.ASK


def standing(subject_id: UUID) -> list[Stand]:
    """Where a person stands with every purpose in use."""
    asked = purposes.current()
    last = _last_answers(subject_id) if asked else {}
    return [Stand(each.purpose, each, last.get(each.purpose_id)) for each in asked]


def due(subject_id: UUID | None, form: str) -> list[ConsentWording]:
    """What to ask somebody on a form now; all that is placed there if nobody knows yet who they are."""
    asked = [each for each in purposes.current() if form in each.purpose.placed_on]
    if subject_id is None or not asked:
        return asked
    last = _last_answers(subject_id)
    stands = [Stand(each.purpose, each, last.get(each.purpose_id)) for each in asked]
    return [each.wording for each in stands if each.is_due]


def may_process(subject_id: UUID, key: str) -> bool:
    """Whether somebody agrees to a purpose at this moment: asked when it is about to be done, every time.

    Not of whom is restricted (Art. 18) or has objected to it (Art. 21), whatever they agreed to before.
    """
    if restriction.stands_against(subject_id, key) or keys.is_destroyed(subject_id):
        return False
    stand = next((each for each in standing(subject_id) if each.purpose.key == key), None)
    return stand is not None and stand.is_given


def consented(key: str) -> Iterator[UUID]:
    """Everybody who agrees to a purpose; each is asked about anew right before they are handed out."""
    said_yes = ConsentAnswer.objects.filter(purpose__key=key, decision=Decision.GIVEN)
    people = said_yes.order_by("subject_id").values_list("subject_id", flat=True).distinct()
    return (each for each in people.iterator() if may_process(each, key))


@transaction.atomic
def answer(
    subject_id: UUID,
    wording: ConsentWording,
    given: bool,
    *,
    form: str,
    by: Any,
    proof: Proof = Proof.KNOWN,
    evidence: str = "",
) -> ConsentAnswer | None:
    """Somebody says yes or no to these words; None if that is nothing new, or the words are no longer in force.

    Staff who record it say how they know (``evidence``). Raises ValidationError without, SubjectErased for the
    erased.
    """
    _demand(by, evidence)
    stand = _locked(subject_id, wording.purpose)
    if stand is None or stand.wording.version != wording.version:
        return None
    purpose = stand.purpose
    decision = reckoning.decide(
        stand.standing, given, proof=proof, needs_confirmation=purpose.needs_confirmation
    )
    if decision is None:
        return None
    said_to = stand.answer.wording if decision == Decision.WITHDRAWN and stand.answer else wording
    return _write(subject_id, said_to, decision, form=form, by=by, evidence=evidence)


@transaction.atomic
def withdraw(
    subject_id: UUID, purpose: ConsentPurpose, *, form: str, by: Any, evidence: str = ""
) -> ConsentAnswer | None:
    """Take a consent back, whatever words it was given to (Art. 7 (3) GDPR); None if there was none."""
    _demand(by, evidence)
    _lock(subject_id)
    last = _last_answers(subject_id).get(purpose.pk)
    if last is None or last.decision not in (Decision.GIVEN, Decision.PENDING):
        return None
    return _write(subject_id, last.wording, Decision.WITHDRAWN, form=form, by=by, evidence=evidence)


@transaction.atomic
def confirm(subject_id: UUID, purpose: ConsentPurpose, *, by: Any) -> ConsentAnswer | None:
    """Confirm by a secret that was mailed; None if nothing waits for it any more."""
    stand = _locked(subject_id, purpose)
    if stand is None or not stand.is_pending or stand.answer is None:
        return None
    return _write(subject_id, stand.answer.wording, Decision.GIVEN, form=CONFIRMATION, by=by)


def history(subject_id: UUID) -> Any:
    """All that a person ever said, newest first, with the words."""
    answers = ConsentAnswer.objects.filter(subject_id=subject_id).select_related("purpose", "wording")
    return answers.order_by("-created_at", "-id")


def _write(
    subject_id: UUID, wording: ConsentWording, decision: Decision, *, form: str, by: Any, evidence: str = ""
) -> ConsentAnswer:
    if keys.is_destroyed(subject_id):
        raise SubjectErased("This person's data was erased. Nothing new can be stored about them.")
    months = wording.purpose.valid_months if decision == Decision.GIVEN else None
    with actor.acting(by) as who:
        made = ConsentAnswer(
            subject_id=subject_id,
            purpose=wording.purpose,
            wording=wording,
            version=wording.version,
            digest=wording.digest,
            decision=decision,
            form=form,
            expires_at=reckoning.expiry(actor.now(), months),
            evidence=evidence,
            actor_kind=who.kind,
            actor_id=who.id,
            via=who.via,
        )
        made.save()
    if decision == Decision.PENDING:
        confirmation_wanted.send(ConsentAnswer, subject_id=subject_id)
    return made


def _demand(by: Any, evidence: str) -> None:
    """Staff speak for others only with the right to, and say how they know."""
    if isinstance(by, User):
        access.demand(by, Act.VIEW, ConsentPurpose, RECORD_CONSENT)
        if not evidence.strip():
            raise ValidationError(_("Write down how the person told you: that is the evidence."))


def _locked(subject_id: UUID, purpose: ConsentPurpose) -> Stand | None:
    """Where they stand, held until the transaction ends: two clicks are one. None for a purpose out of use."""
    _lock(subject_id)
    return next((each for each in standing(subject_id) if each.purpose.pk == purpose.pk), None)


def _lock(subject_id: UUID) -> None:
    with connection.cursor() as cursor:
        lock = int.from_bytes(mac("privacy.consent.lock", str(subject_id), 8), signed=True)
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [lock])


def _last_answers(subject_id: UUID) -> dict[UUID, ConsentAnswer]:
    """A person's newest answer to each purpose."""
    rows: Iterable[ConsentAnswer] = (
        ConsentAnswer.objects.filter(subject_id=subject_id)
        .select_related("wording", "wording__purpose")
        .order_by("purpose_id", "-created_at", "-id")
        .distinct("purpose_id")
    )
    return {each.purpose_id: each for each in rows}
