"""The audit: what isn't a row's change is recorded here; rows record themselves where history is written.

``record`` says that something was done now; ``record_rows`` says the same of many rows in one statement;
``record_sum`` says how many rows one act was done to.
"""

from privacy.audit.recording import record, record_rows, record_sum, sum_of
from privacy.enums import Cause, Deed

__all__ = ["Cause", "Deed", "record", "record_rows", "record_sum", "sum_of"]
