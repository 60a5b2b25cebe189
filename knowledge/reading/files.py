"""The text of a file that somebody sends: bytes in, text out. The content decides what it is, not the name.

Understood are plain text and markdown, HTML, Word (docx) and PDF with a text layer. Nothing is run, fetched or
written, and nothing is unpacked before its size is known.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import PurePath
from typing import TYPE_CHECKING, Final, Literal

from knowledge.fold import nfc
from knowledge.reading.formats.html import visible_text
from knowledge.reading.formats.legacy import marked_syllables, to_unicode
from knowledge.reading.formats.pdf_layout import page_text
from knowledge.reading.formats.word_numbers import WordNumbers

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.table import Table, _Cell

Reason = Literal["empty", "encrypted", "scanned", "too-big", "not-what-its-name-says", "unsupported", "damaged"]

MAX_BYTES: Final = 20 * 1024 * 1024
MAX_UNPACKED: Final = 100 * 1024 * 1024
MAX_PARTS: Final = 5_000
MAX_PAGES: Final = 500
MAX_CHARACTERS: Final = 5_000_000


class UnreadableFile(Exception):
    """A file whose text cannot be had; ``reason`` says why, for the sentence that a person is shown."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


def read_text(data: bytes, name: str) -> str:
    """The text of a file in NFC, paragraphs on lines of their own, tables in reading order.

    ``name`` matters only for saying that a file is not what it claims to be. Raises :class:`UnreadableFile`.
    """
    if len(data) > MAX_BYTES:
        raise UnreadableFile("too-big")
    if not data.strip(b"\x00\t\n\r\x0b\x0c "):
        raise UnreadableFile("empty")
    kind = _kind(data)
    claimed = PurePath(name).suffix.lower().lstrip(".")
    if kind is None:
        raise UnreadableFile("not-what-its-name-says" if claimed in _KNOWN else "unsupported")
    if claimed in {"docx", "pdf"} and kind == "text":
        raise UnreadableFile("not-what-its-name-says")
    readers = {"pdf": _read_pdf, "docx": _read_docx, "html": _read_html, "text": _read_plain}
    text = nfc(to_unicode(readers[kind](data))).replace("\x00", "")
    if not text.strip():
        raise UnreadableFile("scanned" if kind == "pdf" else "empty")
    if len(text) > MAX_CHARACTERS:
        raise UnreadableFile("too-big")
    return text


_KNOWN: Final = frozenset({"txt", "md", "markdown", "html", "htm", "docx", "pdf"})
_BOMS: Final = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


def _kind(data: bytes) -> Literal["pdf", "docx", "html", "text"] | None:
    head = data[:1024]
    if b"%PDF-" in head:
        return "pdf"
    if head.startswith(b"PK\x03\x04") or head.startswith(b"PK\x05\x06"):
        return _kind_of_archive(data)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        # An OLE container: the old .doc, or a password-protected docx.
        raise UnreadableFile("encrypted" if b"E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d" in data else "unsupported")
    if head.startswith(_BOMS):
        return "html" if _looks_like_html(_read_plain(data)[:2000]) else "text"
    if _is_binary(data):
        return None
    return "html" if _looks_like_html(head.decode("latin-1")) else "text"


def _looks_like_html(head: str) -> bool:
    return bool(re.search(r"<(?:!doctype\s+html|html|head|body|div|table|p|span|meta)\b", head, re.IGNORECASE))


def _is_binary(data: bytes) -> bool:
    """Whether bytes are no text in any encoding that Vietnamese is written in."""
    sample = data[:8192]
    controls = sum(b < 9 or 13 < b < 32 for b in sample)
    return _utf16_without_mark(data) is None and (b"\x00" in sample or controls > len(sample) * 0.02)


def _utf16_without_mark(data: bytes) -> str | None:
    """The encoding of UTF-16 text that lacks its mark: zero bytes stand on one side of the pairs only."""
    sample = data[:4096]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if odd > len(sample) * 0.15 and even <= odd // 20:
        return "utf-16-le"
    return "utf-16-be" if even > len(sample) * 0.15 and odd <= even // 20 else None


def _kind_of_archive(data: bytes) -> Literal["docx"] | None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise UnreadableFile("damaged") from error
    if len(parts) > MAX_PARTS or sum(p.file_size for p in parts) > MAX_UNPACKED:
        raise UnreadableFile("too-big")
    if any(p.flag_bits & 0x1 for p in parts):
        raise UnreadableFile("encrypted")
    names = {p.filename for p in parts}
    return "docx" if "word/document.xml" in names else None


def _read_plain(data: bytes) -> str:
    if data.startswith(b"\xef\xbb\xbf"):
        return data.decode("utf-8-sig", errors="replace")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    if encoding := _utf16_without_mark(data):
        return data.decode(encoding, errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    import charset_normalizer

    best = charset_normalizer.from_bytes(data, cp_isolation=["cp1258", "cp1252", "utf_8", "utf_16"]).best()
    windows = data.decode("cp1258", errors="replace")
    guessed = str(best) if best is not None else windows
    # cp1258 writes tones as combining marks, which the composed form joins; it is the likelier one for Vietnamese.
    return max((windows, data.decode("latin-1"), guessed), key=_vietnamese)


def _vietnamese(text: str) -> int:
    """How Vietnamese a text looks, legacy letters taken for what they mean."""
    good, bad = marked_syllables(nfc(to_unicode(text[:40_000])))
    return good - bad


def _read_html(data: bytes) -> str:
    declared = re.search(rb"charset=[\"']?([\w-]+)", data[:2048])
    text = ""
    if declared:
        try:
            text = data.decode(declared[1].decode("ascii"))
        except (LookupError, UnicodeDecodeError):
            text = ""
    return visible_text(text or _read_plain(data))


def _read_docx(data: bytes) -> str:
    import docx
    from docx.opc.exceptions import PackageNotFoundError

    try:
        document = docx.Document(io.BytesIO(data))
        return "\n".join(_word_lines(document)) + "\n"
    except (
        PackageNotFoundError,
        KeyError,
        ValueError,
        zipfile.BadZipFile,
        SyntaxError,
        AttributeError,
        OSError,
    ) as error:
        raise UnreadableFile("damaged") from error


def _word_lines(document: WordDocument) -> Iterator[str]:
    from docx.table import Table
    from docx.text.paragraph import Paragraph

    numbers = WordNumbers(document)
    for item in document.iter_inner_content():
        if isinstance(item, Paragraph):
            yield from f"{numbers.marker(item)}{item.text}".replace("\x0b", "\n").split("\n")
        elif isinstance(item, Table):
            yield ""
            yield from _table_lines(item, numbers)
            yield ""


def _table_lines(table: Table, numbers: WordNumbers) -> Iterator[str]:
    """A layout table (header, signature) column by column; a table of data row by row with pipes."""
    texts = list(_table_texts(table, numbers))
    width = max((len(row) for row in texts), default=0)
    filled = [at for at in range(width) if any(at < len(row) and row[at].strip() for row in texts)]
    if len(filled) <= 2 and _is_layout(texts):
        for column in filled:
            for row in texts:
                if column < len(row) and row[column].strip():
                    yield from row[column].split("\n")
            yield ""
        return
    for row in texts:
        yield " | ".join(" ".join(text.split()) for text in row)


def _table_texts(table: Table, numbers: WordNumbers) -> Iterator[list[str]]:
    """The words of every row's cells; merged cells once, where they begin."""
    shown: list[object] = []
    for row in table.rows:
        cells: list[_Cell] = []
        for cell in row.cells:
            if not any(cell._tc is other._tc for other in cells):
                cells.append(cell)
        yield ["" if cell._tc in shown else _cell_text(cell, numbers) for cell in cells]
        shown = [cell._tc for cell in cells]


def _cell_text(cell: _Cell, numbers: WordNumbers) -> str:
    from docx.text.paragraph import Paragraph

    lines: list[str] = []
    for item in cell.iter_inner_content():
        if isinstance(item, Paragraph):
            lines += f"{numbers.marker(item)}{item.text}".split("\n")
        else:
            lines += _table_lines(item, numbers)
    return "\n".join(lines)


_LAYOUT: Final = re.compile(
    r"cộng hòa xã hội|cộng hoà xã hội|độc lập|đảng cộng sản|nơi nhận|^\s*(?:tm\.|t/m|kt\.|tl\.|tuq\.)|chủ tịch"
    r"|bí thư|giám đốc",
    re.IGNORECASE | re.MULTILINE,
)


def _is_layout(texts: list[list[str]]) -> bool:
    return any(_LAYOUT.search(nfc(text)) for row in texts for text in row)


def _read_pdf(data: bytes) -> str:
    import pdfplumber
    from pdfminer.pdfdocument import PDFPasswordIncorrect, PDFTextExtractionNotAllowed
    from pdfminer.pdfparser import PDFSyntaxError
    from pdfminer.psparser import PSException
    from pdfplumber.utils.exceptions import PdfminerException

    pages: list[str] = []
    try:
        with pdfplumber.open(io.BytesIO(data)) as document:
            if len(document.pages) > MAX_PAGES:
                raise UnreadableFile("too-big")
            for page in document.pages:
                pages.append(page_text(page))
                page.close()
    except (PDFPasswordIncorrect, PDFTextExtractionNotAllowed) as error:
        raise UnreadableFile("encrypted") from error
    except PdfminerException as error:
        locked = "Password" in f"{type(error.args[0] if error.args else error).__name__}{error!r}"
        raise UnreadableFile("encrypted" if locked else "damaged") from error
    except (
        PDFSyntaxError,
        PSException,
        ValueError,
        KeyError,
        TypeError,
        IndexError,
        AttributeError,
        RecursionError,
    ) as error:
        raise UnreadableFile("damaged") from error
    pages = [re.sub(r"\(cid:\d+\)", "", page) for page in pages]  # glyphs that stand for no letter
    if not any(re.search(r"\w", page) for page in pages):
        raise UnreadableFile("scanned")
    return "\n\n".join(pages) + "\n"
