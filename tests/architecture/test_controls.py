"""docs/controls.md speaks of the controls that there are, and of no others."""

import re

from privacy.compliance import controls
from tests.architecture.source import ROOT

ROW = re.compile(r"^\| `(\w+)` \|(.+)\|(.+)\|(.+)\|(.+)\|$", re.MULTILINE)


def test_every_control_is_mapped_and_nothing_else() -> None:
    rows = ROW.findall((ROOT / "docs/controls.md").read_text())
    assert [key for key, *_ in rows] == [control.key for control in controls()]
    for key, _enforced, iso, soc, gdpr in rows:
        assert re.search(r"A\.[5-8]\.\d", iso), key
        assert re.search(r"(CC|A|C|P|PI)\d\.\d", soc), key
        assert re.search(r"\d", gdpr), key
