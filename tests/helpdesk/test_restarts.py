"""What runs on outlives its servers."""

from tests.processes import Installation

ASK = "from privacy.tasks import forget_expired_tokens; forget_expired_tokens.delay()"


def test_a_worker_goes_on_after_its_servers_were_killed(installation: Installation) -> None:
    worker = installation.worker()
    worker.start()
    installation.python(ASK)
    worker.await_line("succeeded in")
    try:
        for kind in ("postgres", "valkey"):
            installation.restart(kind)
            since = worker.log.stat().st_size
            installation.python(ASK)
            worker.await_line("succeeded in", since=since)
    finally:
        worker.kill()
