"""The administration of how long things are kept, and of what the purge did."""

from datetime import timedelta
from typing import Any

from django import forms
from django.apps import apps
from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from privacy import purging, retention
from privacy.models import PurgeRun, RetentionRule
from privacy.web.administration import RecordAdmin, SecretsForm
from privacy.web.rooms import Room

PREVIEW = timedelta(days=7)


class RetentionRuleForm(SecretsForm):
    """A term, and its days."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(term.code, term.label) for term in retention.terms().values()]
        if "term" in self.fields:  # not for who only reads
            self.fields["term"] = forms.ChoiceField(label=self.fields["term"].label, choices=choices)


@admin.register(RetentionRule)
class RetentionRuleAdmin(RecordAdmin):
    """How long things are kept. What has no rule stays as long as usual (in the bin), or for ever."""

    room = Room.LAW
    symbol = "hourglass"
    about = gettext_lazy("After how many days data goes to the bin, or leaves for good.")
    form = RetentionRuleForm
    fields = ("term", "days")
    list_display = ("what", "days")
    ordering = ("term",)
    looks_for = gettext_lazy("A part of the code of a term.")

    @admin.display(description=gettext_lazy("what"))
    def what(self, rule: RetentionRule) -> str:
        term = retention.terms().get(rule.term)
        return str(term.label) if term else rule.term

    def found(self, request: HttpRequest, text: str) -> Any:
        return RetentionRule.objects.filter(term__icontains=text)


@admin.register(PurgeRun)
class PurgeRunAdmin(RecordAdmin):
    """What the purge did: numbers only. Above the list stands what the next one would take."""

    room = Room.LAW
    symbol = "archive-x"
    about = gettext_lazy("What has left for good, and what the next days will take.")
    fields = readonly_fields = ("started_at", "finished_at", "as_of", "removed")
    list_display = ("started_at", "finished_at", "total")
    ordering = ("-started_at", "-id")
    looks_for = gettext_lazy("Runs are listed by time.")

    @admin.display(description=gettext_lazy("rows removed"))
    def total(self, run: PurgeRun) -> int:
        return sum(run.counts.values())

    @admin.display(description=gettext_lazy("removed"))
    def removed(self, run: PurgeRun) -> str:
        names = {model._meta.label: model._meta.verbose_name_plural for model in apps.get_models()}
        return (
            ", ".join(f"{count} {names.get(label, label)}" for label, count in sorted(run.counts.items()))
            or "–"
        )

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """The list, and a preview of the next seven days."""
        if request.method == "GET" and self.has_view_permission(request):
            soon = purging.preview(timezone.now() + PREVIEW)
            said = ", ".join(f"{count} {model._meta.verbose_name_plural}" for model, count in soon.items())
            messages.info(request, _("Due within seven days: {what}.").format(what=said or _("nothing")))
        return super().changelist_view(request, extra_context)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
