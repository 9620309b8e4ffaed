"""Where the links of a mail may lead, and whether they lead where they say."""

import re
import unicodedata
from urllib.parse import unquote

LONGEST = 8_000
LONGEST_TEXT = 600
ENDS = "".join(map(chr, (*range(0x21), 0x7F, 0xA0, 0x2028, 0x2029, 0xFEFF)))
BREAKS = re.compile(r"[\x00-\x1f\x7f]+")
BACKSLASH = "\\"
SPACE = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029\ufeff]+")
WEB = re.compile(r"^(https?):[\\/]*([^\\/?#]+)([^?#]*)(.*)$", re.IGNORECASE | re.DOTALL)
MAIL = re.compile(r"^mailto:[^\s<>\"]{1,2000}$", re.IGNORECASE)
PHONE = re.compile(r"^tel:[\d+().;=a-z*#_%-]{1,80}$", re.IGNORECASE)
HOST = re.compile(
    r"(https?:/{0,4})?(?<![\w.-])((?:[\w-]{1,63}\.){1,8}(?:xn--[\w-]{1,59}|[^\W\d_]{2,24}))(?![\w-])"
)
ADDRESS = re.compile(r"[^\s<>@,;:()\[\]\"']{1,64}@((?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24})")
FILES = frozenset(
    {"pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "odt", "ods", "jpg", "jpeg", "png", "gif", "txt"}
)
FILES |= {"csv", "html", "htm", "php", "js", "xml", "json", "eml", "msg", "ics"}
FORBIDDEN = re.compile(r"[\x00-\x20#%/:<>?@\[\\\]^|\x7f]")
INVISIBLE = re.compile(
    r"[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)
DOTS = str.maketrans({"。": ".", "．": ".", "｡": ".", "․": "."})


def safe(href: str) -> str:
    """The address of a link in the form in which browsers understand it; empty if it leads nowhere good."""
    href = BREAKS.sub("", href.strip(ENDS)).replace(" ", "%20")
    if not href or len(href) > LONGEST:
        return ""
    if href.startswith("//"):
        href = f"https:{href}"
    elif href[:4].lower() == "www.":
        href = f"http://{href}"
    web = WEB.match(href)
    if web is None:
        return _quoted(href) if MAIL.match(href) or PHONE.match(href) else ""
    scheme, authority, path, rest = web.groups()
    if "%20" in authority or not host(href):
        return ""
    return _quoted(f"{scheme.lower()}://{authority}{path.replace(BACKSLASH, '/')}{rest}")


def host(href: str) -> str:
    """The host that a web address leads to, or the domain of a mail address; as a browser reads it."""
    if href[:7].lower() == "mailto:":
        return _plain(unquote(href[7:].partition("?")[0]).rpartition("@")[2])
    web = WEB.match(href)
    if web is None:
        return ""
    name = web[2].rpartition("@")[2]
    if name.startswith("["):
        return _plain(name.partition("]")[0].lstrip("["))
    name = unquote(name.partition(":")[0])
    return "" if FORBIDDEN.search(name) else _plain(name)


def pretended(href: str, text: str) -> str:
    """The true host of a link whose text looks like another one; empty if the text is honest."""
    goes = host(href)
    if not goes:
        return ""
    said = INVISIBLE.sub("", unicodedata.normalize("NFKC", text[:LONGEST_TEXT])).translate(DOTS).casefold()
    is_mail = href[:7].lower() == "mailto:"
    hosts = [found[1] for found in ADDRESS.finditer(said)] if is_mail else _hosts(said)
    is_strange = bool(hosts) and _is_strange(goes)
    if is_strange or any(not _is_same(_plain(each), goes) for each in hosts[:3]):
        return _ascii(goes)
    return ""


def _hosts(said: str) -> list[str]:
    found = []
    for match in HOST.finditer(said):
        is_file = not match[1] and match[2].rpartition(".")[2] in FILES
        if not is_file:
            found.append(match[2])
    return found


def _is_same(said: str, goes: str) -> bool:
    """The same host, or one below the other: those have one owner."""
    said, goes = _ascii(said).removeprefix("www."), _ascii(goes).removeprefix("www.")
    return said == goes or goes.endswith(f".{said}") or said.endswith(f".{goes}")


def _is_strange(name: str) -> bool:
    """Whether a host has letters that look like Latin ones but aren't."""
    name = name.encode().decode("idna") if "xn--" in name and _is_decodable(name) else name
    return any(letter.isalpha() and not unicodedata.name(letter, "").startswith("LATIN") for letter in name)


def _is_decodable(name: str) -> bool:
    try:
        name.encode().decode("idna")
    except UnicodeError:
        return False
    return True


def _ascii(name: str) -> str:
    try:
        return name.encode("idna").decode("ascii")
    except UnicodeError:
        return name


def _plain(name: str) -> str:
    name = INVISIBLE.sub("", unicodedata.normalize("NFKC", name)).translate(DOTS)
    return SPACE.sub("", name).casefold().strip(".")


def _quoted(href: str) -> str:
    return href.replace("<", "%3C").replace(">", "%3E").replace('"', "%22").replace("`", "%60")
