"""Word's automatic numbers, as Word prints them."""

import io

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from knowledge.reading.files import read_text
from knowledge.reading.parse import parse

LEVELS = """
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="upperRoman"/><w:lvlText w:val="%1."/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%2."/></w:lvl>
<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%3)"/></w:lvl>
<w:lvl w:ilvl="3"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="-"/></w:lvl>
<w:lvl w:ilvl="4"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:isLgl/><w:lvlText w:val="%1.%2.%5."/></w:lvl>
"""
ARTICLES = """
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="Điều %1."/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%2."/></w:lvl>
"""


def numbered(levels: str, paragraphs: list[tuple[int | None, str]], anew: int | None = None) -> str:
    """The text of a Word file whose paragraphs stand on these levels; from ``anew`` on in a list that begins again."""
    document = docx.Document()
    root = document.part.numbering_part.element
    for child in list(root):
        root.remove(child)
    root.append(parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="7">{levels}</w:abstractNum>'))
    for number in (1, 2):
        again = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>' if number == 2 else ""
        root.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="{number}"><w:abstractNumId w:val="7"/>{again}</w:num>'))
    for at, (level, text) in enumerate(paragraphs):
        paragraph = document.add_paragraph(text)
        if level is not None:
            number = 2 if anew is not None and at >= anew else 1
            paragraph._p.get_or_add_pPr().append(
                parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')
            )
    out = io.BytesIO()
    document.save(out)
    return read_text(out.getvalue(), "van-ban.docx")


def test_numbers_letters_romans_and_dashes_are_those_that_word_shows() -> None:
    text = numbered(
        LEVELS,
        [(0, "MỤC ĐÍCH"), (1, "Một"), (1, "Hai"), (2, "điểm"), (2, "điểm nữa"), (3, "gạch"), (0, "NỘI DUNG"), (1, "Ba"),
         (None, "Đoạn thường"), (1, "Bốn"), (4, "Nhỏ")],
    )  # fmt: skip
    lines = text.strip().split("\n")
    assert lines == [
        "I. MỤC ĐÍCH", "1. Một", "2. Hai", "a) điểm", "b) điểm nữa", "- gạch", "II. NỘI DUNG", "1. Ba", "Đoạn thường",
        "2. Bốn", "2.2.1. Nhỏ",
    ]  # fmt: skip


def test_automatic_articles_are_articles_of_the_document() -> None:
    text = numbered(ARTICLES, [(0, "Phạm vi"), (1, "Khoản một"), (1, "Khoản hai"), (0, "Hiệu lực")])
    assert [p.path for p in parse(text).passages] == ["Điều 1", "Điều 1, khoản 1", "Điều 1, khoản 2", "Điều 2"]


def test_a_list_that_begins_again_counts_from_one() -> None:
    assert numbered(ARTICLES, [(0, "a"), (0, "b"), (0, "c"), (0, "d")], anew=2).split("\n")[:4] == [
        "Điều 1. a", "Điều 2. b", "Điều 1. c", "Điều 2. d",
    ]  # fmt: skip
