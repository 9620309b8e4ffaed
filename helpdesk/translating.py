"""Message catalogues: collected from code and templates, written, checked, compiled, all in Python."""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

SOURCE = "en"
KEYWORDS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop")),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
DATES = re.compile(
    r'^"(?:POT-Creation-Date|PO-Revision-Date|Generated-By|[^:"]*Translator|Language-Team): .*\n', re.M
)


def languages() -> list[str]:
    """The languages into which English is translated."""
    return [code for code, _ in settings.LANGUAGES if code != SOURCE]


def path(language: str) -> Path:
    """Where a language's catalogue is."""
    return Path(settings.LOCALE_PATHS[0], language, "LC_MESSAGES", "django.po")


def read(language: str) -> Catalog:
    """The catalogue as it is; empty if there is none."""
    if not path(language).exists():
        return Catalog(language)
    with path(language).open("rb") as file:
        return read_po(file, language)


def collected() -> Catalog:
    """Every message that code and templates ask for."""
    catalog = Catalog()
    for text in _sources():
        for _, message, _, context in extract("python", BytesIO(text.encode()), KEYWORDS):
            catalog.add(message, context=context)
    return catalog


def updated(language: str) -> Catalog:
    """The catalogue with what is new, and without what nobody asks for any more."""
    catalog = read(language)
    catalog.update(collected(), no_fuzzy_matching=True)
    return catalog


def complaints(language: str) -> list[str]:
    """What is wrong with a catalogue, one line each."""
    catalog = updated(language)
    found = [f"not asked for any more: {_shown(message)}" for message in catalog.obsolete.values()]
    for message in sorted(catalog, key=lambda message: str(message.id)):
        parts = message.string if isinstance(message.string, tuple | list) else [message.string]
        if not message.id:
            continue
        if not all(parts):
            found.append(f"not translated: {_shown(message)}")
        elif message.fuzzy:
            found.append(f"fuzzy: {_shown(message)}")
        else:
            found += [f"{error}: {_shown(message)}" for error in message.check(catalog)]
    return found


def write(language: str) -> None:
    """Bring the file up to date: sorted, without places and dates, so that changes are small."""
    text = BytesIO()
    write_po(text, updated(language), width=100, no_location=True, sort_output=True, ignore_obsolete=True)
    path(language).parent.mkdir(parents=True, exist_ok=True)
    body = "\n".join(line for line in text.getvalue().decode().split("\n") if not line.startswith("# "))
    path(language).write_text(DATES.sub("", body).replace("#\n", "", 1).replace("#, fuzzy\n", "", 1).lstrip())


def compile_all() -> None:
    """Make what Django reads, where it is missing or older than its source."""
    for language in languages():
        source, target = path(language), path(language).with_suffix(".mo")
        if not source.exists() or (target.exists() and target.stat().st_mtime >= source.stat().st_mtime):
            continue
        fresh = target.with_suffix(".new")
        with fresh.open("wb") as file:
            write_mo(file, read(language))
        fresh.replace(target)


def _sources() -> Iterator[str]:
    for app in settings.FIRST_PARTY_APPS:
        for file in sorted((settings.BASE_DIR / app).rglob("*.py")):
            yield file.read_text()
    for folder in (*settings.FIRST_PARTY_APPS, "templates"):
        for file in sorted(
            (settings.BASE_DIR / folder).rglob("templates/**/*" if folder != "templates" else "*")
        ):
            if file.suffix in {".html", ".txt", ".svg"}:
                # in parentheses indentation means nothing
                yield f"({templatize(file.read_text(), str(file))}\n)"


def _shown(message: object) -> str:
    context, text = getattr(message, "context", None), getattr(message, "id", message)
    first = text[0] if isinstance(text, tuple | list) else text
    return f"“{first}”" + (f" ({context})" if context else "")
