"""All controls, the kernel's first; and a look at each of them."""

from privacy.compliance.control import Control, Finding, registered
from privacy.compliance.looking import CONTROLS


def controls() -> list[Control]:
    """Every control, in the order in which they are shown."""
    return [*CONTROLS, *registered()]


def findings() -> list[tuple[Control, Finding]]:
    """Look at all of them now."""
    return [(control, control.look()) for control in controls()]
