"""Template tags of every face: icons, moments, avatars, badges, erased values. Built in: no {% load %}."""

import re
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zlib import crc32

from django import template
from django.utils import formats, timezone
from django.utils.formats import date_format
from django.utils.html import conditional_escape, escape, format_html, urlize
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from lucide.templatetags.lucide import lucide

from helpdesk.marks import mark_of
from privacy import lens, revealing
from privacy.lens import Sight
from privacy.redaction import MARK
from privacy.vault.fields import is_erased
from tickets.channels.email.problems import Problem
from tickets.channels.twitter.problems import Problem as TwitterProblem

register = template.Library()
GREETING = 60


@lru_cache(maxsize=512)
def _svg(name: str, css: str) -> SafeString:
    return mark_safe(lucide(name, size=16, **{"class": css, "aria-hidden": "true"}))  # noqa: S308


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """A decorative icon by its Lucide name; the words beside it carry the meaning."""
    return _svg(name, f"icon {css}".strip())


@register.filter
def moment(value: datetime | None, style: str = "long") -> SafeString:
    """How long ago, with the exact moment on hover and for screen readers. ``|moment:"short"`` for lists."""
    if value is None:
        return SafeString("")
    local = timezone.localtime(value)
    moment_itself = _exactly(local)
    said = ago(local, timezone.localtime(), short=style == "short")
    return format_html(
        '<time datetime="{}" title="{}"><span aria-hidden="true">{}</span>'
        '<span class="visually-hidden">{}</span></time>',
        local.isoformat(timespec="seconds"),
        moment_itself,
        said,
        moment_itself,
    )


def ago(then: datetime, now: datetime, *, short: bool = False) -> str:
    """Words for the distance of two local moments: counted below a week, a date beyond."""
    seconds = int((now - then).total_seconds())
    if seconds < -60:
        return _exactly(then)
    if seconds < 60:
        return _("now") if short else _("just now")
    for limit, size, brief, full in _spans():
        if seconds < limit:
            count = seconds // size
            return brief % count if short else full(count)
    is_near = now - then < timedelta(days=300) or then.year == now.year
    if short:
        return date_format(then, _("j M")) if is_near else date_format(then, _("M Y"))
    return date_format(then, _("j F")) if is_near else date_format(then, _("j F Y"))


def _spans() -> list[tuple[int, int, str, Any]]:
    return [
        (3600, 60, _("%d min"), lambda n: ngettext("%d minute ago", "%d minutes ago", n) % n),
        (86400, 3600, _("%d h"), lambda n: ngettext("%d hour ago", "%d hours ago", n) % n),
        (604800, 86400, _("%d d"), lambda n: ngettext("%d day ago", "%d days ago", n) % n),
    ]


def _exactly(local: datetime) -> str:
    return date_format(local, _("j F Y, H:i"))


@register.filter
def exact(value: datetime | None) -> SafeString:
    """The moment itself, to the minute."""
    if value is None:
        return SafeString("")
    local = timezone.localtime(value)
    return format_html('<time datetime="{}">{}</time>', local.isoformat(timespec="seconds"), _exactly(local))


@register.filter
def clock(value: datetime) -> SafeString:
    """The time of day, with the date on hover."""
    local = timezone.localtime(value)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        local.isoformat(timespec="seconds"),
        _exactly(local),
        date_format(local, "H:i"),
    )


@register.filter
def day(value: date) -> str:
    """A day, or that of a moment, in words."""
    return date_format(timezone.localtime(value) if isinstance(value, datetime) else value, _("j F Y"))


@register.filter
def shown(value: Any, otherwise: str = "") -> SafeString | str:
    """A value that may be sealed: its text, the word "erased", or ``otherwise`` when empty."""
    if is_erased(value):
        return format_html('<span class="erased">{}</span>', _("erased"))
    return conditional_escape(value or otherwise)


@register.filter
def sees(row: Any, name: str) -> bool:
    """Whether the one who looks may see this field of a row; sealed values hide by themselves, plain ones ask here."""
    return lens.of(row, name) != Sight.NOTHING


@register.filter
def clear(row: Any, name: str) -> bool:
    """Whether the one who looks sees this field of a row neither masked nor hidden."""
    return lens.of(row, name) == Sight.CLEAR


@register.inclusion_tag("components/reveal_button.html", takes_context=True)
def reveal_button(context: Any, row: Any, name: str) -> dict[str, Any]:
    """An eye beside a masked value, for those who may open it for a reason."""
    request = context["request"]
    is_masked = lens.of(row, name) == Sight.MASKED
    label = row._meta.label_lower if is_masked else ""
    return {
        "shown": is_masked and revealing.may_reveal(request.user),
        "row": row,
        "model": label,
        "field": name,
    }


@register.simple_tag
def avatar(name: str, key: Any = "", css: str = "") -> SafeString:
    """Initials in a circle (``css="agent"``: a square); ``key`` keeps its colour when the name changes."""
    words = [] if is_erased(name) else [word for word in str(name).split() if word[0].isalnum()]
    initials = "".join(word[0] for word in words[:1] + words[1:][-1:]).upper()
    tone = crc32(str(key or name).encode()) % 6 + 1
    return format_html(
        '<span class="avatar tone-{} {}" aria-hidden="true">{}</span>', tone, css, initials or "?"
    )


@register.filter
def badge(value: Any, kind: str) -> SafeString:
    """A value as icon, colour and word: ``{{ ticket.status|badge:"status" }}``; the kinds are in marks.py."""
    mark, word = mark_of(kind, value)
    return format_html('<span class="badge {}">{}{}</span>', mark.tone, icon(mark.icon), word)


@register.filter
def glyph(value: Any, kind: str) -> SafeString:
    """The same as an icon alone, with its word for screen readers and on hover."""
    mark, word = mark_of(kind, value)
    return format_html(
        '<span class="glyph tone-{}" title="{}">{}<span class="visually-hidden">{}</span></span>',
        mark.tone or "quiet",
        word,
        icon(mark.icon),
        word,
    )


@register.filter
def mark_icon(value: Any, kind: str) -> SafeString:
    """Only the icon, in its colour: for beside the word."""
    mark, _word = mark_of(kind, value)
    return icon(mark.icon, f"tone-{mark.tone or 'quiet'}")


@register.filter
def file_icon(content_type: str) -> SafeString:
    """An icon for a kind of file."""
    kinds = {"image": "image", "video": "film", "audio": "audio-lines", "text": "file-text"}
    exact_kinds = {"application/pdf": "file-text", "application/zip": "file-archive"}
    return icon(exact_kinds.get(content_type) or kinds.get(content_type.split("/")[0], "file"))


@register.filter
def gist(value: str, length: int = 160) -> str:
    """The beginning of a text on one line, without a greeting (a short first line that ends in a comma)."""
    first, _break, rest = str(value)[: length * 3].strip().partition("\n")
    greets = len(first) < GREETING and first.rstrip().endswith((",", "!", ":")) and rest.strip()
    line = " ".join((rest if greets else f"{first} {rest}").split())
    return line if len(line) <= length else f"{line[:length].rstrip()}…"


@register.filter
def linked(value: str) -> SafeString | str:
    """A text as it was typed, its addresses as links that open elsewhere and tell nobody where from."""
    if is_erased(value):
        return shown(value)
    html = urlize(str(value), nofollow=True, autoescape=True)
    html = html.replace('rel="nofollow"', 'rel="noopener noreferrer nofollow" target="_blank"')
    return mark_safe(_blackened(html))  # noqa: S308


def _blackened(html: str) -> str:
    """What was blacked out says so, to who points at it and to who listens."""
    said = escape(_("Blacked out for good"))
    spot = f'<span class="blackout" title="{said}" aria-hidden="true">{MARK}</span>'
    return html.replace(MARK, f'{spot}<span class="visually-hidden">{said}</span>')


@register.filter
def marked(value: str, words: str) -> SafeString:
    """A text with the words that were looked for set off."""
    wanted = "|".join(re.escape(word) for word in sorted(words.split(), key=len, reverse=True))
    pieces = re.split(f"({wanted})", str(value), flags=re.IGNORECASE) if wanted else [str(value)]
    html = (f"<mark>{escape(piece)}</mark>" if n % 2 else escape(piece) for n, piece in enumerate(pieces))
    return mark_safe("".join(html))  # noqa: S308


@register.filter
def in_fours(value: str) -> list[str]:
    """A key in groups that one can read off."""
    return [value[start : start + 4] for start in range(0, len(value), 4)]


@register.filter
def thousands(value: int) -> str:
    """A number as people write it."""
    return formats.number_format(value, use_l10n=True, force_grouping=True)


@register.filter
def problem(code: str) -> str:
    """Why something did not go out, in a sentence one can act on."""
    known = TwitterProblem if code in TwitterProblem.values else Problem
    return str(known(code).label) if code in known.values else str(Problem.PROTOCOL.label)
