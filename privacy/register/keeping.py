"""How long the rows of a model are kept: the terms that reach it, through what it belongs to."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from privacy import belonging, retention
from privacy.governance import Part


class Keeping:
    """Terms and rules, read once for the whole register."""

    def __init__(self) -> None:
        self.terms = retention.terms().values()
        self.days = retention.days()

    def of(self, model: Any) -> list[str]:
        """In sentences; what ends only with the person says so."""
        labels = {each._meta.label_lower for each in _wholes(model)}
        said = [self._sentence(term) for term in self.terms if labels.intersection(term.about)]
        if (fixed := retention.FIXED.get(model._meta.label_lower)) is not None:
            said.append(_in_days(fixed.days))
        return [each for each in said if each] or [_("until it is deleted, or the person is erased")]

    def _sentence(self, term: retention.Term) -> str:
        days = self.days[term.code]
        return "" if days is None else f"{term.label}: {_in_days(days)}"


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
