"""With whom a ticket is shared, how far, and until when."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from privacy import access
from privacy.models import User

AGENT, GROUP = "agent", "group"
READ, WRITE = "read", "write"
HOW_FAR = [(READ, _("Read")), (WRITE, _("Read and change"))]


class ShareForm(forms.Form):
    """An agent or a group; both are chosen from one list."""

    to = forms.ChoiceField(label=_("Share with"), choices=[])
    may_write = forms.ChoiceField(
        label=_("They may"), choices=HOW_FAR, widget=forms.RadioSelect, initial=READ
    )
    until = forms.DateField(
        label=_("Until the end of"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Leave it empty to share without an end."),
    )

    def __init__(self, *args: Any, viewer: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = access.visible(viewer, User.objects.filter(is_active=True).exclude(pk=viewer.pk))
        self.known: dict[str, User | Group] = {f"{AGENT} {each.pk}": each for each in people}
        groups: dict[str, User | Group] = {
            f"{GROUP} {each.pk}": each for each in Group.objects.order_by("name")
        }
        named = sorted(((key, each.full_name) for key, each in self.known.items()), key=_folded)  # type: ignore[union-attr]
        listed: list[Any] = [("", _("Choose …")), (gettext("Agents"), named)]
        if groups:
            listed.append((gettext("Groups"), [(key, str(group)) for key, group in groups.items()]))
        self.known |= groups
        self.fields["to"].choices = listed  # type: ignore[attr-defined]

    def clean_to(self) -> User | Group:
        return self.known[self.cleaned_data["to"]]

    def clean_may_write(self) -> bool:
        return bool(self.cleaned_data["may_write"] == WRITE)

    def clean_until(self) -> datetime | None:
        """The last moment of the day."""
        day = self.cleaned_data["until"]
        if day is None:
            return None
        if day < timezone.localdate():
            raise ValidationError(gettext("This day has passed already. Choose a later one."))
        return timezone.make_aware(datetime.combine(day, time.max))


def _folded(line: tuple[str, str]) -> str:
    return line[1].casefold()
