"""Purposes and their words: what is asked now, and how it is put differently."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from privacy import access, actor
from privacy.access import Act
from privacy.models import ConsentPurpose, ConsentWording

Words = Mapping[str, tuple[str, str]]
"""Title and text by language."""


def current() -> list[ConsentWording]:
    """The newest words of every purpose in use, in the language of the moment, each with its purpose."""
    return in_language(list(_newest().filter(purpose__is_active=True)))


def is_asked_at_all() -> bool:
    """Whether anything is asked anywhere."""
    return bool(ConsentPurpose.objects.filter(is_active=True).exists())


def newest(purpose: ConsentPurpose) -> list[ConsentWording]:
    """The newest words of a purpose, in every language that it has."""
    return list(_newest().filter(purpose=purpose).order_by("language"))


def newest_of_all() -> list[ConsentWording]:
    """The newest words of every purpose, in use or not."""
    return list(_newest())


def in_language(wordings: list[ConsentWording]) -> list[ConsentWording]:
    """One wording a purpose: in the language of the moment, else the installation's, else any."""
    wanted = [(get_language() or "")[:2], settings.LANGUAGE_CODE]
    found: dict[Any, ConsentWording] = {}
    for each in sorted(wordings, key=lambda each: _rank(each.language, wanted)):
        found.setdefault(each.purpose_id, each)
    return sorted(found.values(), key=lambda each: (each.purpose.created_at, each.purpose_id))


@transaction.atomic
def reword(purpose: ConsentPurpose, words: Words, *, by: Any) -> int:
    """Let it be put in these words; returns the version. Other words are another version: everybody is asked anew.

    A translation more isn't: it changes nothing for those who answered. Raises ValidationError without any words.
    """
    access.demand(by, Act.UPDATE, purpose)
    given = {language: (title.strip(), text.strip()) for language, (title, text) in words.items()}
    given = {language: both for language, both in given.items() if any(both)}
    if not given or not all(all(both) for both in given.values()):
        raise ValidationError(_("A purpose needs a title and a text in each language that it has."))
    ConsentPurpose.objects.select_for_update().get(pk=purpose.pk)
    known = newest(purpose)
    version = known[0].version if known else 0
    before = {each.language: (each.title, each.text) for each in known}
    if not known or before.items() - given.items():
        version, before = version + 1, {}
    with actor.acting(by):
        for language in given.keys() - before.keys():
            title, text = given[language]
            ConsentWording(purpose=purpose, version=version, language=language, title=title, text=text).save()
    return version


def _newest() -> Any:
    rows = ConsentWording.objects.select_related("purpose").filter(purpose__deleted_at=None)
    return rows.annotate(newest=Max("purpose__wordings__version")).filter(version=F("newest"))


def _rank(language: str, wanted: list[str]) -> tuple[int, str]:
    return (wanted.index(language) if language in wanted else len(wanted)), language
