"""Both notices of a breach, in German and English: drafted from the record, until somebody has edited them."""

from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from privacy import register
from privacy.breach.affected import how_many
from privacy.enums import Category
from privacy.models import Breach

TITLES = {
    "authority_de": _("To the authority, in German"),
    "authority_en": _("To the authority, in English"),
    "persons_de": _("To the persons, in German"),
    "persons_en": _("To the persons, in English"),
}


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice: its code (whom, in which language), its text, and whether somebody has edited it."""

    code: str
    title: str | Promise
    text: str
    is_edited: bool


def notices(breach: Breach) -> list[Notice]:
    """All four."""
    count = how_many(breach)
    made = []
    for code, title in TITLES.items():
        edited = getattr(breach, code)
        made.append(Notice(code, title, edited or draft(breach, code, persons=count), bool(edited)))
    return made


def draft(breach: Breach, code: str, *, persons: int) -> str:
    """What Art. 33 (3) or 34 (2) GDPR asks for, as far as the record says it."""
    whom, language = code.split("_")
    with translation.override(language):
        context = {
            "breach": breach,
            "controller": register.controller(),
            "persons": persons,
            "categories": [str(Category(each).label) for each in breach.categories],
        }
        return render_to_string(f"letters/breach_{whom}.txt", context).strip()
