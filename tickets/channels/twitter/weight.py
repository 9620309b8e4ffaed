"""How long a post is, as X counts: an address is 23, most writing 1 a letter, other scripts and signs 2."""

import re
import unicodedata

MOST_PUBLIC, MOST_DIRECT = 280, 10_000
ADDRESS = re.compile(r"https?://\S+")
WEIGHT_OF_ADDRESS = 23
LIGHT = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))


def weight(text: str) -> int:
    """The length that counts against 280 (twitter-text's configuration 3)."""
    text = unicodedata.normalize("NFC", text)
    addresses = len(ADDRESS.findall(text))
    return addresses * WEIGHT_OF_ADDRESS + sum(map(_of_sign, ADDRESS.sub("", text)))


def _of_sign(sign: str) -> int:
    return 1 if any(first <= ord(sign) <= last for first, last in LIGHT) else 2
