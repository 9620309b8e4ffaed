"""Servers brought along: shared, kept, and gone with their last user, however that one ended."""

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import psycopg2
import pytest

from helpdesk import embedded
from helpdesk.embedded import keeper, using
from helpdesk.embedded.binaries import Programs
from helpdesk.embedded.using import Use

ROOT = Path(__file__).parents[2]
USER = """
import sys, time
from pathlib import Path
sys.path.append("helpdesk")
from embedded.using import Use
use = Use(Path(sys.argv[1]), lasting=True)
use.begin()
print(use.await_ready(), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def valkey(tmp_path: Path) -> Path:
    return tmp_path / "valkey"


@pytest.fixture
def postgres(tmp_path: Path) -> Path:
    return tmp_path / "postgres"


def somebody(folder: Path) -> "subprocess.Popen[str]":
    """Another process that uses the server."""
    command = [sys.executable, "-c", USER, str(folder)]
    return subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    )


def address(user: "subprocess.Popen[str]") -> Path:
    assert user.stdout
    return Path(user.stdout.readline().strip())


def written(folder: Path) -> dict[str, int]:
    found: dict[str, int] = json.loads((folder / "state.json").read_text())
    return found


def soon(is_so: Callable[[], bool], patience: float = 20.0) -> bool:
    deadline = time.monotonic() + patience
    while not is_so() and time.monotonic() < deadline:
        time.sleep(0.02)
    return is_so()


def answers(run: Path) -> bool:
    try:
        with socket.socket(socket.AF_UNIX) as asking:
            asking.connect(str(run / "valkey.sock"))
            asking.sendall(b"PING\r\n")
            return asking.recv(64) == b"+PONG\r\n"
    except OSError:
        return False


def is_gone(*processes: int) -> bool:
    return not any(
        psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE for pid in processes
    )


def query(run: Path, sql: str) -> list[tuple[object, ...]]:
    connection = psycopg2.connect(host=str(run), user="helpdesk", dbname="helpdesk")
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(sql)
            return list(cursor.fetchall()) if cursor.description else []
    finally:
        connection.close()


def test_postgres_keeps_what_was_written(postgres: Path) -> None:
    use = Use(postgres, lasting=True)
    use.begin()
    run = use.await_ready()
    query(run, "CREATE TABLE kept AS SELECT lower('ÄÖÜ') AS word")
    sql = "SELECT current_setting('wal_level'), current_setting('fsync'), current_setting('listen_addresses')"
    assert query(run, sql) == [("logical", "on", "")]
    assert psutil.Process(written(postgres)["server"]).uids().real != 0
    use.end()
    assert not run.exists()

    use = Use(postgres, lasting=True)
    use.begin()
    assert query(use.await_ready(), "SELECT word FROM kept") == [("äöü",)]
    use.end()


def test_postgres_comes_back_after_its_process_was_killed(postgres: Path) -> None:
    use = Use(postgres, lasting=True)
    use.begin()
    run = use.await_ready()
    query(run, "CREATE TABLE kept AS SELECT 1 AS one")
    first = written(postgres)["server"]
    os.kill(first, signal.SIGKILL)
    assert soon(lambda: written(postgres)["server"] != first and bool(written(postgres)["ready"]))
    assert query(run, "SELECT one FROM kept") == [(1,)]
    use.end()


def test_postgres_starts_after_everything_was_killed(postgres: Path) -> None:
    user = somebody(postgres)
    query(address(user), "CREATE TABLE kept AS SELECT 1 AS one")
    state = written(postgres)
    for pid in (user.pid, state["keeper"], state["server"]):
        os.kill(pid, signal.SIGKILL)
    user.wait()
    assert soon(lambda: is_gone(state["keeper"], state["server"]))
    (postgres / "data" / "postmaster.pid").write_text(
        f"{os.getpid()}\n"
    )  # as if the number were in use again

    use = Use(postgres, lasting=True)
    use.begin()
    assert query(use.await_ready(), "SELECT one FROM kept") == [(1,)]
    use.end()


def test_data_of_another_version_is_left_alone(postgres: Path) -> None:
    (postgres / "data").mkdir(parents=True)
    (postgres / "data" / "PG_VERSION").write_text("9\n")
    use = Use(postgres, lasting=True)
    use.begin()
    with pytest.raises(
        embedded.Trouble, match=r"is of PostgreSQL 9, but here is \d+\. Move that folder away"
    ):
        use.await_ready()
    assert os.listdir(postgres / "data") == ["PG_VERSION"]


def test_who_comes_second_shares_and_the_last_one_ends_it(valkey: Path) -> None:
    first, second = somebody(valkey), somebody(valkey)
    run = address(first)
    assert address(second) == run
    first.communicate("")
    assert answers(run)
    state = written(valkey)
    second.communicate("")
    assert is_gone(state["keeper"], state["server"])
    assert not run.exists()


def test_many_at_once_share_one_server(valkey: Path) -> None:
    users = [somebody(valkey) for _ in range(5)]
    assert len({address(user) for user in users}) == 1
    state = written(valkey)
    for user in users:
        user.communicate("")
    assert is_gone(state["keeper"], state["server"])


def test_a_killed_user_leaves_nothing_running(valkey: Path) -> None:
    user = somebody(valkey)
    address(user)
    state = written(valkey)
    user.kill()
    user.wait()
    assert soon(lambda: is_gone(state["keeper"], state["server"]))


def test_a_killed_keeper_takes_its_server_along_and_is_renewed_at_the_same_address(valkey: Path) -> None:
    use = Use(valkey, lasting=True)
    use.begin()
    run = use.await_ready()
    state = written(valkey)
    os.kill(state["keeper"], signal.SIGKILL)
    assert soon(lambda: is_gone(state["keeper"], state["server"]))
    assert use.renew()
    assert answers(run)
    assert not use.renew()
    use.end()


def test_passing_servers_leave_no_folder() -> None:
    folder = using.passing_folder()
    use = Use(folder / "valkey", lasting=False)
    use.begin()
    run = use.await_ready()
    use.end()
    assert soon(lambda: not folder.exists())
    assert not run.exists()


def test_what_killed_test_runs_left_is_swept() -> None:
    folder = using.passing_folder()
    run = keeper.Keeper("valkey", folder / "valkey", lasting=False)
    (folder / "valkey").mkdir()
    abandoned = run._run_folder()
    os.utime(folder, (0, 0))
    using.passing_folder().rmdir()
    assert not folder.exists()
    assert not abandoned.exists()


def test_addresses_in_the_environment_win(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("DATABASE_URL", "VAULT_DATABASE_URL", "REDIS_URL"):
        monkeypatch.setenv(name, "somewhere://else")
    assert embedded.connect("run", tmp_path) == {}
    assert os.listdir(tmp_path) == []


def test_only_what_is_missing_is_brought_along(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATABASE_URL", "somewhere://else")
    monkeypatch.setenv("VAULT_DATABASE_URL", "somewhere://else")
    monkeypatch.delenv("REDIS_URL", raising=False)
    found = embedded.connect("run", tmp_path)
    assert list(found) == ["REDIS_URL"]
    assert answers(Path(found["REDIS_URL"].removeprefix("unix://").removesuffix("/valkey.sock?db=0")))
    assert os.listdir(tmp_path) == ["valkey"]
    embedded._uses.pop().end()


@pytest.mark.parametrize(
    ("redis", "celery"),
    [
        ("redis://host:6379/2", "redis://host:6379/2"),
        ("unix:///run/valkey.sock?db=3", "redis+socket:///run/valkey.sock?virtual_host=3"),
    ],
)
def test_celery_spells_addresses_its_own_way(redis: str, celery: str) -> None:
    assert embedded.celery_url(redis) == celery


def test_programs_below_a_closed_home_are_copied_with_their_libraries(tmp_path: Path) -> None:
    site, run = tmp_path / "home" / "site-packages", tmp_path / "run"
    for place in ("embedded/bin/initdb", "embedded/bin/psql", "embedded/share/x", "embedded.libs/libpq.so"):
        (site / place).parent.mkdir(parents=True, exist_ok=True)
        (site / place).touch()
    (tmp_path / "home").chmod(stat.S_IRWXU)
    programs = Programs(site / "embedded" / "bin", (site / "embedded", site / "embedded.libs"))
    assert programs.reachable(run) == run / "programs" / "embedded" / "bin"
    copied = {str(file.relative_to(run / "programs")) for file in run.rglob("*") if file.is_file()}
    assert copied == {"embedded/bin/initdb", "embedded/share/x", "embedded.libs/libpq.so"}


def test_a_socket_path_is_short_wherever_temporary_files_are(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    long = tmp_path / ("long" * 20)
    long.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(long))
    run = keeper.Keeper("postgres", tmp_path, lasting=True)._run_folder()
    assert len(str(run / ".s.PGSQL.5432")) < 100
    run.rmdir()
