"""What administrators do with accounts besides changing them: invite, reset factors, deactivate, let in again."""

from collections.abc import Callable
from smtplib import SMTPException
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from privacy import access, invitations, leaving
from privacy.factors import reset
from privacy.models import User
from privacy.web.administration import RecordAdmin
from privacy.web.recency import demand_recent


class SuccessorForm(forms.Form):
    """Who gets what somebody leaves behind."""

    successor = forms.ModelChoiceField(
        User.objects.none(),
        label=gettext_lazy("Their open tickets go to"),
        required=False,
        empty_label=gettext_lazy("nobody: back to the unassigned"),
    )

    def __init__(self, *args: Any, colleagues: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["successor"]
        field.queryset = colleagues
        field.label_from_instance = lambda user: user.full_name


class AccountActs(RecordAdmin):
    """The acts of the page of an account; each asks who is there, and is refused for who may do more."""

    def get_urls(self) -> list[Any]:
        acts = {
            "invitation": require_POST(self.invitation),
            "factor_reset": require_POST(self.factor_reset),
            "deactivation": self.deactivation,
            "reactivation": require_POST(self.reactivation),
        }
        return [*(self._act(name, view) for name, view in acts.items()), *super().get_urls()]

    def _act(self, name: str, view: Callable[..., HttpResponse]) -> Any:
        def guarded(request: HttpRequest, pk: UUID) -> HttpResponse:
            user = self.get_queryset(request).filter(pk=pk).first()
            if user is None or not self.has_change_permission(request, user):
                raise Http404
            return demand_recent(request) or view(request, user)

        address = f"<uuid:pk>/{name.replace('_', '-')}/"
        return path(address, self.admin_site.admin_view(guarded), name=f"privacy_user_{name}")

    def invitation(self, request: HttpRequest, user: User) -> HttpResponse:
        """Mail a new link to take up the account."""
        self.invite(request, user)
        return self._back(user)

    def factor_reset(self, request: HttpRequest, user: User) -> HttpResponse:
        """For who lost phone, keys and codes. Ask them by voice or face first: a mail can be anybody's."""
        reset.reset(user)
        messages.success(request, _("Their second factor is off, and they are signed out everywhere."))
        return self._back(user)

    def reactivation(self, request: HttpRequest, user: User) -> HttpResponse:
        leaving.reactivate(user, by=request.user)
        messages.success(request, _("They may sign in again."))
        return self._back(user)

    def deactivation(self, request: HttpRequest, user: User) -> HttpResponse:
        """Ask who takes over, then shut the door."""
        if user.pk == request.user.pk or not user.is_active:
            raise Http404
        colleagues = access.visible(request.user, User.objects.filter(is_active=True)).exclude(pk=user.pk)
        form = SuccessorForm(request.POST or None, colleagues=colleagues)
        if request.method == "POST" and form.is_valid():
            try:
                passed_on = leaving.deactivate(
                    user, successor=form.cleaned_data["successor"], by=request.user
                )
            except ValidationError as error:
                form.add_error("successor", error)
            else:
                messages.success(request, _passed_on(passed_on))
                return self._back(user)
        title = _("Deactivate %(name)s") % {"name": user.full_name}
        context = {**self.admin_site.each_context(request), "title": title, "opts": self.opts}
        return render(
            request, "administration/deactivation.html", {**context, "original": user, "form": form}
        )

    def invite(self, request: HttpRequest, user: User) -> None:
        """Mail the link, and say whether that worked."""
        try:
            invitations.invite(user)
        except (OSError, SMTPException):
            messages.error(request, _("The invitation could not be mailed. Try again in a moment."))
        else:
            messages.success(request, _("An invitation is on its way to them; it is good for a week."))

    def _back(self, user: User) -> HttpResponse:
        return redirect(reverse("admin:privacy_user_change", args=[user.pk]))


def _passed_on(number: int) -> str:
    said = ngettext("%(number)d ticket passed on.", "%(number)d tickets passed on.", number)
    return f"{_('They are signed out everywhere.')} {said % {'number': number}}"
