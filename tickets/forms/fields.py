"""Fields of the portal's forms: a line, an address, paragraphs, files; each clean before anybody reads it."""

import unicodedata
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import MaxLengthValidator, ProhibitNullCharactersValidator
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from privacy.identifiers import normalise_email
from tickets.attaching import NewAttachment
from tickets.forms.files import SeveralFilesField

LONG = 50_000


class LineField(forms.CharField):
    """One line of text: no breaks, no control characters, nothing that a mail's header could be made of."""

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        plain = "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in text)
        return " ".join("".join(c for c in plain if unicodedata.category(c) not in ("Cf", "Cs")).split())


class AddressField(forms.EmailField):
    """An e-mail address in its normal form."""

    def __init__(self, **kwargs: Any) -> None:
        wrong = _("Enter an address like name@example.com.")
        messages = {"invalid": wrong, "required": _("Enter your e-mail address.")}
        super().__init__(**{"max_length": 254, "error_messages": messages, **kwargs})
        self.widget.attrs["autocomplete"] = "email"

    def clean(self, value: Any) -> str:
        address = super().clean(value)
        try:
            return normalise_email(address) if address else ""
        except ValueError:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None


class TextField(forms.CharField):
    """Several paragraphs. What is too long is told, never cut off by the browser."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 7}))
        super().__init__(max_length=LONG, **kwargs)
        said = _("This text is very long. Shorten it to %(limit_value)d characters, or attach it as a file.")
        self.validators = [MaxLengthValidator(LONG, message=said), ProhibitNullCharactersValidator()]

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {}

    def to_python(self, value: Any) -> str:
        """With line breaks of one kind (browsers send CR LF), and no other control characters."""
        text = str(super().to_python(value) or "").replace("\r\n", "\n").replace("\r", "\n")
        return "".join(c for c in text if c in "\n\t\0" or unicodedata.category(c) not in ("Cc", "Cs"))


class FilesField(SeveralFilesField):
    """Several files; says which one is too large."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"label": _("Files"), "help_text": lazy(_limits, str)(), **kwargs})

    def clean(self, data: Any, initial: Any = None) -> list[NewAttachment]:
        files: list[UploadedFile[Any]] = data or []
        if len(files) > settings.ATTACHMENT_MAX_COUNT:
            said = gettext("You chose {count} files. Up to {limit} can come along.")
            raise ValidationError(said.format(count=len(files), limit=settings.ATTACHMENT_MAX_COUNT))
        large = [file for file in files if (file.size or 0) > settings.ATTACHMENT_MAX_BYTES]
        if large:
            said = gettext("“{name}” is too large. A file can have up to {size}.")
            size = _size(settings.ATTACHMENT_MAX_BYTES)
            raise ValidationError([said.format(name=file.name, size=size) for file in large])
        return super().clean(data, initial)


def too_much(request: HttpRequest) -> str:
    """A sentence if so much was sent that its files were not even read, else nothing."""
    if int(request.META.get("CONTENT_LENGTH") or 0) <= settings.FILE_UPLOAD_MAX_MEMORY_SIZE:
        return ""
    said = gettext("Together your files are too large. All of them can have up to {size}.")
    return said.format(size=_size(settings.FILE_UPLOAD_MAX_MEMORY_SIZE))


def _limits() -> str:
    said = gettext("Pictures, for example. Up to {count} files, {size} each.")
    return said.format(count=settings.ATTACHMENT_MAX_COUNT, size=_size(settings.ATTACHMENT_MAX_BYTES))


def _size(limit: int) -> str:
    """A limit in megabytes, without a fraction that it doesn't have."""
    whole, rest = divmod(limit, 1024 * 1024)
    return filesizeformat(limit) if rest else gettext("{number} MB").format(number=whole)
