"""The register of processing (Art. 30 GDPR): made from the models' declarations whenever somebody asks."""

from privacy.register.assembling import Register, assemble, count
from privacy.register.controllers import controller, describe, locate
from privacy.register.recipients import Recipient, from_source

__all__ = ["Recipient", "Register", "assemble", "controller", "count", "describe", "from_source", "locate"]
