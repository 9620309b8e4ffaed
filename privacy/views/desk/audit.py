"""The audit: every change in sentences, the history of one record, who opened whose data; and as a file."""

from typing import Any
from uuid import UUID

from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from privacy import access, audit, disclosed, watching
from privacy.filters import AuditFilter
from privacy.models import AuditEvent, Record
from privacy.models.audit import AUDIT_LOG
from privacy.models.export import EXPORT
from privacy.telling import called, sheets, trail
from privacy.web.lists import by_key
from privacy.web.recency import demand_recent
from privacy.web.views import desk, get_visible

FILE = {"csv": (sheets.as_csv, "text/csv; charset=utf-8"), "json": (sheets.as_json, "application/json")}


@desk
@require_safe
def events(request: HttpRequest) -> HttpResponse:
    """Everything that was done, newest first, as far as it was asked for."""
    _demand(request, AUDIT_LOG)
    wanted = AuditFilter(request.GET, viewer=request.user)
    page = by_key(wanted.events(), request.GET.get("page", ""), moment="moment")
    context = {
        "filter": wanted,
        "page": page,
        "lines": trail.lines(page.rows, request.user),
        "alarms": watching.recent_alarms(request.user),
        "query": _without_page(request),
        "may_export": access.holds(request.user, EXPORT),
        "source": "audit",
    }
    return render(request, "privacy/desk/audit.html", context)


@desk
@require_POST
def export(request: HttpRequest) -> Any:
    """The events that were asked for as a file, streamed; what the reader may not see isn't in it."""
    _demand(request, AUDIT_LOG, EXPORT)
    if (first := demand_recent(request, answers_file=True)) is not None:
        return first
    write, content_type = FILE.get(request.POST.get("format", ""), FILE["csv"])
    wanted = AuditFilter(request.GET, viewer=request.user)
    suffix = "json" if write is sheets.as_json else "csv"
    rows = wanted.events().count()
    audit.record(audit.Deed.EXPORT, fields=["audit"])
    disclosed.write_down(
        AuditEvent._meta.label_lower, suffix, by=request.user, rows=rows, categories=sheets.CATEGORIES
    )
    answer = StreamingHttpResponse(write(wanted.events(), request.user), content_type=content_type)
    answer["Content-Disposition"] = f'attachment; filename="audit.{suffix}"'
    answer["Cache-Control"] = "private, no-store"
    return answer


@desk
@require_safe
def record(request: HttpRequest, label: str, record_id: UUID) -> HttpResponse:
    """The history of one record, for whoever may see the record."""
    found = get_visible(request, _model(label).everything.all(), pk=record_id)
    rows = AuditEvent.objects.filter(object_id=found.pk)
    page = by_key(rows, request.GET.get("page", ""), moment="moment")
    context = {"record": called(found), "module": found._meta.verbose_name, "page": page}
    context |= {"lines": trail.lines(page.rows, request.user), "source": "audit"}
    return render(request, "privacy/desk/record_history.html", context)


@desk
@require_safe
def openings(request: HttpRequest) -> HttpResponse:
    """Who opened whose data: by name, for those who look after the protection of data."""
    _demand(request, AUDIT_LOG)
    rows = watching.openings(**_ids(request, "viewer_id", "subject_id"))
    page = by_key(rows, request.GET.get("page", ""), moment="moment")
    context = {
        "page": page,
        "lines": watching.lines(page.rows, request.user),
        "alarms": watching.recent_alarms(request.user),
        "query": _without_page(request),
        "source": "audit",
    }
    return render(request, "privacy/desk/openings.html", context)


def _demand(request: HttpRequest, *codes: str) -> None:
    if not access.holds(request.user, *codes):
        raise PermissionDenied


def _model(label: str) -> Any:
    try:
        model = apps.get_model(label)
    except (LookupError, ValueError):
        raise Http404 from None
    if not issubclass(model, Record):
        raise Http404
    return model


def _ids(request: HttpRequest, *names: str) -> dict[str, UUID]:
    """Ids from the address; what is none is left out."""
    found = {}
    for name in names:
        try:
            found[name] = UUID(request.GET.get(name, ""))
        except ValueError:
            continue
    return found


def _without_page(request: HttpRequest) -> str:
    query = request.GET.copy()
    query.pop("page", None)
    return query.urlencode()
