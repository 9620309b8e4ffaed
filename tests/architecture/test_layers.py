"""Who may import whom, what modules are called, and that each says what lives in it."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source import APPS, ROOT, imports_in_functions, modules, tree

SHAPELESS = {"utils", "helpers", "common", "services", "managers", "misc", "base_utils", "tools"}

#: Where an import inside a function is meant: the framework calls it when the apps are there.
MEANT = {
    ("helpdesk/celery.py", "_check_keys"),
    ("privacy/vault/keys.py", "forget_between_requests"),
}


def lint(folder: Path) -> "subprocess.CompletedProcess[str]":
    program = Path(sys.executable).parent / "lint-imports"
    config = str(ROOT / "pyproject.toml")
    return subprocess.run(
        [program, "--config", config, "--cache-dir", str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_contracts_hold(tmp_path: Path) -> None:
    done = lint(tmp_path)
    assert done.returncode == 0, done.stdout
    assert "6 kept, 0 broken" in done.stdout


def test_nothing_escapes_them(tmp_path: Path) -> None:
    """Imports under TYPE_CHECKING or inside functions would hide a circle."""
    assert [name for name in modules() if "TYPE_CHECKING" in modules()[name].read_text()] == []
    hidden = [
        (name, function, module)
        for name in modules()
        for function, module in imports_in_functions(name)
        if module.partition(".")[0] in APPS
        and not (name.endswith("apps.py") and function == "ready")
        and (name, function) not in MEANT
    ]
    assert hidden == []


def test_modules_are_named_for_what_they_hold() -> None:
    assert [name for name in modules() if Path(name).stem in SHAPELESS] == []


@pytest.mark.parametrize("name", modules())
def test_a_module_says_what_lives_in_it(name: str) -> None:
    module = tree(name)
    said = ast.get_docstring(module)
    assert said or not module.body, f"{name} has code and no docstring"
    if said:
        assert len(said.splitlines()[0]) <= 120


def test_the_source_is_really_read() -> None:
    assert {"privacy/vault/fields.py", "tickets/lifecycle.py", "helpdesk/urls.py"} <= set(modules())
