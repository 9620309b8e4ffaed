"""The receipt of an erasure: whoever has the link reads what was reached; nothing in it names anybody."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from privacy.erasure import ledger
from privacy.erasure import receipt as telling
from privacy.models import Token, TokenPurpose
from privacy.web.views import public


@public
@never_cache
@require_safe
def receipt(request: Any, secret: str) -> HttpResponse:
    """What was erased, what is kept and why; as a file to keep with ``?file``."""
    token = Token.redeem(TokenPurpose.RECEIPT, secret, consume=False)
    entry = ledger.entries().filter(pk=token.subject_id).first() if token else None
    context = {"entry": entry}
    if entry is not None:
        context |= {"reached": telling.reached(entry), "kept": telling.kept(entry)}
    as_file = entry is not None and "file" in request.GET
    template = "receipt.txt" if as_file else "receipt.html"
    answer = render(request, f"tickets/portal/{template}", context, status=200 if entry else 410)
    if as_file:
        answer["Content-Type"] = "text/plain; charset=utf-8"
        answer["Content-Disposition"] = 'attachment; filename="receipt.txt"'
    answer["X-Robots-Tag"] = "noindex"
    return answer
