"""The models of the privacy kernel."""

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
from privacy.models.binned import Binned
from privacy.models.custom import CustomField, CustomValue
from privacy.models.ending import EndedPerson
from privacy.models.grants import GroupGrant, UserGrant
from privacy.models.retention import PurgeRun, RetentionRule
from privacy.models.revelation import Revelation
from privacy.models.roles import FieldPermission, ModuleSharing, Profile, Role, SharingRule
from privacy.models.token import Token, TokenPurpose
from privacy.models.user import Theme, User

__all__ = [
    "Binned",
    "CustomField",
    "CustomValue",
    "EndedPerson",
    "EverythingManager",
    "FieldPermission",
    "GroupGrant",
    "LivingManager",
    "ModuleSharing",
    "Profile",
    "PurgeRun",
    "Record",
    "RecordQuerySet",
    "RetentionRule",
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
