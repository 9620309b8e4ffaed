"""The register as a file: CSV with a line for each field, JSON with everything."""

import csv
import io
import json
from typing import Any

from privacy.formulas import harmless
from privacy.models import Controller
from privacy.register.assembling import Activity, Register
from privacy.register.entries import Entry
from privacy.register.recipients import Located

DETAILS = [each.name for each in Controller._meta.concrete_fields if each.editable]


def as_csv(register: Register) -> str:
    """One line for each declared field; nothing in it is taken for a formula by a spreadsheet."""
    rows = [{**_entry(register, entry), **_circumstances(activity)} for entry, activity in register.entries()]
    columns = list(dict.fromkeys(name for row in rows for name in row))
    file = io.StringIO()
    writer = csv.DictWriter(file, columns, restval="")
    writer.writeheader()
    writer.writerows({name: _cell(value) for name, value in row.items()} for row in rows)
    return file.getvalue()


def as_json(register: Register) -> str:
    """Controller, activities with their fields, what is nobody's data, recipients, consents."""
    whole = {
        "schema": "helpdesk/register/1",
        "moment": register.moment.isoformat(),
        "counted_at": register.counted_at.isoformat() if register.counted_at else None,
        "region": register.region,
        "controller": {name: getattr(register.controller, name) for name in DETAILS},
        "activities": [
            {**_circumstances(each), "fields": [_entry(register, entry) for entry in each.entries]}
            for each in register.activities
        ],
        "not_personal": [_entry(register, entry) for entry in register.others],
        "recipients": [_recipient(each) for each in register.recipients],
        "files": [
            {"model": each.model, "times": each.times, "rows": each.rows, "last": each.last.isoformat()}
            for each in register.left
        ],
        "consents": [
            {"key": each.purpose.key, "version": each.version, "given": each.given}
            for each in register.consents
        ],
    }
    return json.dumps(whole, ensure_ascii=False, indent=2)


def _entry(register: Register, entry: Entry) -> dict[str, Any]:
    said: dict[str, Any] = {
        "module": entry.record,
        "model": entry.model._meta.label_lower,
        "field": entry.field,
        "label": entry.label,
        "kind": entry.kind,
        "category": str(entry.category.label) if entry.category else "",
        "basis": str(entry.basis.label) if entry.basis else "",
        "protection": entry.protection,
        "on_erase": str(entry.on_erase.label) if entry.on_erase else "",
        "why_not_personal": entry.why,
    }
    if entry.custom is not None:
        said["values"] = register.values.get(entry.custom.pk, 0)
    return said


def _circumstances(activity: Activity | None) -> dict[str, Any]:
    if activity is None:
        return {}
    return {
        "activity": activity.name,
        "purpose": str(activity.purpose.label),
        "whose": activity.whose,
        "rows": activity.rows,
        "persons": activity.persons,
        "retention": activity.retention,
        "recipients": activity.recipient_names,
    }


def _recipient(each: Located) -> dict[str, Any]:
    return {
        "key": each.recipient.key,
        "name": each.recipient.name,
        "role": str(each.recipient.role),
        "gets": sorted(each.recipient.models) or "everything",
        "place": each.place.place if each.place else None,
        "safeguard": each.place.safeguard if each.place else None,
        "has_contract": each.place.has_contract if each.place else None,
    }


def _cell(value: Any) -> Any:
    if isinstance(value, list):
        value = "; ".join(value)
    return harmless(value)
