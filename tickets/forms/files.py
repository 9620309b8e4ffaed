"""A field that takes several files, within the limits of the installation; for every audience."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tickets.attaching import NewAttachment


class SeveralFilesInput(forms.FileInput):
    """A file input for several; page.js shows names and sizes and knows the limits."""

    allow_multiple_selected = True

    def build_attrs(
        self, base_attrs: dict[str, Any], extra_attrs: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        attrs = super().build_attrs(base_attrs, extra_attrs)
        if "id" in attrs:
            attrs["data-list"] = f"{attrs['id']}_list"
        return {
            "data-max-bytes": settings.ATTACHMENT_MAX_BYTES,
            "data-max-count": settings.ATTACHMENT_MAX_COUNT,
            "data-limit": limit_words(),
            **attrs,
        }


class SeveralFilesField(forms.FileField):
    """Cleans to a list of NewAttachment; empty when nothing was chosen."""

    widget = SeveralFilesInput

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", gettext_lazy("Attachments"))
        super().__init__(**{"required": False, "allow_empty_file": True, **kwargs})

    def clean(self, data: Any, initial: Any = None) -> list[NewAttachment]:
        files = [super(SeveralFilesField, self).clean(file) for file in data or []]
        if len(files) > settings.ATTACHMENT_MAX_COUNT or any(
            file.size > settings.ATTACHMENT_MAX_BYTES for file in files
        ):
            raise ValidationError(limit_words(), code="too_large")
        return [_attachment(file) for file in files]


def limit_words() -> str:
    """The limits in a sentence."""
    return _("Up to {count} files of {size} each.").format(
        count=settings.ATTACHMENT_MAX_COUNT, size=filesizeformat(settings.ATTACHMENT_MAX_BYTES)
    )


def _attachment(file: Any) -> NewAttachment:
    return NewAttachment(file.name or "", file.content_type or "", file.file or b"")
