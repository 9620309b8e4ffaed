"""The models of the privacy kernel."""

from privacy.models.audit import AuditBatch, AuditEvent
from privacy.models.base import (
    EverythingManager,
    LivingManager,
    Record,
    RecordQuerySet,
    SealedQuerySet,
    SealedRow,
    UnauditedWrite,
    among_living,
    new_id,
)
from privacy.models.custom import CustomField, CustomValue
from privacy.models.ending import EndedPerson
from privacy.models.grants import GroupGrant, UserGrant
from privacy.models.opening import How, Opening, OpeningAlarm
from privacy.models.revelation import Revelation
from privacy.models.roles import FieldPermission, ModuleSharing, Profile, Role, SharingRule
from privacy.models.token import Token, TokenPurpose
from privacy.models.user import Theme, User

__all__ = [
    "AuditBatch",
    "AuditEvent",
    "CustomField",
    "CustomValue",
    "EndedPerson",
    "EverythingManager",
    "FieldPermission",
    "GroupGrant",
    "How",
    "LivingManager",
    "ModuleSharing",
    "Opening",
    "OpeningAlarm",
    "Profile",
    "Record",
    "RecordQuerySet",
    "Revelation",
    "Role",
    "SealedQuerySet",
    "SealedRow",
    "SharingRule",
    "Theme",
    "Token",
    "TokenPurpose",
    "UnauditedWrite",
    "User",
    "UserGrant",
    "among_living",
    "new_id",
]
