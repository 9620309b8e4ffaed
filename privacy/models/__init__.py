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
from privacy.models.binned import Binned
from privacy.models.breach import Breach
from privacy.models.consent import ConsentAnswer, ConsentPurpose, ConsentWording, SaidForGood
from privacy.models.controller import Controller, RecipientPlace
from privacy.models.custom import CustomField, CustomValue
from privacy.models.ending import EndedPerson
from privacy.models.erasure import ErasureMark
from privacy.models.export import (
    DisclosedPeople,
    Disclosure,
    ExportJob,
    Format,
    Parcel,
    ParcelState,
    PersonPackage,
)
from privacy.models.factors import Authenticator, CompanyIdentity, KeyPair, Passkey, RecoveryCode
from privacy.models.grants import GroupGrant, UserGrant
from privacy.models.hold import LegalHold
from privacy.models.opening import How, Opening, OpeningAlarm
from privacy.models.person import Person
from privacy.models.proof import Proof, Proved
from privacy.models.requests import DataRequest, Letter
from privacy.models.restriction import Objection, Restriction
from privacy.models.retention import PurgeRun, RetentionRule
from privacy.models.revelation import Revelation
from privacy.models.roles import FieldPermission, ModuleSharing, Profile, Role, SharingRule
from privacy.models.session import Session, Visit
from privacy.models.together import together
from privacy.models.token import Token, TokenPurpose
from privacy.models.user import Theme, User

__all__ = [
    "AuditBatch",
    "AuditEvent",
    "Authenticator",
    "Binned",
    "Breach",
    "CompanyIdentity",
    "ConsentAnswer",
    "ConsentPurpose",
    "ConsentWording",
    "Controller",
    "CustomField",
    "CustomValue",
    "DataRequest",
    "DisclosedPeople",
    "Disclosure",
    "EndedPerson",
    "ErasureMark",
    "EverythingManager",
    "ExportJob",
    "FieldPermission",
    "Format",
    "GroupGrant",
    "How",
    "KeyPair",
    "LegalHold",
    "Letter",
    "LivingManager",
    "ModuleSharing",
    "Objection",
    "Opening",
    "OpeningAlarm",
    "Parcel",
    "ParcelState",
    "Passkey",
    "Person",
    "PersonPackage",
    "Profile",
    "Proof",
    "Proved",
    "PurgeRun",
    "RecipientPlace",
    "Record",
    "RecordQuerySet",
    "RecoveryCode",
    "Restriction",
    "RetentionRule",
    "Revelation",
    "Role",
    "SaidForGood",
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
    "together",
]
