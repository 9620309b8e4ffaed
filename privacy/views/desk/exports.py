"""Exports: choose a module, wait for its file, fetch it."""

from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from privacy import access, tasks
from privacy.export import jobs, parcels
from privacy.export.modules import rooms
from privacy.export.styles import STYLES
from privacy.models import ExportJob, Format
from privacy.models.export import EXPORT
from privacy.web.files import sealed_file_response
from privacy.web.recency import demand_recent
from privacy.web.standing import in_background
from privacy.web.views import desk, get_visible

MOST = 50


@desk
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def exports(request: HttpRequest) -> HttpResponse:
    """What can be exported, and one's own files; a POST asks for another one."""
    _demand(request)
    if request.method == "POST":
        return demand_recent(request) or _asked(request)
    own = access.visible(request.user, ExportJob.objects.order_by("-created_at", "-id"))
    context = {
        "rooms": [
            (name, [_choice(model) for model in models]) for name, models in rooms(request.user).items()
        ],
        "formats": Format.choices,
        "jobs": [_shown(job) for job in own[:MOST]],
        "source": "exports",
    }
    return render(request, "privacy/desk/exports.html", context)


@in_background
@desk
@never_cache
@require_safe
def state(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """How far one file has come, for the page that asks again and again."""
    _demand(request)
    job = get_visible(request, ExportJob, pk=job_id)
    return render(request, "privacy/desk/_export.html", _shown(job))


@desk
@never_cache
@require_POST
def fetching(request: HttpRequest, job_id: UUID) -> Any:
    """The file itself: an hour after it was fetched to its end, it is gone."""
    _demand(request)
    if (first := demand_recent(request, answers_file=True)) is not None:
        return first
    job = get_visible(request, ExportJob, pk=job_id)
    try:
        job = jobs.hand_over(job, by=request.user)
    except parcels.NotThere as why:
        messages.error(request, str(why))
        return redirect("exports:exports")
    content_type = STYLES[Format(job.format)].content_type
    return sealed_file_response(
        job.content,
        filename=job.filename,
        content_type=content_type,
        arrived=partial(parcels.arrived, job, by=request.user),
    )


def _asked(request: HttpRequest) -> HttpResponse:
    wanted = request.POST.get("format", "")
    kind = Format(wanted) if wanted in Format.values else Format.CSV
    job = jobs.ask(request.POST.get("module", ""), kind, by=request.user)
    tasks.make_export.delay(str(job.pk))
    return redirect("exports:exports")


def _choice(model: Any) -> tuple[str, str]:
    return model._meta.label_lower, str(model._meta.verbose_name_plural)


def _shown(job: ExportJob) -> dict[str, Any]:
    return {"job": job, "progress": parcels.progress(job) if job.is_unfinished else None}


def _demand(request: HttpRequest) -> None:
    if not access.holds(request.user, EXPORT):
        raise PermissionDenied
