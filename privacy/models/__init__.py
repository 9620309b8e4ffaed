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
from privacy.models.consent import ConsentAnswer, ConsentPurpose, ConsentWording, SaidForGood
from privacy.models.custom import CustomField, CustomValue
from privacy.models.ending import EndedPerson
from privacy.models.grants import GroupGrant, UserGrant
from privacy.models.revelation import Revelation
from privacy.models.roles import FieldPermission, ModuleSharing, Profile, Role, SharingRule
from privacy.models.token import Token, TokenPurpose
from privacy.models.user import Theme, User

__all__ = [
    "ConsentAnswer",
    "ConsentPurpose",
    "ConsentWording",
    "CustomField",
    "CustomValue",
    "EndedPerson",
    "EverythingManager",
    "FieldPermission",
    "GroupGrant",
    "LivingManager",
    "ModuleSharing",
    "Profile",
    "Record",
    "RecordQuerySet",
    "Revelation",
    "Role",
    "SaidForGood",
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
