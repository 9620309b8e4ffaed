"""Somebody new whom an agent writes down."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from contacts import identification
from contacts.models import Contact
from privacy import access, custom
from privacy.web.views import desk
from tickets.forms.person import NewPersonForm


@desk
@require_http_methods(["GET", "HEAD", "POST"])
def new_person(request: HttpRequest) -> HttpResponse:
    """By what they are known, and what they agreed to."""
    access.demand(request.user, access.Act.CREATE, Contact)
    form = NewPersonForm(request.POST or None, viewer=request.user)
    if form.is_bound and form.is_valid():
        try:
            made = _make(form, by=request.user)
        except ValidationError as error:
            form.refuse_custom(error)
        else:
            return redirect("desk:person", made.pk)
    status = 422 if form.errors else 200
    return render(request, "tickets/desk/new_person.html", {"form": form, "source": "search"}, status=status)


@transaction.atomic
def _make(form: NewPersonForm, *, by: Any) -> Contact:
    given = form.cleaned_data
    made = identification.find_or_make(given["known_by"], full_name=given["full_name"], by=by)
    custom.fill(made, form.custom_values, by=by)
    form.keep_consents(made.pk, by=by)
    return made
