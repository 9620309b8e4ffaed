"""What Moorbach asks its customers to agree to, and what they said."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import cycle

from contacts.models import Contact
from privacy import actor, consent
from privacy.enums import Via
from privacy.models import ConsentPurpose

NEWSLETTER = {
    "en": (
        "Coffee letter by e-mail",
        "Once a month we write to you about new beans, recipes and offers. We use your name and address for it, "
        "and give them to nobody.",
    ),
    "de": (
        "Kaffeebrief per E-Mail",
        "Einmal im Monat schreiben wir Ihnen über neue Bohnen, Rezepte und Angebote. Dafür nutzen wir Ihren Namen "
        "und Ihre Adresse und geben sie niemandem weiter.",
    ),
}
SURVEY = {
    "en": (
        "A question when we are done",
        "After your question is solved we ask you once, by e-mail, how satisfied you are. Your answer helps us "
        "to train our team.",
    ),
    "de": (
        "Eine Frage, wenn wir fertig sind",
        "Ist Ihre Frage gelöst, fragen wir Sie ein einziges Mal per E-Mail, wie zufrieden Sie sind. Ihre Antwort hilft "
        "uns, besser zu werden.",
    ),
}
HABITS = ((True, None), (None, None), (True, True), (False, None), (None, True), (False, False))


def asked() -> list[ConsentPurpose]:
    """Two purposes: one with a confirmation by mail that lasts two years, one without."""
    made = []
    for key, words, rules in (
        ("coffee-letter", NEWSLETTER, {"needs_confirmation": True, "valid_months": 24}),
        ("satisfaction", SURVEY, {}),
    ):
        purpose = ConsentPurpose(key=key, placed_on=["ticket", "desk_ticket"], **rules)
        purpose.save()
        consent.reword(purpose, words, by=None)
        made.append(purpose)
    return made


def answered(purposes: Sequence[ConsentPurpose], contacts: Sequence[Contact], until: datetime) -> None:
    """Some say yes, some no, some take it back; most were never asked."""
    for contact, habit in zip(contacts, cycle(HABITS), strict=False):
        moment = max(contact.created_at + timedelta(hours=1), until - timedelta(days=60))
        for purpose, said in zip(purposes, habit, strict=True):
            if said is not None:
                with actor.at(min(moment, until)), actor.acting(contact, via=Via.PORTAL):
                    _say(contact, purpose, said)


def _say(contact: Contact, purpose: ConsentPurpose, said: bool) -> None:
    words = {each.language: each for each in consent.newest(purpose)}
    wording = words[contact.language or "en"]
    consent.answer(contact.pk, wording, said, form="ticket", by=contact)
    if said and purpose.needs_confirmation:
        consent.confirm(contact.pk, purpose, by=contact)
