"""What narrows the recycle bin, and decides whose something shall be."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from privacy.binning import LEAVE, RECLAIM
from privacy.models import User
from privacy.web.bin import module_labels


class BinFilterForm(forms.Form):
    """By module, and by who deleted it."""

    module = forms.ChoiceField(label=_("What"), required=False)
    who = forms.ModelChoiceField(label=_("Who deleted it"), queryset=User.objects.none(), required=False)

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["module"].choices = [("", _("Everything")), *module_labels().items()]  # type: ignore[attr-defined]
        who: Any = self.fields["who"]
        who.queryset, who.empty_label = people, _("Anybody")
        who.label_from_instance = lambda user: user.full_name


class TakenForm(forms.Form):
    """Whose what two records claim shall be."""

    taken = forms.ChoiceField(
        label=_("Whose shall it be?"),
        choices=[
            (LEAVE, _("Leave it where it is now, and restore without it")),
            (RECLAIM, _("Take it back")),
        ],
        widget=forms.RadioSelect,
    )
