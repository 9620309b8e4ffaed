"""A PDF of one page, written by hand (PDF 1.4, Helvetica)."""

from collections.abc import Iterable

LETTERHEAD = "Moorbach Kaffeemaschinen GmbH · Kaffeekai 9 · 28217 Bremen"


def printed(title: str, lines: Iterable[str]) -> bytes:
    """Title and lines on a sheet of A4."""
    drawn = [_text(60, 780, 9, LETTERHEAD), _text(60, 700, 20, title)]
    drawn += [_text(60, 660 - 22 * row, 11, line) for row, line in enumerate(lines)]
    content = b"\n".join(drawn)
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    return _file(bodies)


def _text(left: int, bottom: int, size: int, text: str) -> bytes:
    written = text.encode("cp1252", "replace")
    for sign in (b"\\", b"(", b")"):
        written = written.replace(sign, b"\\" + sign)
    return b"BT /F1 %d Tf %d %d Td (%b) Tj ET" % (size, left, bottom, written)


def _file(bodies: list[bytes]) -> bytes:
    whole, places = b"%PDF-1.4\n", []
    for number, body in enumerate(bodies, 1):
        places.append(len(whole))
        whole += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(bodies) + 1, len(whole))
    return whole + b"xref\n0 %d\n0000000000 65535 f \n%b%b" % (len(bodies) + 1, table, trailer)
