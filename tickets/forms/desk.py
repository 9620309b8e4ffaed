"""What agents fill in."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from contacts import normalisation
from contacts.models import Contact
from privacy import access
from privacy.consent import Stand
from privacy.custom.definitions import writable
from privacy.custom.forms import CustomFieldsForm
from privacy.models import User
from privacy.web.consents import RecordsConsent, place
from tickets.enums import DONE, MessageKind, Priority, Status
from tickets.forms.fields import FilesField
from tickets.models import Department, Ticket
from tickets.models.ticket import CHANGE_OWNER

AFTER_SENDING = [(each.value, each.label) for each in (Status.PENDING, Status.OPEN, Status.ON_HOLD, *DONE)]
DRAFTS = [(each.value, each.label) for each in (MessageKind.AGENT, MessageKind.NOTE)]
MOMENTS = ["%Y-%m-%dT%H:%M:%S.%f%z", "%Y-%m-%dT%H:%M:%S%z"]
LONG = 100_000
NEW_TICKET = place("desk_ticket", _("Desk: a new ticket"))


class AddressesField(forms.CharField):
    """E-mail addresses with commas between them; cleans to a list without doubles."""

    def clean(self, value: Any) -> list[str]:
        text = super().clean(value).replace(";", ",")
        addresses = list(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
        for address in addresses:
            try:
                validate_email(address)
            except ValidationError:
                raise ValidationError(
                    _("“%(address)s” is not an e-mail address."), params={"address": address}
                ) from None
        return addresses


class ReplyForm(forms.Form):
    """An answer to the customer."""

    asks_no_consent = "our own words, on a ticket that is open already"

    body = forms.CharField(
        label=_("Your answer"),
        max_length=LONG,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Write an answer first.")},
    )
    cc = AddressesField(label=_("Copies to"), required=False, max_length=4000)
    files = FilesField()  # type: ignore[assignment]
    then_status = forms.TypedChoiceField(
        label=_("Then set status to"), choices=AFTER_SENDING, coerce=Status, required=False
    )


class NoteForm(forms.Form):
    """A note among agents."""

    asks_no_consent = "our own words, on a ticket that is open already"

    body = forms.CharField(
        label=_("Your note"),
        max_length=LONG,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Write a note first.")},
    )
    files = FilesField()  # type: ignore[assignment]


class DraftForm(forms.Form):
    """What has been typed so far; ``since`` is when the editor was opened."""

    asks_no_consent = "what becomes of it asks"

    kind = forms.ChoiceField(choices=DRAFTS)
    body = forms.CharField(required=False, max_length=LONG, strip=False)
    cc = forms.CharField(required=False, max_length=4000)
    since = forms.DateTimeField(required=False, input_formats=MOMENTS)


class StatusForm(forms.Form):
    status = forms.TypedChoiceField(choices=Status.choices, coerce=Status)


class PriorityForm(forms.Form):
    priority = forms.TypedChoiceField(choices=Priority.choices, coerce=lambda value: Priority(int(value)))


class SubjectForm(forms.Form):
    asks_no_consent = "a title that staff give"

    subject = forms.CharField(
        label=_("Subject"), max_length=500, error_messages={"required": _("A ticket needs a subject.")}
    )


class TagForm(forms.Form):
    asks_no_consent = "a word that staff sort by"

    name = forms.CharField(
        label=_("Tag"), max_length=40, error_messages={"required": _("A tag needs a name.")}
    )


class ForViewer(forms.Form):
    """A form whose choices are what the viewer may see."""

    def __init__(self, *args: Any, viewer: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field, rows in (("assignee", agents), ("department", departments)):
            if field in self.fields:
                self.fields[field].queryset = rows(viewer)  # type: ignore[attr-defined]


class AssigneeForm(ForViewer):
    assignee = forms.ModelChoiceField(User.objects.none(), required=False)


class DepartmentForm(ForViewer):
    department = forms.ModelChoiceField(Department.objects.none())


class NewTicketForm(RecordsConsent, CustomFieldsForm, ForViewer):
    """A ticket that an agent writes down for a customer; without the fields that they may not write."""

    OF_TICKET = ("subject", "department", "priority")

    consent_form = NEW_TICKET

    customer = forms.CharField(
        label=_("Customer"),
        max_length=254,
        help_text=_("E-mail address or phone number. If nobody is known by it, a contact is made."),
    )
    full_name = forms.CharField(label=_("Name"), max_length=200, required=False)
    subject = forms.CharField(label=_("Subject"), max_length=500)
    body = forms.CharField(
        label=_("What the customer asks"), max_length=LONG, widget=forms.Textarea(attrs={"rows": 8})
    )
    department = forms.ModelChoiceField(Department.objects.none(), label=_("Department"), empty_label=None)
    priority = forms.TypedChoiceField(
        label=_("Priority"),
        choices=Priority.choices,
        coerce=lambda value: Priority(int(value)),
        initial=Priority.NORMAL,
    )
    files = FilesField()  # type: ignore[assignment]
    assign_to_me = forms.BooleanField(label=_("Assign it to me"), required=False, initial=True)
    confirm = forms.BooleanField(
        label=_("Send the customer a confirmation"),
        help_text=_("A mail with the ticket number. Only if there is an e-mail address."),
        required=False,
    )

    def __init__(self, *args: Any, viewer: Any, **kwargs: Any) -> None:
        super().__init__(*args, viewer=viewer, **kwargs)
        withheld = set(self.OF_TICKET) - access.editable_fields(viewer, Ticket)
        withheld |= {"full_name"} - access.editable_fields(viewer, Contact)
        withheld |= set() if access.holds(viewer, CHANGE_OWNER) else {"assign_to_me"}
        for name in withheld:
            del self.fields[name]
        self.add_custom(writable(viewer, Ticket))

    def clean_customer(self) -> str:
        try:
            return normalisation.normalise(self.cleaned_data["customer"])[1]
        except ValueError as error:
            raise ValidationError(str(error)) from None


class RecordedConsentForm(forms.Form):
    """What a customer said to one consent, and how the agent knows."""

    consent_place = place("desk", _("Desk: the customer's panel"), is_form=False)
    asks_no_consent = "it is one"

    purpose = forms.ChoiceField(label=_("What it is about"))
    said = forms.ChoiceField(
        label=_("What they said"),
        choices=[("yes", _("They agree")), ("no", _("They don't agree, or no longer"))],
        widget=forms.RadioSelect,
    )
    evidence = forms.CharField(
        label=_("How you know"),
        help_text=_("What was said, when and how: for example “agreed on the phone, 3 March, 10:15”."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, stands: list[Stand], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stands = {each.purpose.key: each for each in stands}
        choices = [(key, each.wording.title) for key, each in self.stands.items()]
        self.fields["purpose"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        return {**cleaned, "stand": self.stands.get(cleaned.get("purpose", ""))}


class SearchForm(forms.Form):
    """The search box, and where its scan has come to."""

    asks_no_consent = "nothing is kept"

    words = forms.CharField(label=_("Search"), max_length=200, strip=True)
    cursor = forms.CharField(required=False, max_length=100)
    scanned = forms.IntegerField(required=False, min_value=0)
    total = forms.IntegerField(required=False, min_value=0)
    found = forms.IntegerField(required=False, min_value=0)
    but = forms.UUIDField(required=False, widget=forms.HiddenInput)  # whose own tickets are left out


class DeliveryForm(forms.Form):
    """What to do about a mail that failed, or that may have gone out."""

    act = forms.ChoiceField(choices=[("again", "again"), ("sent", "sent")])


class ReasonForm(forms.Form):
    """Why a masked value is needed."""

    asks_no_consent = "what staff need it for"

    reason = forms.CharField(
        label=_("What do you need it for?"),
        max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Say in a few words what you need it for.")},
    )


def agents(viewer: Any) -> Any:
    """Whom a ticket can be given to."""
    return access.visible(viewer, User.objects.filter(is_active=True))


def departments(viewer: Any) -> Any:
    """Where a ticket can go."""
    return access.visible(viewer, Department.objects.all())
