"""Custom fields at work: which there are for whom, their values read, written, found, told and converted."""

from privacy.custom.declaring import declarations
from privacy.custom.definitions import definitions, modules
from privacy.custom.filtering import find, having, within
from privacy.custom.reading import Slot, shown, slots, values
from privacy.custom.telling import told
from privacy.custom.writing import fill, set_values

__all__ = [
    "Slot",
    "declarations",
    "definitions",
    "fill",
    "find",
    "having",
    "modules",
    "set_values",
    "shown",
    "slots",
    "told",
    "values",
    "within",
]
