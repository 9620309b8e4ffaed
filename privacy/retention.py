"""What goes by itself once its time is over."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from privacy import access, actor, registry
from privacy.access import Act
from privacy.access.clauses import module_of
from privacy.access.rights import modules
from privacy.models import EndedPerson, ExportJob, PersonPackage, RetentionRule, Session, Token, Visit
from privacy.models.bulk import batches
from privacy.removal import BATCH, end_keys
from privacy.vault.files import SealedFileField

UNUSED_TOKENS = timedelta(days=7)
OLD_VISITS = timedelta(days=180)
PARCELS = timedelta(days=-(-settings.EXPORT_HOURS // 24))  # as whole days
FIXED = {
    Visit._meta.label_lower: OLD_VISITS,
    ExportJob._meta.label_lower: PARCELS,
    PersonPackage._meta.label_lower: PARCELS,
}
"""What goes after a time that no rule sets, by model."""
ORPHAN_AGE = timedelta(days=1)
OF_BIN = "bin."


@dataclass(frozen=True, slots=True)
class Term:
    """Something that has its time: how many days if nobody set another number (None: for ever).

    ``due`` are the rows that are older than a moment, ``enforce`` lets them go and returns how many of what; what
    lies in the bin has neither, the purge sees to it. ``about`` are the labels of the models whose rows it lets go.
    """

    code: str
    label: str | Promise
    days: int | None = None
    enforce: Callable[[datetime], Counter[str]] | None = None
    about: tuple[str, ...] = ()
    says: str | Promise = ""
    due: Callable[[datetime], Any] | None = None
    to_bin: bool = False

    @property
    def module(self) -> str:
        """Of the time in the recycle bin: the module whose records lie there; else nothing."""
        return self.code.removeprefix(OF_BIN) if self.code.startswith(OF_BIN) else ""


@dataclass(frozen=True, slots=True)
class Keeper:
    """What makes rows stay, whatever their time says (a legal hold, a restriction): ``rows`` says which of a model
    (None: no row of it), ``is_keeping`` whether there is anything at all, so that the rest need not be asked."""

    rows: Callable[[type[models.Model]], Q | None]
    is_keeping: Callable[[], bool]


keepers: list[Keeper] = []

_registered: list[Term] = []


def register(*terms: Term) -> None:
    """For upper apps, when they are ready."""
    _registered.extend(term for term in terms if term not in _registered)


def terms() -> dict[str, Term]:
    """Everything that has its time, by code."""
    bins = [_of_bin(code, model) for code, model in modules().items()]
    return {term.code: term for term in (*bins, *_registered)}


def _of_bin(code: str, model: type[models.Model]) -> Term:
    label = format_lazy(_("Recycle bin: {module}"), module=module_of(model).label)
    says = _(
        "What was deleted can be restored this long. Then it is gone for good: history, files and keys, too."
    )
    return Term(f"{OF_BIN}{code}", label, settings.BIN_DAYS, about=(model._meta.label_lower,), says=says)


@transaction.atomic
def set_days(code: str, days: int, *, by: Any) -> RetentionRule:
    """Say how long something stays. Raises Denied; ValidationError for what can't be."""
    access.demand(by, Act.UPDATE, RetentionRule)
    if code not in terms():
        raise ValidationError(gettext("There is no such term: {code}.").format(code=code))
    with actor.acting(by):
        rule = RetentionRule.objects.select_for_update().filter(term=code).first() or RetentionRule(term=code)
        rule.days = days
        rule.full_clean()
        rule.save()
    return rule


@transaction.atomic
def as_usual(rule: RetentionRule, *, by: Any) -> None:
    """Nobody says any more how long this stays: it stays as long as usual."""
    access.demand(by, Act.DELETE, rule)
    with actor.acting(by):
        rule.bin(by=by)


def days() -> dict[str, int | None]:
    """After how many days each term ends now, by code: as rules say, else as usual; None for never."""
    rules = dict(RetentionRule.objects.values_list("term", "days"))
    return {code: rules.get(code, term.days) for code, term in terms().items()}


def period(code: str) -> timedelta | None:
    """How long this stays: as a rule says, else as long as usual; None for ever."""
    rule = RetentionRule.objects.filter(term=code).first()
    if rule is not None:
        return timedelta(days=rule.days)
    days = terms()[code].days
    return None if days is None else timedelta(days=days)


def bin_period(module: str) -> timedelta:
    """How long a module's records stay in the bin."""
    code = f"{OF_BIN}{module}"
    found = period(code) if code in terms() else None
    return found or timedelta(days=settings.BIN_DAYS)


def kept(model: type[models.Model]) -> list[Q]:
    """The conditions under which rows of this model have to stay."""
    return [condition for keeper in keepers if (condition := keeper.rows(model)) is not None]


def is_keeping() -> bool:
    """Whether any row of any model has to stay."""
    return any(keeper.is_keeping() for keeper in keepers)


def forget_expired_tokens() -> int:
    """Delete tokens that expired over a week ago; returns how many."""
    deleted, _ = Token.objects.filter(expires_at__lt=timezone.now() - UNUSED_TOKENS).delete()
    return deleted


def forget_sessions() -> int:
    """Delete sessions that are over, and visits that nobody has seen for half a year; returns how many."""
    over, _ = Session.objects.filter(expire_date__lt=timezone.now()).delete()
    old, _ = Visit.objects.filter(seen_at__lt=timezone.now() - OLD_VISITS).delete()
    return over + old


def sweep_files() -> int:
    """Delete stored files older than a day that no row names (their transaction was rolled back)."""
    swept = 0
    for folder in _folders():
        names = _within(folder)
        for name in set(names) - _named(names):
            if default_storage.get_modified_time(name) < timezone.now() - ORPHAN_AGE:
                default_storage.delete(name)
                swept += 1
    return swept


def stored_files() -> Iterator[str]:
    """The names of all stored files, folder by folder."""
    for folder in _folders():
        yield from _within(folder)


def sweep_keys() -> int:
    """Destroy the keys of persons who are gone, where a kill or the vault's absence left them; returns how many."""
    left = list(EndedPerson.objects.values_list("pk", flat=True))
    for batch in batches(left, BATCH):
        end_keys(batch)
    return len(left)


def _folders() -> list[str]:
    try:
        return list(default_storage.listdir("")[0])
    except FileNotFoundError:  # nothing has been stored yet
        return []


def _within(folder: str) -> list[str]:
    return [f"{folder}/{name}" for name in default_storage.listdir(folder)[1]]


def _named(names: list[str]) -> set[str]:
    """Those of these names that a row points to."""
    found: set[str] = set()
    for model, field in registry.sealed_columns():
        if isinstance(field, SealedFileField):
            rows = model._base_manager.filter(**{f"{field.name}__in": names})
            found |= set(rows.values_list(field.name, flat=True))
    return found
