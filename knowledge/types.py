"""The one table of document types: what they are called and which letters stand for them in a symbol.

Sources: Phụ lục III of Nghị định 30/2020/NĐ-CP for state documents, and the symbols that Party documents print.
"""

from __future__ import annotations

from typing import Final

LETTERS: Final[dict[str, str]] = {
    "Thông tư liên tịch": "TTLT", "Nghị quyết liên tịch": "NQLT", "Hướng dẫn liên ngành": "HD",
    "Chương trình phối hợp": "CTrPH", "Kế hoạch phối hợp": "KHPH", "Kế hoạch liên tịch": "KHLT",
    "Quy chế phối hợp": "QCPH", "Chương trình hành động": "CTr", "Chương trình công tác": "CTr", "Chương trình": "CTr",
    "Thông báo kết luận": "TB", "Nghị quyết": "NQ", "Nghị định": "NĐ", "Quyết định": "QĐ", "Quy định": "QyĐ",
    "Quy chế": "QC", "Chỉ thị": "CT", "Kết luận": "KL", "Kế hoạch": "KH", "Công văn": "CV", "Công điện": "CĐ",
    "Hướng dẫn": "HD", "Thông báo": "TB", "Thông tri": "TTr", "Thông tư": "TT", "Thông cáo": "TC", "Báo cáo": "BC",
    "Tờ trình": "TTr", "Đề án": "ĐA", "Phương án": "PA", "Dự án": "DA", "Pháp lệnh": "PL", "Giấy mời": "GM",
    "Hợp đồng": "HĐ", "Biên bản": "BB",
    "Phiếu báo": "PB", "Phiếu chuyển": "PC", "Văn bản hợp nhất": "VBHN", "Bộ luật": "", "Luật": "", "Hiến pháp": "",
    "Điều lệ": "", "Quy ước": "", "Quy trình": "", "Đề cương": "", "Lời kêu gọi": "", "Thư ngỏ": "",
}  # fmt: skip
"""Type → its letters in a symbol; "" where a document of this type has none. A longer name stands before any shorter
one that it begins with."""

READ_AS: Final[dict[str, str]] = {
    "QĐ": "Quyết định", "QĐi": "Quy định", "CTr": "Chương trình", "TTr": "Tờ trình", "HD": "Hướng dẫn",
    "TB": "Thông báo", "ĐA": "Đề án", "CTHĐ": "Chương trình hành động",
}  # fmt: skip
"""Letters → the type they mean where the text doesn't name it: letters of several types, and other ways to print them.
Dropping accents makes ĐA and DA, HĐ and HD, CĐ one: the commoner type is meant."""

ALSO_LETTERS: Final[dict[str, str]] = {"Quy định": "QĐ", "Kế hoạch phối hợp": "KH", "Kế hoạch liên tịch": "KH"}
"""Letters that a type's documents print as often as their own: a Party Quy định is a "QĐ"."""

UNLETTERED: Final = ("Công văn",)
"""Types whose letters a state symbol leaves out ("815/UBND-VX"), though a Party one has them ("447-CV/HU")."""

ASKED_FOR: Final = tuple(
    name
    for name in LETTERS
    if name not in {"Hướng dẫn liên ngành", "Chương trình công tác", "Hợp đồng", "Dự án", "Biên bản", "Giấy mời",
                    "Phiếu báo", "Phiếu chuyển",
                    "Điều lệ", "Quy ước", "Quy trình", "Đề cương", "Lời kêu gọi", "Thư ngỏ", "Hiến pháp"}
)  # fmt: skip
"""Types that a typed question names a document by; the others are everyday words there ("hợp đồng", "quy ước")."""
