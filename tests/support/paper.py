"""Documents as offices send them: a text as docx, and as a PDF with a text layer, whatever fonts the machine has."""

from __future__ import annotations

import io
import textwrap

import docx


def docx_file(text: str) -> bytes:
    """A paragraph for each line."""
    document = docx.Document()
    for line in filter(str.strip, text.splitlines()):
        document.add_paragraph(line)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def pdf_file(text: str, lines_per_page: int = 48) -> bytes:
    """Pages of text in a font that is named but not embedded: only its table of letters matters to who extracts text.

    Codes of two bytes, each the letter's own number (Identity-H), and a ToUnicode table that says so.
    """
    lines = [part for line in text.splitlines() for part in (textwrap.wrap(line, 84) or [""])]
    pages = [lines[start : start + lines_per_page] for start in range(0, len(lines), lines_per_page)]
    first = 6
    kids = " ".join(f"{first + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {len(pages)} /Kids [{kids}] >>".encode(),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /Any /Encoding /Identity-H"
        b" /DescendantFonts [4 0 R] /ToUnicode 5 0 R >>",
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Any /DW 500"
        b" /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>",
        _stream(
            "/CIDInit /ProcSet findresource begin begincmap\n"
            "1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
            "1 beginbfrange <0000> <FFFF> <0000> endbfrange\nendcmap"
        ),
    ]
    for number, page in enumerate(pages):
        content = first + 2 * number + 1
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {content} 0 R"
            " /Resources << /Font << /F 3 0 R >> >> >>".encode()
        )
        shown = "\n".join(f"<{line.encode('utf-16-be').hex()}> Tj T*" for line in page)
        objects.append(_stream(f"BT /F 11 Tf 15 TL 60 780 Td\n{shown}\nET"))
    return _assembled(objects)


def _stream(content: str) -> bytes:
    return f"<< /Length {len(content)} >>\nstream\n{content}\nendstream".encode()


def _assembled(objects: list[bytes]) -> bytes:
    out, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, len(out))
    return out + b"xref\n0 %d\n0000000000 65535 f \n" % size + table + trailer
