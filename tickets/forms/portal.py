"""What customers fill in."""

import re
import unicodedata
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, QueryDict
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from privacy.custom.definitions import applicable, writable
from privacy.custom.forms import CustomFieldsForm
from privacy.web.consents import AsksConsent, place
from tickets.forms.fields import AddressField, FilesField, LineField, TextField, too_much
from tickets.forms.once import SHORTEST, OnceField, TooOldError, new_key
from tickets.models import Department, Ticket

FEW = 6
ASKING = place("ticket", _("Portal: a question"))
REPLYING = place("reply", _("Portal: another message"))


class PortalForm(forms.Form):
    """A form that keeps what was typed, knows itself again, and says when files have to be chosen anew."""

    data: QueryDict

    def __init__(self, *, request: HttpRequest, is_sent: bool | None = None) -> None:
        self.request = request
        is_sent = request.method == "POST" if is_sent is None else is_sent
        super().__init__(request.POST.copy() if is_sent else None, request.FILES if is_sent else None)

    def full_clean(self) -> None:
        super().full_clean()
        if self.is_bound:
            self._tell_of_the_key()
            self._tell_of_files()

    def refuse(self, why: str) -> None:
        """Don't accept what is valid in itself: say why, and keep it."""
        self.add_error(None, why)
        self._tell_of_files()

    def _tell_of_the_key(self) -> None:
        """A hidden field has no place for its errors; a form that is too old gets a new key."""
        found = self.errors.as_data().get("key", [])
        self.errors.pop("key", None)
        if any(isinstance(error, TooOldError) for error in found):
            self.data["key"] = new_key()
        if found and not self.errors:
            self.add_error(None, found[0].messages)

    def _tell_of_files(self) -> None:
        if "attachments" not in self.fields or "attachments" in self.errors:
            return
        if said := too_much(self.request):
            self.add_error("attachments", said)
        elif self.errors and self.request.FILES:
            self.add_error(
                "attachments", gettext("Please choose your files again: browsers don't keep them.")
            )


class OwnConsents(AsksConsent):
    """A form of the portal with the consents that are due for who fills it in."""

    request: HttpRequest

    def asked_person(self) -> UUID | None:
        customer = self.request.customer  # type: ignore[attr-defined]
        return customer.pk if customer else None


class AskForm(OwnConsents, CustomFieldsForm, PortalForm):
    """A question of a visitor whom we don't know, or not yet."""

    consent_form = ASKING

    name = LineField(
        label=_("Your name"),
        help_text=_("So that we know how to address you."),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = AddressField(
        label=_("Your e-mail address"),
        help_text=_("We answer to this address, and use it for nothing else."),
    )
    department = forms.ModelChoiceField(
        Department.objects.none(),
        label=_("What is it about?"),
        help_text=_("So that the right people read it first."),
        empty_label=None,
    )
    subject = LineField(
        label=_("Subject"),
        help_text=_("Your question in a few words: it becomes the title of our answer."),
        max_length=200,
        error_messages={"required": _("Say in a few words what your question is about.")},
    )
    body = TextField(
        label=_("Your question"),
        help_text=_(
            "What did you do, what happened? Leave out passwords and card numbers: we don't need them."
        ),
        error_messages={"required": _("Describe what we can do for you.")},
    )
    attachments = FilesField()
    website = forms.CharField(
        label=_("Leave this field empty"),
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )
    key = OnceField(shortest=SHORTEST)

    def __init__(self, *, request: HttpRequest) -> None:
        super().__init__(request=request)
        offered = list(Department.objects.filter(is_public=True))
        asked = writable(getattr(request, "customer", None), Ticket)
        if len(offered) < 2:
            del self.fields["department"]
            if any(each.bounds for each in asked):
                self.bound = Department.default().pk
            asked = applicable(asked, self.bound)
        else:
            _offer(self.fields["department"], offered)
        if self.consents and "email" in self.fields:
            self.fields["email"].help_text = _("We answer to this address.")
        self.add_custom(asked)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("website"):
            self.data["website"] = ""
            self.add_error(None, gettext("We aren't sure that a person sent this. Please send it once more."))
        return cleaned


class CustomerAskForm(AskForm):
    """A question of a customer who is signed in: who they are is known."""

    name = None  # type: ignore[assignment]
    email = None  # type: ignore[assignment]


class ReplyForm(OwnConsents, PortalForm):
    """Another message to a question."""

    consent_form = REPLYING

    body = TextField(error_messages={"required": _("Write something first.")})
    attachments = FilesField()
    key = OnceField()

    def __init__(
        self, *, request: HttpRequest, invitation: Any, hint: Any, is_sent: bool | None = None
    ) -> None:
        super().__init__(request=request, is_sent=is_sent)
        self.fields["body"].label, self.fields["body"].help_text = invitation, hint


class AddressForm(PortalForm):
    """Who wants to sign in."""

    asks_no_consent = "nothing is kept: a link goes to who is known already"

    email = AddressField(label=_("Your e-mail address"))


class CodeForm(PortalForm):
    """The code out of the mail; spaces and dashes don't matter."""

    asks_no_consent = "nothing is kept"

    code = forms.CharField(
        label=_("Code"),
        help_text=_("8 digits, out of our mail."),
        max_length=20,
        error_messages={"required": _("Enter the code from our mail.")},
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "class": "code"}
        ),
    )

    def clean_code(self) -> str:
        code = re.sub(r"[\s\-–.]", "", unicodedata.normalize("NFKC", self.cleaned_data["code"]))
        if not re.fullmatch(r"[0-9]{8}", code):
            raise ValidationError(_("The code has 8 digits."))
        return code


def _offer(field: Any, offered: list[Department]) -> None:
    """Few departments are shown at once, each with what it is asked; many are behind a list."""
    field.queryset = Department.objects.filter(is_public=True)
    field.initial = next((each for each in offered if each.is_default), None)
    if len(offered) <= FEW:
        field.widget = forms.RadioSelect()
        field.label_from_instance = _described
        field.widget.choices = field.choices


def _described(department: Department) -> SafeString | str:
    if not department.description:
        return department.name
    return format_html('<span>{}<span class="hint">{}</span></span>', department.name, department.description)
