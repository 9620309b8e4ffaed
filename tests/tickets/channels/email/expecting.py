"""The table of what becomes of each mail in tests/mails, in a form that people can read."""

import json
import os
from pathlib import Path
from typing import Any

MAILS = Path(__file__).parents[3] / "mails"
TABLE = Path(__file__).parent / "corpus.json"
LONG, MANY = 300, 5


def short(said: dict[str, Any]) -> dict[str, Any]:
    """A line of ``receive_mail --json``, without what is empty, with long things cut."""
    kept = {
        name: value for name, value in said.items() if name not in ("file", "ticket", "body_text") and value
    }
    files = kept.pop("attachments", [])
    if files:
        kept["attachments"] = [_file(each) for each in files[:MANY]]
        kept["attachments_count"] = len(files)
    return {name: _cut(value) for name, value in kept.items()}


def _file(file: dict[str, Any]) -> str:
    content_id = f" <{file['content_id']}>" if file["content_id"] else ""
    return f"{_cut(file['filename'])} {file['content_type']} {file['size']} {file['sha256'][:12]}{content_id}"


def _cut(value: Any) -> Any:
    if isinstance(value, str) and len(value) > LONG:
        return f"{value[:LONG]}… ({len(value)})"
    return [*value[:MANY], len(value)] if isinstance(value, list) and len(value) > MANY else value


def table(found: dict[str, Any]) -> dict[str, Any]:
    """What is expected; with ``WRITE_EXPECTED=1`` that is what was found: read the difference before you commit."""
    if os.environ.get("WRITE_EXPECTED"):
        TABLE.write_text(json.dumps(found, ensure_ascii=False, indent=1, sort_keys=True) + "\n")
    expected: dict[str, Any] = json.loads(TABLE.read_text())
    return expected
