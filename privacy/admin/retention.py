"""The administration of how long things are kept, and of what the purge did."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django import forms
from django.apps import apps
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from privacy import forecast, retention
from privacy.admin.pages import PagesAdmin, attempt, back
from privacy.models import PurgeRun, RetentionRule
from privacy.retention import Term
from privacy.web.lists import by_key
from privacy.web.rooms import Room

SOON = timedelta(days=7)
LONGEST = 36_500
PREVIEW = "preview"


class DaysForm(forms.Form):
    """After how many days."""

    days = forms.IntegerField(label=gettext_lazy("Days"), min_value=1, max_value=LONGEST)


@dataclass(frozen=True, slots=True)
class Line:
    """A term as the page shows it: with its days now (None: for ever), and the rule that says so, if one does."""

    term: Term
    days: int | None
    rule: RetentionRule | None

    @property
    def usual(self) -> str:
        """How long it stays where nobody says otherwise."""
        return lasting(self.term.days)

    @property
    def now(self) -> str:
        return lasting(self.days)


def lasting(days: int | None) -> str:
    """So many days, or no end."""
    return (
        _("without limit") if days is None else ngettext("{days} day", "{days} days", days).format(days=days)
    )


def counted(counts: dict[Any, int]) -> list[str]:
    """How many of what; a number at the bound says so."""
    told = []
    for model, number in counts.items():
        name = model._meta.verbose_name if number == 1 else model._meta.verbose_name_plural
        much = _("over {number}").format(number=number) if number == forecast.MOST else number
        told.append(f"{much} {name}")
    return told


@admin.register(RetentionRule)
class RetentionRuleAdmin(PagesAdmin):
    """How long things are kept. What has no rule stays as long as usual (in the bin), or for ever."""

    room = Room.LAW
    symbol = "hourglass"
    about = gettext_lazy("After how many days data goes to the bin, or leaves for good.")
    fields = ("term", "days")

    def found(self, request: HttpRequest, text: str) -> Any:
        return RetentionRule.objects.filter(term__icontains=text)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Everything that ends by itself, whether somebody has set its time or not."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        lines = list(_lines())
        rooms = [
            (_("In the recycle bin"), [each for each in lines if each.term.module]),
            (_("Goes to the recycle bin by itself"), [each for each in lines if each.term.to_bin]),
            (
                _("Goes for good by itself"),
                [each for each in lines if not (each.term.module or each.term.to_bin)],
            ),
        ]
        context = {"title": _("How long data is kept"), "rooms": rooms}
        return self.page(request, "retention", {**context, "may_change": self.has_change_permission(request)})

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """A time for the term that is named; without one, the page on which one is chosen."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        line = next((each for each in _lines() if each.term.code == request.GET.get("term")), None)
        return self._edit(request, line) if line else self.changelist_view(request)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        return self._edit(request, self._line_of(self.one(request, object_id)))

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Back to the usual time: first asks."""
        rule = self.one(request, object_id)
        if not self.has_delete_permission(request, rule):
            raise PermissionDenied
        if request.method == "POST":
            attempt(request, lambda: retention.as_usual(rule, by=request.user), _("As usual again."))
            return back(self.address("changelist"))
        line = self._line_of(rule)
        usual = None if line.term.days is None else counted(forecast.would_go(line.term, line.term.days))
        context = {"title": _("Back to the usual time"), "line": line, "going": usual}
        return self.page(request, "retention_deletion", context)

    def _edit(self, request: HttpRequest, line: Line) -> HttpResponse:
        form = DaysForm(request.POST or None, initial={"days": line.days})
        days = line.days
        if form.is_bound and form.is_valid():
            days = form.cleaned_data["days"]
            if PREVIEW not in request.POST and self._is_saved(request, line, days):
                return back(self.address("changelist"), line.term.code)
        going = None if days is None or form.errors else counted(forecast.would_go(line.term, days))
        context = {"title": line.term.label, "line": line, "form": form, "days": days, "going": going}
        return self.page(request, "retention_rule", context, status=422 if form.errors else 200)

    def _is_saved(self, request: HttpRequest, line: Line, days: int) -> bool:
        said = _("Saved: {days}.").format(days=lasting(days))
        return attempt(request, lambda: retention.set_days(line.term.code, days, by=request.user), said)

    def _line_of(self, rule: RetentionRule) -> Line:
        found = next((each for each in _lines() if each.rule == rule), None)
        if found is None:  # of a term that there is no more
            raise Http404
        return found


@admin.register(PurgeRun)
class PurgeRunAdmin(PagesAdmin):
    """What the purge did, in numbers, and what the next days will take."""

    room = Room.LAW
    symbol = "archive-x"
    about = gettext_lazy("What has left for good, and what the next days will take.")
    fields = ("started_at", "finished_at", "as_of", "counts")

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """What goes within a week, and the runs that removed something, newest first."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        page = by_key(
            PurgeRun.objects.exclude(counts={}), request.GET.get("page", ""), moment="started_at", size=30
        )
        context = {
            "title": _("What leaves for good"),
            "soon": [(term, counted(counts)) for term, counts in forecast.soon(SOON)],
            "last": PurgeRun.objects.order_by("-started_at", "-id").first(),
            "runs": [(run, list(removed(run))) for run in page.rows],
            "page": page,
        }
        return self.page(request, "purges", context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """One run: nobody changes it."""
        run = self.get_object(request, object_id)
        if request.method == "POST" or not self.has_view_permission(request, run):
            raise PermissionDenied
        if run is None:
            raise Http404
        return self.page(
            request, "purge", {"title": _("Run of the purge"), "run": run, "removed": removed(run)}
        )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def removed(run: PurgeRun) -> Iterable[tuple[str, int]]:
    """What a run removed, and how many of it, the most first."""
    names = {model._meta.label: str(model._meta.verbose_name_plural) for model in apps.get_models()}
    for label, number in sorted(run.counts.items(), key=lambda each: (-each[1], each[0])):
        yield names.get(label, label), number


def _lines() -> Iterable[Line]:
    rules = {rule.term: rule for rule in RetentionRule.objects.all()}
    for code, term in retention.terms().items():
        rule = rules.get(code)
        yield Line(term, rule.days if rule else term.days, rule)
