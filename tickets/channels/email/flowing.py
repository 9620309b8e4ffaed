"""Text as it was typed: flowed lines joined (RFC 3676), uuencoded files taken out."""

import re

from tickets.channels.email import parts

UU_BLOCK = re.compile(r"^begin(?:-base64)? [0-7]{3,4} ([^\n]{1,255})\n(.*?)^(?:end|====)[ \t]*$", re.MULTILINE | re.DOTALL)


def unflow(text: str, *, delete_space: bool = False) -> str:
    """Lines that end in a space go on in the next one, as long as they are quoted equally deep."""
    out: list[str] = []
    open_depth: int | None = None
    for line in text.split("\n"):
        bare = line.lstrip(">")
        depth = len(line) - len(bare)
        bare = bare.removeprefix(" ")
        is_signature = bare == "-- "
        if open_depth == depth and not is_signature:
            out[-1] += bare
        else:
            out.append((">" * depth + " " if depth else "") + bare)
        open_depth = None
        if bare.endswith(" ") and not is_signature:
            open_depth = depth
            if delete_space:
                out[-1] = out[-1][:-1]
    return "\n".join(out)


def take_out_uuencoded(text: str) -> tuple[str, list[tuple[str, bytes]]]:
    """The text without its uuencoded files, and those files by name."""
    if "begin " not in text:
        return text, []
    files: list[tuple[str, bytes]] = []

    def keep(found: re.Match[str]) -> str:
        content = parts.uudecode(found[2].encode("ascii", "replace"))
        if not content:
            return found[0]
        files.append((found[1].strip(), content))
        return ""

    return UU_BLOCK.sub(keep, text), files
