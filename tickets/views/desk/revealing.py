"""A masked value is opened: asked for a reason first, then shown once."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from privacy import revealing
from privacy.access.fields import governable_models
from privacy.web.views import desk, get_visible
from tickets.forms.desk import ReasonForm


@desk
@never_cache
@require_http_methods(["GET", "POST"])
def revelation(request: HttpRequest, model: str, row_id: Any, field: str) -> HttpResponse:
    """The dialog: a reason, then the value."""
    kinds: dict[str, Any] = {each._meta.label_lower: each for each in governable_models()}
    if model not in kinds:
        raise Http404
    if not revealing.may_reveal(request.user):
        raise PermissionDenied
    row = get_visible(request, kinds[model], pk=row_id)
    form = ReasonForm(request.POST or None)
    context: dict[str, Any] = {"form": form, "row": row, "model": model, "field": field}
    if request.method == "POST" and form.is_valid():
        try:
            reason = form.cleaned_data["reason"]
            context["value"] = revealing.reveal(row, field, reason=reason, by=request.user)
        except ValidationError as error:
            form.add_error("reason", error)
    template = "_revelation" if request.htmx else "revelation"  # type: ignore[attr-defined]
    status = 422 if form.errors else 200
    return render(request, f"tickets/desk/{template}.html", context, status=status)
