"""What customers say they can be reached by is confirmed."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from contacts import rectification
from contacts.models import Identity
from privacy.web.views import desk, get_visible


@desk
@require_POST
def confirmation(request: HttpRequest, identity_id: UUID) -> HttpResponse:
    """From now on the contact is recognised by it."""
    found = get_visible(request, Identity.objects.select_related("contact"), pk=identity_id)
    try:
        rectification.confirm_identity(found, by=request.user)
    except rectification.Taken as why:
        messages.error(request, str(why))
    return redirect("desk:person", found.contact_id)
