"""Files in an S3-compatible object store, read as they come."""

from botocore.exceptions import ClientError
from django.core.files.base import File
from storages.backends.s3 import S3Storage
from storages.utils import clean_name


class StreamingS3Storage(S3Storage):
    """django-storages' own, which fetches a whole file before the first byte can be read."""

    def _open(self, name: str, mode: str = "rb") -> File:
        """The content as it arrives, to be read once. Raises FileNotFoundError."""
        try:
            found = self.bucket.Object(self._normalize_name(clean_name(name))).get()
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
                raise FileNotFoundError(name) from None
            raise
        return File(found["Body"], name)
