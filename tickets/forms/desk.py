"""What agents fill in."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from contacts import normalisation
from contacts.models import Contact
from privacy import access
from privacy.custom.definitions import writable
from privacy.custom.forms import CustomFieldsForm
from privacy.models import User
from tickets.enums import DONE, MessageKind, Priority, Status
from tickets.forms.fields import FilesField
from tickets.models import Department, Ticket
from tickets.models.ticket import CHANGE_OWNER

AFTER_SENDING = [(each.value, each.label) for each in (Status.PENDING, Status.OPEN, Status.ON_HOLD, *DONE)]
DRAFTS = [(each.value, each.label) for each in (MessageKind.AGENT, MessageKind.NOTE)]
MOMENTS = ["%Y-%m-%dT%H:%M:%S.%f%z", "%Y-%m-%dT%H:%M:%S%z"]
LONG = 100_000


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

    body = forms.CharField(
        label=_("Your note"),
        max_length=LONG,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Write a note first.")},
    )
    files = FilesField()  # type: ignore[assignment]


class DraftForm(forms.Form):
    """What has been typed so far; ``since`` is when the editor was opened."""

    kind = forms.ChoiceField(choices=DRAFTS)
    body = forms.CharField(required=False, max_length=LONG, strip=False)
    cc = forms.CharField(required=False, max_length=4000)
    since = forms.DateTimeField(required=False, input_formats=MOMENTS)


class StatusForm(forms.Form):
    status = forms.TypedChoiceField(choices=Status.choices, coerce=Status)


class PriorityForm(forms.Form):
    priority = forms.TypedChoiceField(choices=Priority.choices, coerce=lambda value: Priority(int(value)))


class SubjectForm(forms.Form):
    subject = forms.CharField(
        label=_("Subject"), max_length=500, error_messages={"required": _("A ticket needs a subject.")}
    )


class TagForm(forms.Form):
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


class NewTicketForm(CustomFieldsForm, ForViewer):
    """A ticket that an agent writes down for a customer; without the fields that they may not write."""

    OF_TICKET = ("subject", "department", "priority")

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


class SearchForm(forms.Form):
    """The search box, and where its scan has come to."""

    words = forms.CharField(label=_("Search"), max_length=200, strip=True)
    cursor = forms.CharField(required=False, max_length=100)
    scanned = forms.IntegerField(required=False, min_value=0)
    total = forms.IntegerField(required=False, min_value=0)
    found = forms.IntegerField(required=False, min_value=0)


class DeliveryForm(forms.Form):
    """What to do about a mail that failed, or that may have gone out."""

    act = forms.ChoiceField(choices=[("again", "again"), ("sent", "sent")])


class ReasonForm(forms.Form):
    """Why a masked value is needed."""

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
