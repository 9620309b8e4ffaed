"""The models of the privacy kernel."""

from privacy.models.base import (
    EverythingManager,
    LivingManager,
    Record,
    RecordQuerySet,
    SealedQuerySet,
    SealedRow,
    UnauditedWrite,
    new_id,
)
from privacy.models.token import Token, TokenPurpose
from privacy.models.user import Theme, User

__all__ = [
    "EverythingManager",
    "LivingManager",
    "Record",
    "RecordQuerySet",
    "SealedQuerySet",
    "SealedRow",
    "Theme",
    "Token",
    "TokenPurpose",
    "UnauditedWrite",
    "User",
    "new_id",
]
