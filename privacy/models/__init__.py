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
from privacy.models.custom import CustomField, CustomValue
from privacy.models.ending import EndedPerson
from privacy.models.factors import Authenticator, CompanyIdentity, KeyPair, Passkey, RecoveryCode
from privacy.models.grants import GroupGrant, UserGrant
from privacy.models.revelation import Revelation
from privacy.models.roles import FieldPermission, ModuleSharing, Profile, Role, SharingRule
from privacy.models.session import Session, Visit
from privacy.models.token import Token, TokenPurpose
from privacy.models.user import Theme, User

__all__ = [
    "Authenticator",
    "CompanyIdentity",
    "CustomField",
    "CustomValue",
    "EndedPerson",
    "EverythingManager",
    "FieldPermission",
    "GroupGrant",
    "KeyPair",
    "LivingManager",
    "ModuleSharing",
    "Passkey",
    "Profile",
    "Record",
    "RecordQuerySet",
    "RecoveryCode",
    "Revelation",
    "Role",
    "SealedQuerySet",
    "SealedRow",
    "Session",
    "SharingRule",
    "Theme",
    "Token",
    "TokenPurpose",
    "UnauditedWrite",
    "User",
    "UserGrant",
    "Visit",
    "among_living",
    "new_id",
]
