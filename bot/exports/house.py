"""The house's own template of the consolidated report, laid out as Nghị định 30/2020/NĐ-CP, Phụ lục I, prescribes.

A4; margins: top and bottom 20 mm, left 30 mm, right 15 mm; Times New Roman, black; page number at the top centre, not
on page one. The sentences, with the marks of the fields, stand in ``handlers/texts/consolidated.j2``.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any, Final

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from handlers.texts import say

_FONT: Final = "Times New Roman"
_CENTRE, _LEFT, _JUSTIFY = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.JUSTIFY


def house_template(*, party: bool = False) -> bytes:
    """The template as a docx file: a State body's, or that of a body of the Party, whose head is another one."""
    document = Document()
    _page(document)
    (_party_head if party else _head)(document)
    _title(document, say("consolidated.kind"), say("consolidated.subject"), dashes=party)
    _body(document)
    _signature(document)
    _annex(document)
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def _page(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    section.header_distance = Mm(10)
    section.different_first_page_header_footer = True
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = _FONT, Pt(14)
    for script in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        normal.element.rPr.rFonts.set(qn(script), _FONT)
    normal.paragraph_format.space_after = normal.paragraph_format.space_before = Pt(0)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "vi-VN")
    normal.element.rPr.append(language)
    number = section.header.paragraphs[0]
    number.alignment = _CENTRE
    _field(number.add_run(), "PAGE")


def _field(run: Any, code: str) -> None:
    run.font.size = Pt(14)
    for kind in ("begin", None, "end"):
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.text = code
        run._r.append(mark)


def _head(document: Any) -> None:
    left, right = _columns(document, Mm(65), Mm(100))
    _line(left.paragraphs[0], "{{ co_quan_chu_quan }}", 12)
    _line(left.add_paragraph(), "{{ co_quan }}", 12, bold=True)
    _rule(left, 23)
    _line(left.add_paragraph(), say("consolidated.number"), 13)
    _line(right.paragraphs[0], say("consolidated.country"), 12, bold=True)
    _line(right.add_paragraph(), say("consolidated.motto"), 13, bold=True)
    _rule(right, 22)
    _line(right.add_paragraph(), say("consolidated.place_and_day"), 13, italic=True)


def _party_head(document: Any) -> None:
    """A star below the body, the number with its hyphen, and the Party's name in the place of the country's."""
    left, right = _columns(document, Mm(75), Mm(90))
    _line(left.paragraphs[0], "{{ co_quan_chu_quan }}", 14)
    _line(left.add_paragraph(), "{{ co_quan }}", 14, bold=True)
    _line(left.add_paragraph(), "*", 14)
    _line(left.add_paragraph(), say("consolidated.party_number"), 14)
    _line(right.paragraphs[0], say("consolidated.party"), 15, bold=True)
    _rule(right, 12)
    _line(right.add_paragraph(), say("consolidated.place_and_day"), 14, italic=True)


def _columns(document: Any, *widths: Any) -> Any:
    """A table without borders of one row; its cells."""
    table = document.add_table(rows=1, cols=len(widths))
    table.autofit = False
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    _widths(table, widths)
    _together(table.rows[0])
    return table.rows[0].cells


def _widths(table: Any, widths: Sequence[Any]) -> None:
    """Columns of these widths: word processors differ in whether they ask the grid or the cells."""
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
        for cell in column.cells:
            cell.width = width


def _together(row: Any) -> None:
    """A row that no page break parts."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _line(
    paragraph: Any, text: str, size: int, *, bold: bool = False, italic: bool = False, align: Any = _CENTRE
) -> Any:
    run = paragraph.add_run(text)
    run.font.size, run.font.bold, run.font.italic = Pt(size), bold, italic
    paragraph.alignment = align
    return paragraph


def _rule(place: Any, indent: int) -> None:
    """A thin line in the middle, this many millimetres from both sides."""
    paragraph = place.add_paragraph()
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Mm(indent)
    paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    paragraph.paragraph_format.line_spacing = Pt(2)
    paragraph.paragraph_format.space_after = Pt(6)
    borders = OxmlElement("w:pBdr")
    line = OxmlElement("w:top")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
        line.set(qn(f"w:{name}"), value)
    borders.append(line)
    paragraph._p.get_or_add_pPr().append(borders)


def _title(document: Any, kind: str, subject: str, *, dashes: bool) -> None:
    first = _line(document.add_paragraph(), kind, 16 if dashes else 14, bold=True)
    first.paragraph_format.space_before = Pt(12)
    _line(document.add_paragraph(), subject, 14, bold=True)
    if dashes:
        _line(document.add_paragraph(), "-----", 14)
    else:
        _rule(document, 60)


def _body(document: Any) -> None:
    _text(document, say("consolidated.intro"))
    _text(document, say("consolidated.part_filed"), bold=True)
    _text(document, say("consolidated.filed"))
    _text(document, say("consolidated.part_results"), bold=True)
    _text(document, say("consolidated.figures"), bold=True)
    _figures(document)
    _text(document, "{%p for d in lua_chon %}")
    _text(document, say("consolidated.point"))
    _text(document, "{%p endfor %}")
    _text(document, say("consolidated.highlights"), bold=True)
    _text(document, "{%p for d in noi_bat %}")
    _text(document, say("consolidated.point"))
    _text(document, "{%p endfor %}")
    _otherwise(document, "noi_bat", "consolidated.no_highlights")
    _text(document, say("consolidated.part_opinions"), bold=True)
    _text(document, "{%p for d in y_kien %}")
    _text(document, say("consolidated.opinion"), bold=True)
    _text(document, "{%p for y in d.cac_y %}")
    _text(document, say("consolidated.opinion_point"))
    _text(document, "{%p endfor %}")
    _text(document, "{%p endfor %}")
    _otherwise(document, "y_kien", "consolidated.no_opinions")
    _text(document, say("consolidated.closing"))


def _otherwise(document: Any, field: str, sentence: str) -> None:
    _text(document, "{%p if not " + field + " %}")
    _text(document, say(sentence))
    _text(document, "{%p endif %}")


def _text(document: Any, words: str, *, bold: bool = False) -> None:
    paragraph = _line(document.add_paragraph(), words, 14, bold=bold, align=_JUSTIFY)
    paragraph.paragraph_format.first_line_indent = Mm(12.7)
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(3)
    paragraph.paragraph_format.line_spacing = 1.1
    paragraph.paragraph_format.keep_with_next = bold


def _figures(document: Any) -> None:
    columns = (
        ("column_number", "stt", Mm(10), _CENTRE),
        ("column_figure", "ten", Mm(46), _LEFT),
        ("column_unit", "don_vi_tinh", Mm(22), _CENTRE),
        ("column_now", "ky_nay", Mm(30), WD_ALIGN_PARAGRAPH.RIGHT),
        ("column_before", "ky_truoc", Mm(29), WD_ALIGN_PARAGRAPH.RIGHT),
        ("column_change", "tang_giam", Mm(28), WD_ALIGN_PARAGRAPH.RIGHT),
    )
    _table(document, "chi_tieu", columns)
    note = _line(document.add_paragraph(), say("consolidated.compared"), 13, italic=True, align=_LEFT)
    note.paragraph_format.space_before = Pt(3)


def _table(document: Any, field: str, columns: Any) -> None:
    """A table with borders: a head that is repeated on each page, and a row for each entry of a list."""
    table = document.add_table(rows=4, cols=len(columns))
    table.style = "Table Grid"
    table.autofit = False
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    head, begin, row, end = table.rows
    head._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    begin.cells[0].paragraphs[0].add_run("{%tr for d in " + field + " %}")
    end.cells[0].paragraphs[0].add_run("{%tr endfor %}")
    _widths(table, [width for _, _, width, _ in columns])
    for number, (title, name, _, align) in enumerate(columns):
        _line(head.cells[number].paragraphs[0], say(f"consolidated.{title}"), 12, bold=True)
        _line(row.cells[number].paragraphs[0], "{{ d." + name + " }}" if name else "", 12, align=align)
    for one in (head, row):
        _together(one)


def _signature(document: Any) -> None:
    document.add_paragraph().paragraph_format.line_spacing = Pt(8)
    left, right = _columns(document, Mm(85), Mm(80))
    _line(left.paragraphs[0], say("consolidated.receivers"), 12, bold=True, italic=True, align=_LEFT)
    for line in say("consolidated.receiver_lines").split("\n"):
        _line(left.add_paragraph(), line, 11, align=_LEFT)
    _line(right.paragraphs[0], say("consolidated.signer"), 14, bold=True)
    for _ in range(4):
        _line(right.add_paragraph(), "", 14)


def _annex(document: Any) -> None:
    """The list of units that did not report, on a page of its own; nothing where all did."""
    _line(document.add_paragraph(), "{%p if don_vi_chua_nop %}", 14)
    first = _line(document.add_paragraph(), say("consolidated.annex"), 14, bold=True)
    first.paragraph_format.page_break_before = True
    _line(document.add_paragraph(), say("consolidated.annex_subject"), 14, bold=True)
    _line(document.add_paragraph(), say("consolidated.annex_of"), 13, italic=True).paragraph_format.space_after = Pt(8)
    columns = (
        ("column_number", "stt", Mm(15), _CENTRE),
        ("column_name", "ten", Mm(95), _LEFT),
        ("column_note", "", Mm(55), _LEFT),
    )
    _table(document, "don_vi_chua_nop", columns)
    _line(document.add_paragraph(), "{%p endif %}", 14)
