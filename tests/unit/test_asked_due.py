"""When a report falls due, asked by its month, its quarter or its name."""

from knowledge.answering import answer
from knowledge.library import Library
from knowledge.reading.parse import parse

GUIDE = """BAN DÂN VẬN TỈNH ỦY SÔNG LAM
*
Số 07-HD/BDVTU

Sông Lam, ngày 26 tháng 01 năm 2026

HƯỚNG DẪN
bình chọn tổ giữ bến đò

1. Các xã báo cáo kết quả tổ giữ bến đò về Ban Dân vận Tỉnh ủy trước ngày 05 hằng tháng.

2. Các xã gửi báo cáo hòa giải ở cơ sở về Sở Tư pháp trước ngày 15 của tháng cuối quý.
"""
NOTICE = """BAN DÂN VẬN TỈNH ỦY SÔNG LAM
*
Số 21-TB/BDVTU

Sông Lam, ngày 18 tháng 11 năm 2026

THÔNG BÁO
về việc gửi sớm báo cáo tổ giữ bến đò tháng 11/2026

1. Các xã gửi báo cáo tổ giữ bến đò tháng 11/2026 về Ban Dân vận Tỉnh ủy trước ngày 01/12/2026.

2. Các xã gửi báo cáo hòa giải ở cơ sở quý III/2026 đến Sở Tư pháp trước ngày 21/11/2026.
"""
LIBRARY = Library()
LIBRARY.add(1, "huong-dan.txt", parse(GUIDE))
LIBRARY.add(2, "thong-bao.txt", parse(NOTICE))


def ask(question):
    return answer(LIBRARY, question)


def test_a_report_that_falls_due_is_not_taken_for_a_document_without_its_day():
    given = ask("bao cao to giu ben do han ngay nao")
    assert (given.kind, given.intent) == ("answer", "deadline")
    assert given.facts["due"] == "trước ngày 5"


def test_the_day_of_one_month_goes_before_the_rhythm_and_the_rhythm_serves_every_other_month():
    assert "01/12/2026" in ask("báo cáo tổ giữ bến đò tháng 11 hạn ngày nào").facts["due"]
    assert ask("bc to giu ben do thang 9 nop khi nao").facts["due"] == "trước ngày 5"


def test_the_day_of_one_quarter_goes_before_the_rhythm_of_all():
    assert "21/11/2026" in ask("báo cáo hòa giải quý III nộp ngày nào").facts["due"]
    assert "21/11/2026" in ask("bc hoa giai quy 3 nop ngay nao").facts["due"]
    assert ask("bc hoa giai quy 2 nop ngay nao").facts["due"] == "trước ngày 15 tháng cuối quý"


def test_one_deadline_is_found_among_those_of_very_many_documents():
    library = Library()
    one = parse(GUIDE)
    for key in range(1, 150):
        library.add(key, f"{key}.txt", one)
    library.add(200, "thong-bao.txt", parse(NOTICE.replace("tổ giữ bến đò", "nhà văn hóa thôn")))
    given = answer(library, "han nop bao cao nha van hoa thon")
    assert given.sources[0].document == 200
    assert "01/12/2026" in given.facts["due"]
    assert answer(library, "hạn báo cáo tổ giữ bến đò").facts["due"] == "trước ngày 5"
