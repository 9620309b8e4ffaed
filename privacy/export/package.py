"""One person's package (Art. 15 and 20 GDPR): all that is theirs, with why, until when and who looked, as a ZIP.

``data.json`` for programs (docs/person-package.schema.json), a CSV each kind of record, a page to read, the files.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from privacy import access, actor, people
from privacy.access import Act, Denied
from privacy.export import archive, explaining, formats, parcels
from privacy.export.discretion import Discretion
from privacy.export.earlier import NAMES, Earlier, earlier
from privacy.export.personal import Told, internal_texts, kinds, names_of, rows
from privacy.export.reading import Section, of_earlier, sections
from privacy.models import Person, PersonPackage, User

VERSION = 2
PAGE = "privacy/package"


@transaction.atomic
def ask(person: Person, *, by: Any) -> PersonPackage:
    """Ask for a person's package: staff with the right to requests, or the person themselves. Twice is once.

    Raises Denied.
    """
    access.demand(by, Act.CREATE, PersonPackage)
    if person.erased_at is not None or not (isinstance(by, User) or by.pk == person.pk):
        raise Denied(_("There is no such package."))
    staff = by if isinstance(by, User) else None
    with actor.acting(by):
        same = PersonPackage.objects.filter(subject_id=person.pk, by=staff)
        waiting: PersonPackage | None = same.filter(state__in=parcels.UNFINISHED).first()
        if waiting is None:
            language = getattr(person, "language", "") or settings.LANGUAGE_CODE
            waiting = PersonPackage(subject_id=person.pk, by=staff, language=language)
            waiting.save()
    return waiting


def make(package_id: UUID) -> None:
    """Put it together; safe to repeat."""
    parcels.make(PersonPackage, package_id, _pieces)


def hand_over(package: PersonPackage, *, by: Any) -> PersonPackage:
    """It is fetched. Raises Denied, NotThere."""
    access.demand(by, Act.VIEW, package)
    found = parcels.hand_over(package, by=by)
    assert isinstance(found, PersonPackage)
    return found


def _pieces(package: PersonPackage) -> Iterator[bytes]:
    person = people.find(package.subject_id)
    if person is None or person.erased_at is not None:
        raise Denied("The person is gone.")
    with translation.override(package.language):
        yield from archive.pieces(_Contents(package, person).entries())


class _Contents:
    """What is in the archive: read once for each of its files, so that nothing has to be held."""

    def __init__(self, package: PersonPackage, person: Person) -> None:
        self.package = package
        self.kinds = kinds(person)
        self.ids = people.ids_of(person)
        self.discretion = Discretion(self.ids)
        self.discretion.beware_of(
            text for model in self.kinds for text in internal_texts(model, self.discretion)
        )

    def entries(self) -> Iterator[archive.Entry]:
        yield "data.json", self._data()
        yield "index.html", self._page()
        for model in self.kinds:
            first = next(self._rows(model), None)
            if first is not None:
                label = model._meta.label_lower
                yield f"csv/{label}.csv", formats.table(names_of(model), self._cells(model))
        yield (
            "csv/earlier.csv",
            formats.table(NAMES, (list(each.as_row().values()) for each in self._earlier())),
        )
        for model in self.kinds:
            for told in self._rows(model):
                for each in told.files:
                    yield each.path, each.chunks()

    def _rows(self, model: Any) -> Iterator[Told]:
        return rows(model, self.discretion)

    def _cells(self, model: Any) -> Iterator[list[Any]]:
        return (list(told.values.values()) for told in self._rows(model))

    def _head(self) -> dict[str, Any]:
        return {
            "format": "person-package",
            "version": VERSION,
            "made_at": actor.now().isoformat(),
            "language": self.package.language,
            "controller": {"name": settings.COMPANY_NAME, "address": settings.SITE_URL},
            "region": settings.REGION,
            "person": {"ids": [str(pk) for pk in self.ids]},
            "fields": explaining.fields(self.kinds),
            "retention": explaining.terms(),
            "recipients": explaining.recipients(self.kinds, self.discretion),
            "looked": explaining.looks(self.ids),
            "consents": explaining.consents(self.ids),
        }

    def _data(self) -> Iterator[bytes]:
        """The head, then the records row by row: one object, written as a stream."""
        yield json.dumps(self._head(), ensure_ascii=False, indent=1)[:-2].encode() + b',\n "records": {'
        between = b"\n"
        for model in self.kinds:
            yield between + f'  "{model._meta.label_lower}": ['.encode()
            yield from _separated(_as_json(told.values) for told in self._counted(model))
            yield b"]"
            between = b",\n"
        yield b'\n },\n "earlier": ['
        yield from _separated(_as_json(each.as_row()) for each in self._earlier())
        yield b"]\n}\n"

    def _earlier(self) -> Iterator[Earlier]:
        """What stood in the records before."""
        return (each for model in self.kinds for each in earlier(model, self.discretion))

    def _counted(self, model: Any) -> Iterator[Told]:
        for told in self._rows(model):
            yield told
            self.package.rows += 1
            if self.package.rows % 500 == 1:
                parcels.note_progress(self.package, 0)

    def _page(self) -> Iterator[bytes]:
        """A page that needs nothing but itself."""
        style = format_html("<style>{}</style>", mark_safe(render_to_string(f"{PAGE}/style.css")))  # noqa: S308
        context = {**self._head(), "style": style, "made": actor.now()}
        yield render_to_string(f"{PAGE}/_opening.html", context).encode()
        for model in self.kinds:
            for section in sections(model, self._rows(model)):
                yield _section(section)
        for section in of_earlier(self._earlier()):
            yield _section(section)
        yield render_to_string(f"{PAGE}/_closing.html", context).encode()


def _section(section: Section) -> bytes:
    return render_to_string(f"{PAGE}/_records.html", {"section": section}).encode("utf-8", "replace")


def _as_json(row: dict[str, Any]) -> bytes:
    return json.dumps(row, ensure_ascii=False).encode("utf-8", "replace")


def _separated(pieces: Iterable[bytes]) -> Iterator[bytes]:
    between = b"\n   "
    for piece in pieces:
        yield between + piece
        between = b",\n   "
