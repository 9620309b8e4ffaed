"""Sealed files in an object store: against a real server that speaks S3."""

import random
import runpy
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from moto.server import ThreadedMotoServer

from privacy.models import User
from privacy.vault.errors import Tampered
from privacy.vault.files import HEADER
from tests import factories
from tickets.models import Attachment, Message

pytestmark = pytest.mark.django_db(databases=["default", "vault"])
BUCKET, REGION, KEY, SECRET = "helpdesk-files", "eu-central-1", "a-key", "a-secret"
LARGE = random.Random(1).randbytes(8 * 1024 * 1024 + 7)  # more than one part of an upload
Attach = Callable[[bytes], Attachment]


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of an object store."""
    running = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    running.start()
    host, port = running.get_host_and_port()
    yield f"http://{host}:{port}"
    running.stop()


@pytest.fixture
def bucket(server: str, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """An empty bucket, where files go to with the settings of an installation that names it."""
    given = {
        "BUCKET": BUCKET,
        "ENDPOINT_URL": server,
        "REGION": REGION,
        "ACCESS_KEY": KEY,
        "SECRET_KEY": SECRET,
    }
    for name, value in given.items():
        monkeypatch.setenv(f"S3_{name}", value)
    settings.STORAGES = runpy.run_path("helpdesk/settings.py")["STORAGES"]
    store = boto3.resource(
        "s3", endpoint_url=server, region_name=REGION, aws_access_key_id=KEY, aws_secret_access_key=SECRET
    )
    made = store.Bucket(BUCKET)
    made.create(CreateBucketConfiguration={"LocationConstraint": REGION})
    yield made
    made.objects.all().delete()
    made.delete()


@pytest.fixture
def attach(department: object, bucket: Any) -> Attach:
    message: Message = factories.MessageFactory()

    def attached(content: bytes) -> Attachment:
        row = Attachment(message=message, filename="a.bin", size=len(content))
        row.content.save("passport.pdf", ContentFile(content), save=False)
        row.save()
        return row

    return attached


def stored(bucket: Any) -> dict[str, bytes]:
    return {each.key: each.get()["Body"].read() for each in bucket.objects.all()}


def test_a_file_goes_up_in_parts_and_comes_down_as_a_stream(
    attach: Attach, bucket: Any, client: Client, agent: User
) -> None:
    row = attach(LARGE)
    ((name, sealed),) = stored(bucket).items()
    assert (name, sealed[:2]) == (row.content.name, HEADER)
    assert LARGE[:64] not in sealed
    assert bucket.Object(name).e_tag.endswith('-2"')  # two parts

    with row.content.storage.open(name) as stream:
        stream.read(10)
        assert stream.file.tell() == 10  # the rest is still at the server

    client.force_login(agent)
    answer = client.get(reverse("desk:attachment", args=[row.pk]))
    assert b"".join(answer.streaming_content) == LARGE  # type: ignore[attr-defined]


def test_a_replaced_and_a_deleted_file_are_gone(
    attach: Attach, bucket: Any, django_capture_on_commit_callbacks: Any
) -> None:
    row = attach(b"first")
    with django_capture_on_commit_callbacks(execute=True):
        row.content.save("", ContentFile(b"second"))
    assert list(stored(bucket)) == [row.content.name]
    assert Attachment.objects.get(pk=row.pk).content.read_plain() == b"second"
    row.content.delete(save=False)
    assert stored(bucket) == {}


def test_what_is_lost_or_changed_at_the_server_is_told(
    attach: Attach, bucket: Any, client: Client, agent: User
) -> None:
    row = attach(b"content")
    name, sealed = row.content.name, next(iter(stored(bucket).values()))
    bucket.Object(name).put(Body=sealed[:-1])
    with pytest.raises(Tampered):
        row.content.read_plain()
    bucket.Object(name).delete()
    with pytest.raises(FileNotFoundError):
        row.content.read_plain()
    client.force_login(agent)
    assert client.get(reverse("desk:attachment", args=[row.pk])).status_code == 404
