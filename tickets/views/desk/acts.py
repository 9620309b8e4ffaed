"""What agents do to a ticket without leaving it: status, priority, assignee, department, subject, tags."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from privacy.web.views import desk, get_visible
from tickets import assignment, lifecycle, tagging
from tickets.forms.desk import AssigneeForm, DepartmentForm, PriorityForm, StatusForm, SubjectForm, TagForm
from tickets.models import Tag
from tickets.views.desk.ticket import changeable, changed


@desk
@require_POST
def status(request: HttpRequest, number: int) -> HttpResponse:
    ticket, since, form = changeable(request, number), timezone.now(), StatusForm(request.POST)
    if form.is_valid():
        lifecycle.change_status(ticket, form.cleaned_data["status"], by=request.user)
    return changed(request, number, since, form.errors)


@desk
@require_POST
def priority(request: HttpRequest, number: int) -> HttpResponse:
    ticket, since, form = changeable(request, number), timezone.now(), PriorityForm(request.POST)
    if form.is_valid():
        lifecycle.change_priority(ticket, form.cleaned_data["priority"], by=request.user)
    return changed(request, number, since, form.errors)


@desk
@require_POST
def assignee(request: HttpRequest, number: int) -> HttpResponse:
    ticket, since = changeable(request, number), timezone.now()
    form = AssigneeForm(request.POST, viewer=request.user)
    if form.is_valid():
        assignment.assign(ticket, form.cleaned_data["assignee"], by=request.user)
    return changed(request, number, since, form.errors)


@desk
@require_POST
def department(request: HttpRequest, number: int) -> HttpResponse:
    ticket, since = changeable(request, number), timezone.now()
    form = DepartmentForm(request.POST, viewer=request.user)
    if form.is_valid():
        assignment.move(ticket, form.cleaned_data["department"], by=request.user)
    return changed(request, number, since, form.errors)


@desk
@require_POST
def subject(request: HttpRequest, number: int) -> HttpResponse:
    ticket, since, form = changeable(request, number), timezone.now(), SubjectForm(request.POST)
    if form.is_valid():
        lifecycle.change_subject(ticket, form.cleaned_data["subject"], by=request.user)
    return changed(request, number, since, form.errors)


@desk
@require_POST
def tags(request: HttpRequest, number: int) -> HttpResponse:
    ticket, since, form = changeable(request, number), timezone.now(), TagForm(request.POST)
    if form.is_valid():
        tagging.tag(ticket, form.cleaned_data["name"], by=request.user)
    return changed(request, number, since, form.errors)


@desk
@require_POST
def tag_removal(request: HttpRequest, number: int, tag_id: Any) -> HttpResponse:
    ticket, since = changeable(request, number), timezone.now()
    tagging.untag(ticket, get_visible(request, Tag, pk=tag_id), by=request.user)
    return changed(request, number, since)
