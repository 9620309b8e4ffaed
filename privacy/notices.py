"""Mails to staff about their own account: short, and without anything that the mail's reader must not learn."""

from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation

from privacy.models import User, Visit


def send(user: User, name: str, **context: Any) -> None:
    """Mail ``emails/<name>`` (subject, text and HTML) to a member of staff, in their language."""
    with translation.override(user.language or settings.LANGUAGE_CODE):
        known = {"company": settings.COMPANY_NAME, **context}
        subject = " ".join(render_to_string(f"emails/{name}_subject.txt", known).split())
        mail = EmailMultiAlternatives(subject, render_to_string(f"emails/{name}.txt", known), to=[user.email])
        html = render_to_string(f"emails/{name}.html", {"subject": subject, **known})
        mail.attach_alternative(html, "text/html")
        mail.send()


def tell_of_new_browsers() -> int:
    """Tell people of sign-ins from a browser not seen before; returns of how many. Each is told once."""
    told = 0
    for visit_id in Visit.objects.filter(notice_due=True).values_list("pk", flat=True):
        with transaction.atomic():
            due = Visit.objects.select_for_update(skip_locked=True, of=("self",)).select_related("user")
            visit = due.filter(pk=visit_id, notice_due=True).first()
            if visit is not None:
                send(visit.user, "new_browser", link=f"{settings.SITE_URL}/desk/account/")
                visit.notice_due = False
                visit.save(update_fields=["notice_due"])
                told += 1
    return told
