"""Who of all people known to us is named in some texts: names are nowhere indexed, so all of them are gone through."""

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Any
from uuid import UUID

from privacy import people
from privacy.declaration import Personal, declared
from privacy.enums import Category
from privacy.vault import bulk
from privacy.vault.fields import SealedField

WORD = re.compile(r"\w+")
SHORTEST = 3
PORTION = 4_000


def named_in(texts: Iterable[str], *, but: Collection[UUID]) -> set[str]:
    """The names of people, all of whose words stand in these texts; without those of some people."""
    words = {word for text in texts for word in WORD.findall(text.casefold())}
    if not words:
        return set()
    return {name for name in _names(but) if len(name) >= SHORTEST and words.issuperset(_words(name))}


def _words(name: str) -> list[str]:
    return WORD.findall(name.casefold()) or [name]


def _names(but: Collection[UUID]) -> Iterator[str]:
    """Every name there is, a portion at a time, those in the recycle bin too."""
    for kind in people.kinds():
        for field in _identifying(kind):
            rows = (
                kind.everything.exclude(pk__in=but).filter(**{f"{field.name}__isnull": False}).order_by("pk")
            )
            ring: bulk.Ring = {}
            for ids, sealed in _portions(rows.values_list("pk", field.name)):
                ring = bulk.expect([sealed], ring)
                yield from filter(None, bulk.opened(field.column_id, ids, sealed, ring))


def _portions(rows: Any) -> Iterator[tuple[list[bytes], list[bytes]]]:
    """Keys and values in portions, as bytes."""
    last: Any = None
    while found := list((rows if last is None else rows.filter(pk__gt=last))[:PORTION]):
        last = found[-1][0]
        yield [pk.bytes for pk, _value in found], [bytes(value) for _pk, value in found]


def _identifying(kind: Any) -> list[SealedField]:
    entries = [entry for entry in declared(kind).values() if isinstance(entry, Personal)]
    fields = [kind._meta.get_field(entry.field) for entry in entries if entry.category == Category.IDENTITY]
    return [field for field in fields if isinstance(field, SealedField)]
