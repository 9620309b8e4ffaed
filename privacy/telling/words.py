"""Better words: what a model offers for its own changes, where the general sentence would sound wooden."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Tell = Callable[[Any, Any, Any], str]
"""Of the entries before and after, and known names: the sentence, without its subject."""

Text = str | Promise

CREATED, DELETED, RESTORED = _("created this"), _("deleted this"), _("restored this")


@dataclass(frozen=True, slots=True)
class Words:
    """``fields`` in the order in which they are told; ``address`` is the page of a record."""

    created: Text = CREATED
    deleted: Text = DELETED
    restored: Text = RESTORED
    fields: Mapping[str, Tell] = field(default_factory=dict)
    address: Callable[[Any], str] | None = None
    is_exhaustive: bool = False  # whether only ``fields`` are told


_offered: dict[type[models.Model], Words] = {}


def offer(model: type[models.Model], words: Words) -> None:
    """Let a model's changes be told in these words."""
    _offered[model] = words


def words_of(model: type[models.Model]) -> Words:
    """A model's words, or the general ones."""
    return _offered.get(model, GENERAL)


GENERAL = Words()
