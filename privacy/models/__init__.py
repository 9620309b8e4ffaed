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
from privacy.models.erasure import ErasureMark
from privacy.models.grants import GroupGrant, UserGrant
from privacy.models.hold import LegalHold
from privacy.models.person import Person
from privacy.models.requests import DataRequest
from privacy.models.restriction import Objection, Restriction
from privacy.models.revelation import Revelation
from privacy.models.roles import FieldPermission, ModuleSharing, Profile, Role, SharingRule
from privacy.models.token import Token, TokenPurpose
from privacy.models.user import Theme, User

__all__ = [
    "CustomField",
    "CustomValue",
    "DataRequest",
    "EndedPerson",
    "ErasureMark",
    "EverythingManager",
    "FieldPermission",
    "GroupGrant",
    "LegalHold",
    "LivingManager",
    "ModuleSharing",
    "Objection",
    "Person",
    "Profile",
    "Record",
    "RecordQuerySet",
    "Restriction",
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
