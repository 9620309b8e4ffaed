"""Receipts for machines: what a person said, as records of ISO/IEC TS 27560:2023 and Kantara receipts 1.1."""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django.conf import settings

from privacy import actor
from privacy.enums import Decision
from privacy.models import ConsentAnswer

SCHEMA = "ISO/IEC TS 27560:2023"
KANTARA = "KI-CR-v1.1.0"
STATES = {
    Decision.GIVEN: "consent given",
    Decision.REFUSED: "consent refused",
    Decision.WITHDRAWN: "consent withdrawn",
    Decision.PENDING: "consent requested",
}


def receipt(
    subject_id: UUID, answers: Iterable[ConsentAnswer], *, places: Callable[[str], str], page: str
) -> dict[str, Any]:
    """One document for one person. ``places`` puts a form's code in words; ``page`` is where to withdraw."""
    said = list(answers)
    return {
        "receipt_metadata": {
            "schema_version": SCHEMA,
            "receipt_time": actor.now().isoformat(),
            "pii_principal_id": str(subject_id),
        },
        "consent_records": [_record(each, places(each.form), page) for each in said],
        "kantara_receipts": [_kantara(each, page) for each in said if each.decision == Decision.GIVEN],
    }


def _record(answer: ConsentAnswer, where: str, page: str) -> dict[str, Any]:
    wording = answer.wording
    return {
        "record_metadata": {
            "schema_version": SCHEMA,
            "record_id": str(answer.pk),
            "pii_principal_id": str(answer.subject_id),
        },
        "pii_processing": {
            "privacy_notice": page,
            "language": wording.language,
            "purposes": [
                {
                    "purpose": wording.title,
                    "purpose_description": wording.text,
                    "purpose_type": answer.purpose.key,
                    "lawful_basis": "consent",
                    "collection_method": where,
                    "withdrawal_method": page,
                    "storage_locations": [settings.REGION],
                    "notice_version": answer.version,
                    "notice_sha256": answer.digest,
                }
            ],
        },
        "party_identification": [
            {
                "party_role": "PII controller",
                "party_name": settings.COMPANY_NAME,
                "party_url": settings.SITE_URL,
            }
        ],
        "events": [
            {
                "event_time": answer.created_at.isoformat(),
                "event_type": "explicit",
                "event_state": STATES[Decision(answer.decision)],
                "entity_id": str(answer.actor_id or ""),
                "validity_until": answer.expires_at.isoformat() if answer.expires_at else None,
            }
        ],
    }


def _kantara(answer: ConsentAnswer, page: str) -> dict[str, Any]:
    return {
        "version": KANTARA,
        "jurisdiction": settings.REGION,
        "consentTimestamp": int(answer.created_at.timestamp()),
        "collectionMethod": answer.form,
        "consentReceiptID": str(answer.pk),
        "language": answer.wording.language,
        "piiPrincipalId": str(answer.subject_id),
        "piiControllers": [{"piiController": settings.COMPANY_NAME, "piiControllerUrl": settings.SITE_URL}],
        "policyUrl": page,
        "services": [
            {
                "service": settings.COMPANY_NAME,
                "purposes": [
                    {
                        "purpose": answer.wording.title,
                        "consentType": "EXPLICIT",
                        "primaryPurpose": False,
                        "termination": page,
                        "thirdPartyDisclosure": False,
                    }
                ],
            }
        ],
        "sensitive": False,
        "spiCat": [],
    }
