"""The auditor's folder: every control with its state and facts, as JSON and as a page; checksums of both."""

import hashlib
import json
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language

from privacy import compliance
from privacy.compliance import Control, Finding

SUMS = "SHA256SUMS"
MAPPING = settings.BASE_DIR / "docs" / "controls.md"
STYLES = ("tokens.css", "evidence.css")


def pack(folder: Path) -> Path:
    """Fill a folder, which may not hold anything yet. Raises FileExistsError, OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise FileExistsError(f"{folder} isn’t empty.")
    found, made_at = compliance.findings(), timezone.now()
    about = {"company": settings.COMPANY_NAME, "region": settings.REGION, "made_at": made_at}
    controls = [_as_data(*pair) for pair in found]
    (folder / "controls.json").write_text(_json({**about, "controls": controls}))
    page = {**about, "found": found, "styles": STYLES, "language": get_language()}
    (folder / "controls.html").write_text(render_to_string("helpdesk/evidence.html", page))
    for name in STYLES:
        (folder / name).write_bytes((settings.BASE_DIR / "helpdesk/static/css" / name).read_bytes())
    (folder / MAPPING.name).write_bytes(MAPPING.read_bytes())
    _sum(folder)
    return folder


def _as_data(control: Control, finding: Finding) -> dict[str, Any]:
    return {
        "key": control.key,
        "title": str(control.title),
        "about": str(control.about),
        "state": finding.state.value,
        "said": str(finding.said),
        "facts": {fact.code: fact.value for fact in finding.facts},
    }


def _json(data: Any) -> str:
    def moment(value: Any) -> str:
        if isinstance(value, datetime):
            return value.isoformat()
        raise TypeError(type(value).__name__)

    return json.dumps(data, indent=1, ensure_ascii=False, default=moment) + "\n"


def _sum(folder: Path) -> None:
    """As ``sha256sum --check`` reads it."""
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in sorted(folder.iterdir())
    ]
    (folder / SUMS).write_text("".join(lines))
