"""What every page's frame shows: company, region, appearance, and on the desk the views with their counts."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

THEMES = ("auto", "light", "dark")


def theme(request: HttpRequest) -> str:
    """The appearance that this person chose: their own setting, else their browser's cookie."""
    chosen = getattr(getattr(request, "user", None), "theme", None) or request.COOKIES.get("theme", "auto")
    return chosen if chosen in THEMES else "auto"


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context of base.html and the frames."""
    return {
        "company": settings.COMPANY_NAME,
        "region": settings.REGION,
        "theme": theme(request),
        "attachment_max_bytes": settings.ATTACHMENT_MAX_BYTES,
        "attachment_max_count": settings.ATTACHMENT_MAX_COUNT,
    }
