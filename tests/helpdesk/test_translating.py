"""Message catalogues without gettext's programs."""

from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from helpdesk import translating

CODE = """
from django.utils.translation import gettext as _, gettext_lazy, ngettext, pgettext_lazy
one = _("One")
lazy = gettext_lazy("Lazy")
many = ngettext("%(number)s mail", "%(number)s mails", 2)
key = pgettext_lazy("key", "Enter")
"""
TEMPLATE = """
{% load i18n %}
  <p>{% translate "Two" %} {{ x|default:_("Three") }}</p>
{# not _("this") #}
{% blocktranslate trimmed with name=person.name %}
    Hello
    {{ name }}
{% endblocktranslate %}
{% blocktranslate count number=n %}{{ number }} dog{% plural %}{{ number }} dogs{% endblocktranslate %}
"""


@pytest.fixture
def project(tmp_path: Path, settings: Any) -> Path:
    (tmp_path / "app" / "templates" / "app").mkdir(parents=True)
    (tmp_path / "templates").mkdir()
    (tmp_path / "app" / "code.py").write_text(CODE)
    (tmp_path / "app" / "templates" / "app" / "page.html").write_text(TEMPLATE)
    (tmp_path / "templates" / "mail.txt").write_text('{% translate "Bye" %}')
    settings.BASE_DIR, settings.FIRST_PARTY_APPS = tmp_path, ["app"]
    settings.LOCALE_PATHS = [tmp_path / "locale"]
    settings.LANGUAGES = [("en", "English"), ("de", "German")]
    return tmp_path


def translated(text: str) -> str:
    """Every message that has no translation gets itself."""
    lines: list[str] = []
    for line in text.splitlines():
        if line in {'msgstr ""', 'msgstr[0] ""', 'msgstr[1] ""'} and len(lines) > 3:
            last = next(before for before in reversed(lines) if before.startswith("msgid "))
            line = line.replace('""', last.partition(" ")[2])
        lines.append(line)
    return "\n".join(lines) + "\n"


def test_messages_of_code_and_templates_are_collected(project: Path) -> None:
    found = {(message.id, message.context) for message in translating.collected() if message.id}
    assert found == {
        ("One", None),
        ("Lazy", None),
        (("%(number)s mail", "%(number)s mails"), None),
        ("Enter", "key"),
        ("Two", None),
        ("Three", None),
        ("Hello %(name)s", None),
        (("%(number)s dog", "%(number)s dogs"), None),
        ("Bye", None),
    }


def test_the_written_file_is_the_same_every_time_and_names_no_place_or_date(project: Path) -> None:
    call_command("translations", "--update")
    first = translating.path("de").read_text()
    (project / "app" / "code.py").write_text("\n\n" + CODE)
    call_command("translations", "--update")
    assert translating.path("de").read_text() == first
    assert "#:" not in first
    assert "Date" not in first
    ids = [line for line in first.splitlines() if line.startswith("msgid ")]
    assert len(ids) == 10


def test_check_lists_what_is_missing(project: Path) -> None:
    call_command("translations", "--update")
    with pytest.raises(CommandError) as refusal:
        call_command("translations", "--check")
    assert str(refusal.value).splitlines()[0] == "de: 9 messages"
    assert "not translated: “Enter” (key)" in str(refusal.value)


def test_a_complete_catalogue_passes_and_is_compiled(project: Path, capsys: Any) -> None:
    call_command("translations", "--update")
    path = translating.path("de")
    path.write_text(
        translated(path.read_text()).replace('msgid "One"\nmsgstr "One"', 'msgid "One"\nmsgstr "Eins"')
    )
    call_command("translations", "--check")
    assert capsys.readouterr().out.splitlines()[-1] == "de: complete"
    call_command("translations", "--compile")
    assert b"Eins" in path.with_suffix(".mo").read_bytes()


def test_check_finds_what_changed_since(project: Path) -> None:
    call_command("translations", "--update")
    path = translating.path("de")
    path.write_text(translated(path.read_text()).replace('msgstr "Hello %(name)s"', 'msgstr "Hallo %(nam)s"'))
    (project / "app" / "code.py").write_text(CODE.replace('_("One")', '_("Uno")'))
    assert translating.complaints("de") == [
        "not asked for any more: “One”",
        "unknown named placeholder 'nam': “Hello %(name)s”",
        "not translated: “Uno”",
    ]
