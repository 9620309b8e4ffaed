"""How long the rows of a model are kept: the terms that reach it, through what it belongs to."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from privacy import belonging, retention
from privacy.governance import Part
from privacy.models import Person


class Keeping:
    """Terms and rules, read once for all models that are asked about."""

    def __init__(self) -> None:
        self.terms = retention.terms().values()
        self.days = retention.days()

    def of(self, model: Any) -> list[str]:
        """In sentences; what ends only with the person says so."""
        said = [*self._said(_wholes(model), self.terms), *_fixed(model)]
        return said or [_("until it is deleted, or the person is erased")]

    def without_them(self, model: Any) -> list[str]:
        """When rows go by themselves that an erasure leaves: nobody is there any more, nothing lies in the bin."""
        wholes = [each for each in _wholes(model) if not issubclass(each, Person)]
        return [
            *self._said(wholes, [term for term in self.terms if term.enforce is not None]),
            *_fixed(model),
        ]

    def _said(self, models: Iterable[Any], terms: Iterable[retention.Term]) -> list[str]:
        labels = {each._meta.label_lower for each in models}
        said = [self._sentence(term) for term in terms if labels.intersection(term.about)]
        return [each for each in said if each]

    def _sentence(self, term: retention.Term) -> str:
        days = self.days[term.code]
        return "" if days is None else f"{term.label}: {_in_days(days)}"


def _fixed(model: Any) -> list[str]:
    """The time that nobody sets, if there is one."""
    fixed = retention.FIXED.get(model._meta.label_lower)
    return [] if fixed is None else [_in_days(fixed.days)]


def _wholes(model: Any) -> list[Any]:
    """The model, and all that it goes with: its ticket's terms are a message's, too."""
    found = [model]
    for each in found:
        keys = belonging.wholes(each) if isinstance(getattr(each, "governed_by", None), Part) else ()
        for name in keys:
            whole = each._meta.get_field(name).related_model
            if whole not in found:
                found.append(whole)
    return found


def _in_days(days: int) -> str:
    return ngettext("after {days} day", "after {days} days", days).format(days=days)
