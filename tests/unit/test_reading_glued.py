"""Syllables that copying ran together."""

import datetime as dt

import pytest

from knowledge.reading.page.glued import parted
from knowledge.reading.parse import parse


@pytest.mark.parametrize(
    ("printed", "parts"),
    [
        ("Chínhtrị,", "Chính|trị,"),
        ("hoạchvà", "hoạch|và"),
        ("BANHÀNH", "BAN|HÀNH"),
        ("(tổchứcđảng)", "(tổ|chức|đảng)"),
        ("TỈNHỦY", "TỈNH|ỦY"),
        ("Đảngvề", "Đảng|về"),
        ("số15-CT/TW", "số|15-CT/TW"),
        ("2012của", "2012|của"),
    ],
)
def test_a_word_of_several_syllables_falls_apart(printed: str, parts: str) -> None:
    assert list(parted(printed)) == parts.split("|")


@pytest.mark.parametrize("printed", ["nghiêng", "Nguyễn", "Xơđăng", "Êđê", "facebook", "Krông", "HĐND", "khuyến"])
def test_a_syllable_a_name_and_a_foreign_word_stay_whole(printed: str) -> None:
    assert list(parted(printed)) == [printed]


def test_a_cited_document_is_read_where_copying_left_out_the_spaces_around_it() -> None:
    found = {
        c.number: c
        for c in parse(
            "Căn cứ Chỉ thị số17-CT/TU, ngày 24-2-2026của Ban Thườngvụ Tỉnh ủy; Tờ trình số 126/SKHĐT ngày 23/01/2026"
            " của Sở Kế hoạchvà Đầu tư,"
        ).citations
    }
    assert (found["17-CT/TU"].date, found["17-CT/TU"].issuer) == (dt.date(2026, 2, 24), "Ban Thường vụ Tỉnh ủy")
    assert found["126/SKHĐT"].issuer == "Sở Kế hoạch và Đầu tư"
