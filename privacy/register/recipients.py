"""To whom data goes: what the kernel knows of, and what higher apps hand in when they are ready."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from privacy import registry
from privacy.models import RecipientPlace, User
from privacy.vault.files import SealedFileField

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody, or some server, that gets data. ``models`` are the labels of what it gets; none: of everything."""

    key: str
    name: str
    role: Text
    models: frozenset[str] = frozenset()

    def gets(self, model: str) -> bool:
        """Whether rows of the model with this label go there."""
        return not self.models or model in self.models


@dataclass(frozen=True, slots=True)
class Located:
    """A recipient, and what was said of where it is (None: nobody has said it yet)."""

    recipient: Recipient
    place: RecipientPlace | None


Source = Callable[[], Iterable[Recipient]]
_sources: list[Source] = []


def from_source(source: Source) -> None:
    """For upper apps: ask this, too, each time."""
    if source not in _sources:
        _sources.append(source)


def located() -> list[Located]:
    """All recipients there are now, with their places: one query besides those of the sources."""
    places = {each.key: each for each in RecipientPlace.objects.all()}
    return [Located(each, places.get(each.key)) for source in (_own, *_sources) for each in source()]


def _own() -> Iterator[Recipient]:
    """What the settings name: the server that sends mails about accounts, file storage, the company's sign-in."""
    accounts = frozenset({User._meta.label_lower})
    yield Recipient("smtp", settings.EMAIL_HOST, _("Mail server for messages to staff"), accounts)
    if settings.S3_BUCKET:
        yield Recipient(
            "storage", settings.S3_BUCKET, _("Storage of attachments and mails (sealed)"), _files()
        )
    if settings.SSO_ISSUER:
        host = urlsplit(settings.SSO_ISSUER).hostname or settings.SSO_ISSUER
        yield Recipient("sign-in", host, _("The company’s sign-in"), accounts)


def _files() -> frozenset[str]:
    """The models with files."""
    return frozenset(
        model._meta.label_lower
        for model, field in registry.sealed_columns()
        if isinstance(field, SealedFileField)
    )
