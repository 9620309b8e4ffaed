"""How long things are kept, and what the purge did."""

from datetime import timedelta
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from privacy.declaration import NotPersonal
from privacy.governance import Governed, Right, Setup
from privacy.models.base import Record, among_living

RETENTION = "retention"


class RetentionRule(Record):
    """After how many days something goes. What has no rule goes after its usual time, or not at all."""

    term = models.CharField(_("what"), max_length=60)
    days = models.PositiveIntegerField(
        _("days"), validators=[MinValueValidator(1), MaxValueValidator(36_500)]
    )

    governed_by = Setup(
        manage=RETENTION,
        rights=(
            Right(
                RETENTION,
                _("Set how long data is kept"),
                about=_("Decide after how many days data goes to the bin, and leaves it for good."),
            ),
        ),
    )
    personal_data = [NotPersonal("term", "the code of a term")]

    class Meta(Record.Meta):
        verbose_name = _("retention rule")
        verbose_name_plural = _("retention rules")
        ordering = ["term"]
        constraints = [among_living("term", "term_set_once", _("There is a rule for this already."))]

    def __str__(self) -> str:
        return self.term

    @property
    def period(self) -> timedelta:
        return timedelta(days=self.days)


class PurgeRun(Governed, models.Model):
    """One run of the purge: when, and how many rows of what went. Counts only."""

    started_at = models.DateTimeField(_("started"), default=timezone.now)
    finished_at = models.DateTimeField(_("finished"), null=True)
    as_of = models.DateTimeField(_("as of"))
    counts: Any = models.JSONField(_("removed"), default=dict)

    governed_by = Setup(manage=RETENTION, see=RETENTION)
    personal_data = [NotPersonal("counts", "numbers by model")]

    class Meta:
        verbose_name = _("run of the purge")
        verbose_name_plural = _("runs of the purge")
        ordering = ["-started_at"]

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M}"
