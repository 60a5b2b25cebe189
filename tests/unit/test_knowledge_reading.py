"""Reading official documents: layouts, damage, citations and deadlines, on texts about an invented province."""

import datetime as dt

import pytest

from knowledge.document import Document, FoundDeadline
from knowledge.facts import facts
from knowledge.reading.parse import parse

STATE = """\
UBND TỈNH BÌNH LÂM                       CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
     SỞ NỘI VỤ                                Độc lập – Tự do – Hạnh phúc
Số:  345 /SNV-XDCQ                     Bình Lâm, ngày  03  tháng  9 năm 2026
V/v báo cáo kết quả thực hiện
dân chủ ở cơ sở quý III/2026

        Kính gửi:
                  - Ủy ban nhân dân các xã, phường, đặc khu;
                  - Các sở, ban, ngành tỉnh.

     Căn cứ Nghị định số 59/2023/NĐ-CP ngày 14 tháng 8 năm 2023 của Chính phủ quy
định chi tiết một số điều của Luật Thực hiện dân chủ ở cơ sở; thực hiện Công văn số
1020/UBND-NC ngày 28/8/2026 của Ủy ban nhân dân tỉnh về việc báo cáo định kỳ, Sở Nội
vụ đề nghị các cơ quan, đơn vị, địa phương:

                                        2

     1. Báo cáo kết quả thực hiện theo đề cương gửi kèm, gửi về Sở Nội vụ (qua Phòng
Xây dựng chính quyền) trước ngày 18/9/2026 để tổng hợp, báo cáo Ủy ban nhân dân tỉnh.
     2. Các báo cáo quý tiếp theo gửi trước ngày 15 tháng cuối quý; báo cáo năm gửi chậm
nhất ngày 10/12 hằng năm.

     Trong quá trình thực hiện, nếu có vướng mắc, đề nghị phản ánh về Sở Nội vụ để được
hướng dẫn./.

Nơi nhận:                                       KT. GIÁM ĐỐC
- Như trên;                                     PHÓ GIÁM ĐỐC
- Giám đốc (b/c);
- Lưu: VT, XDCQ.
                                                Trần Thị Hồng Vân
"""

PARTY = """\
TỈNH ỦY BÌNH LÂM                         ĐẢNG CỘNG SẢN VIỆT NAM
BAN TUYÊN GIÁO VÀ DÂN VẬN
          *                              Bình Lâm, ngày 12 tháng 01 năm 2026
Số 25-KH/BTGDVTU

KẾ HOẠCH
tổ chức phong trào thi đua “Dân vận khéo” năm 2026
-----

Thực hiện Nghị quyết số 25-NQ/TW, ngày 03/6/2013 của Ban Chấp hành Trung ương Đảng khoá XI, Kết luận số \
43-KL/TW, ngày 07/01/2019 của Ban Bí thư; Chỉ thị 07-CT/TU ngày 02/12/2025 của Ban Thường vụ Tỉnh uỷ; thay thế \
Kế hoạch số 11-KH/BDVTU ngày 10/01/2025, Ban Tuyên giáo và Dân vận Tỉnh ủy xây dựng kế hoạch như sau:

I- MỤC ĐÍCH, YÊU CẦU
1- Mục đích
Lan tỏa cách làm hay.
2- Yêu cầu
Thiết thực, tránh hình thức.

II- NỘI DUNG
1. Đăng ký mô hình
1.1. Mỗi xã, phường đăng ký ít nhất 02 mô hình, gửi về Ban Tuyên giáo và Dân vận Tỉnh uỷ trước ngày 28/02/2026.
1.2. Hoàn thành thẩm định trong quý II/2026.
2. Sơ kết, tổng kết
- Định kỳ hằng tháng (trước ngày 20), đảng ủy các xã, phường báo cáo kết quả về Ban Tuyên giáo và Dân vận Tỉnh ủy.
- Báo cáo 6 tháng trước ngày 05/6, báo cáo năm trước ngày 05/11/2026.

III- TỔ CHỨC THỰC HIỆN
1. Đảng uỷ các xã, phường: xây dựng kế hoạch, phân công cấp uỷ viên phụ trách.
2. Đề nghị Ban Thường trực Uỷ ban Mặt trận Tổ quốc Việt Nam tỉnh phối hợp tuyên truyền.

Nơi nhận:
- Thường trực Tỉnh uỷ (báo cáo),
- Đảng uỷ các xã, phường,
- Lưu Ban TGDVTU.

K/T TRƯỞNG BAN
PHÓ TRƯỞNG BAN THƯỜNG TRỰC

Lê Quang Hải
"""

RESOLUTION = """\
| **HỘI ĐỒNG NHÂN DÂN XÃ SƠN HẠ** | **CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM** |
|---|---|
| Số: 07/NQ-HĐND | Sơn Hạ, ngày 20 tháng 12 năm 2025 |

# NGHỊ QUYẾT

**Về nhiệm vụ công tác dân vận năm 2026**

**HỘI ĐỒNG NHÂN DÂN XÃ SƠN HẠ KHÓA I, KỲ HỌP THỨ 3**

*Căn cứ Luật Tổ chức chính quyền địa phương số 72/2025/QH15;*

*Căn cứ Luật Thực hiện dân chủ ở cơ sở số 10/2022/QH15 đã được sửa đổi, bổ sung theo Luật số 97/2025/QH15;*

QUYẾT NGHỊ:

**Điều 1.** Thông qua nhiệm vụ năm 2026:

1. Tổ chức 02 hội nghị đối thoại:

a) Hội nghị thứ nhất trước ngày 30/6/2026;

b) Hội nghị thứ hai hoàn thành chậm nhất ngày 30 tháng 11 năm 2026.

2. Công khai dự toán.

**Điều 2.** Nghị quyết này thay thế Nghị quyết số 15/2021/NQ-HĐND và Nghị quyết số 16/2021/NQ-HĐND ngày \
22/7/2021 của Hội đồng nhân dân huyện; bãi bỏ Quyết định số 88/QĐ-UBND ngày 01/3/2020.

**Điều 3.** Ủy ban nhân dân xã tổ chức thực hiện, báo cáo Hội đồng nhân dân xã tại kỳ họp cuối năm.

Nghị quyết này có hiệu lực từ ngày 01 tháng 01 năm 2026./.

**Nơi nhận:**
- Thường trực HĐND tỉnh;
- Lưu: VT.

**CHỦ TỊCH**

**Phạm Văn Lộc**
"""


def value(document: Document, name: str) -> object:
    return facts(document)["header"][name]


def only_deadline(sentence: str) -> FoundDeadline:
    found = parse(f"KẾ HOẠCH\nThử nghiệm năm 2026\n\nI. TỔ CHỨC THỰC HIỆN\n\n1. {sentence}\n\n2. Khác.").deadlines
    assert len(found) == 1, found
    return found[0]


def test_a_state_letter_in_two_columns_is_read_part_by_part() -> None:
    letter = parse(STATE)
    assert value(letter, "number") == "345/SNV-XDCQ"
    assert value(letter, "date") == "2026-09-03"
    assert value(letter, "issuer") == "Sở Nội vụ"
    assert value(letter, "trich_yeu") == "báo cáo kết quả thực hiện dân chủ ở cơ sở quý III/2026"
    assert value(letter, "addressees") == ["Ủy ban nhân dân các xã, phường, đặc khu", "Các sở, ban, ngành tỉnh"]
    assert value(letter, "noi_nhan") == ["Như trên", "Giám đốc (b/c)", "Lưu: VT, XDCQ"]
    assert value(letter, "signer") == "Trần Thị Hồng Vân"
    assert value(letter, "signer_title") == "Phó Giám đốc"
    assert value(letter, "signing_authority") == "KT. GIÁM ĐỐC"


def test_a_party_plan_is_read_with_its_board_named_after_its_committee() -> None:
    plan = parse(PARTY)
    assert value(plan, "doc_type") == "Kế hoạch"
    assert value(plan, "number") == "25-KH/BTGDVTU"
    assert value(plan, "place") == "Bình Lâm"
    assert value(plan, "issuer") == "Ban Tuyên giáo và Dân vận Tỉnh ủy Bình Lâm"
    assert facts(plan)["relations"][0]["kind"] == "replaces"
    assert facts(plan)["relations"][0]["target"] == "11-KH/BDVTU"
    assert {"mục I.1", "mục II.1.1", "mục II.2, gạch đầu dòng 1"} <= {p.path for p in plan.passages}


def test_a_resolution_in_markdown_has_articles_clauses_and_points() -> None:
    resolution = parse(RESOLUTION)
    assert value(resolution, "number") == "07/NQ-HĐND"
    assert value(resolution, "signer") == "Phạm Văn Lộc"
    assert "Điều 1, khoản 1, điểm b" in {p.path for p in resolution.passages}
    replaced = [c for c in resolution.citations if c.relation == "thay thế"]
    assert [c.number for c in replaced] == ["15/2021/NQ-HĐND", "16/2021/NQ-HĐND"]
    assert {c.date for c in replaced} == {dt.date(2021, 7, 22)}


def test_what_is_left_blank_stays_missing() -> None:
    letter = parse(STATE.replace("345 /SNV", "    /SNV").replace("ngày  03  tháng  9 năm", "ngày     tháng     năm"))
    assert letter.header.number is None
    assert letter.header.symbol is not None
    assert letter.header.symbol.value == "SNV-XDCQ"
    assert letter.header.date is None
    assert letter.header.place is not None


def test_a_plain_note_has_no_header_at_all() -> None:
    note = parse("Chiều nay họp lúc 14 giờ.\nNhớ mang sổ.")
    assert all(
        value(note, name) in (None, []) for name in ("doc_type", "number", "date", "issuer", "signer", "noi_nhan")
    )


def test_a_page_break_and_its_number_do_not_cut_a_paragraph() -> None:
    text = "KẾ HOẠCH\nNăm 2026\n\nI. NỘI DUNG\n\n1. Phối hợp với Mặt\n\n2\n\ntrận Tổ quốc xã.\n\n2. Báo cáo."
    passage = next(p for p in parse(text).passages if p.path == "mục I.1")
    assert passage.text == "1. Phối hợp với Mặt trận Tổ quốc xã."
    assert text[passage.start : passage.end].startswith("1. Phối hợp")


def test_the_furniture_of_a_page_is_no_part_of_the_document() -> None:
    page = parse("Trang chủ\nThứ Hai, 15/7/2024\n" + PARTY + "\nCác tin khác\nTin thứ nhất\nTin thứ hai")
    outside = [p.text for p in page.passages if p.path == "ngoài văn bản"]
    assert "Tin thứ hai" in outside[-1]
    assert value(page, "number") == "25-KH/BTGDVTU"
    assert value(page, "date") == "2026-01-12"


def test_one_document_cited_in_two_ways_is_one_and_one_number_of_two_dates_is_two() -> None:
    text = (
        "1. Theo Kế hoạch số 5/KH-UBND ngày 01/02/2026 của UBND tỉnh. Căn cứ Kế hoạch 05/KH-UBND, các xã làm.\n"
        "2. Thực hiện Kế hoạch số 5/KH-UBND ngày 03/02/2025 của UBND tỉnh."
    )
    document = parse(text)
    assert [(c.date.year, c.occurrences) for c in document.citations if c.date] == [(2026, 2), (2025, 1)]
    assert [c.kind for c in document.contradictions] == ["two-dates"]


def test_a_cited_date_after_the_documents_own_is_shown_to_staff() -> None:
    kinds = [c.kind for c in parse(STATE.replace("28/8/2026", "28/12/2026")).contradictions]
    assert kinds == ["later-than-document"]


@pytest.mark.parametrize(
    ("sentence", "every", "month", "day", "exclusive"),
    [
        ("Các xã báo cáo về Sở Nội vụ trước ngày 15 hàng tháng.", "month", None, 15, True),
        ("Các xã gửi báo cáo quý trước ngày 20 tháng cuối quý.", "quarter", 3, 20, True),
        ("Chậm nhất ngày 10/12 hằng năm, UBND xã báo cáo UBND tỉnh.", "year", 12, 10, False),
        ("Định kỳ 6 tháng (trước ngày 10/6), năm (trước ngày 10/12) các đơn vị báo cáo.", "half-year", 6, 10, True),
        ("Các xã gửi báo cáo trước 16 giờ thứ Sáu hằng tuần.", "week", None, 5, False),
    ],
)
def test_recurring_days_become_calendar_rules(
    sentence: str, every: str, month: int | None, day: int, exclusive: bool
) -> None:
    found = only_deadline(sentence).recurrence
    assert found is not None
    assert (found.every, found.month, found.day, found.exclusive) == (every, month, day, exclusive)


@pytest.mark.parametrize(
    ("sentence", "last"),
    [
        ("Các xã gửi báo cáo trước ngày 18/9/2026.", "2026-09-17"),
        ("Các xã gửi báo cáo chậm nhất ngày 05 tháng 9 năm 2026.", "2026-09-05"),
        ("Các xã gửi báo cáo trước 16 giờ ngày 20/12/2026.", "2026-12-20"),
        ("UBND xã hoàn thành rà soát trong quý II/2026.", "2026-06-30"),
    ],
)
def test_printed_dates_have_their_last_admissible_day(sentence: str, last: str) -> None:
    assert [i.last_admissible_day.isoformat() for i in only_deadline(sentence).instances] == [last]


def test_a_rhythm_without_a_date_gets_none() -> None:
    found = only_deadline("Sở Nội vụ định kỳ hằng năm báo cáo Ủy ban nhân dân tỉnh.")
    assert (found.rule, found.who_reports, found.to_whom) == ("cadence", "Sở Nội vụ", "Ủy ban nhân dân tỉnh")
    assert found.instances == ()
    assert found.recurrence is not None
    assert found.recurrence.day is None


def test_the_receiver_is_who_gets_the_report_and_not_who_gets_the_summary() -> None:
    found = only_deadline("Các xã gửi báo cáo về Sở Nội vụ trước ngày 5/9/2026 để tổng hợp, báo cáo Tỉnh ủy.")
    assert found.to_whom == "Sở Nội vụ"
    assert not found.receiver_gone


def test_a_receiver_of_the_district_level_is_marked_as_gone() -> None:
    assert only_deadline("Các xã báo cáo Huyện ủy (qua Ban Dân vận Huyện ủy) trước ngày 30/10 hàng năm.").receiver_gone


@pytest.mark.parametrize(
    "sentence",
    [
        "Tổ chức lễ kỷ niệm vào ngày 15/10/2026.",
        "Kế hoạch này có hiệu lực từ ngày 01/7/2026.",
        "Triển khai từ ngày 01/7/2026 đến ngày 30/7/2026.",
        "Thực hiện Công văn số 12/UBND-NC ngày 5/5/2026 của UBND tỉnh về việc báo cáo định kỳ.",
        "Phấn đấu đến năm 2030 có 5 mô hình, giai đoạn 2026 - 2030.",
    ],
)
def test_dates_that_bind_nobody_are_no_deadlines(sentence: str) -> None:
    assert parse(f"KẾ HOẠCH\nThử nghiệm\n\nI. TỔ CHỨC THỰC HIỆN\n\n1. {sentence}\n\n2. Khác.").deadlines == ()


def test_duties_name_whom_they_are_told_to() -> None:
    duties = {d.path: d.who for d in parse(PARTY).duties}
    assert duties["mục III.1"] == "Đảng uỷ các xã, phường"
    assert duties["mục III.2"] == "Ban Thường trực Uỷ ban Mặt trận Tổ quốc Việt Nam tỉnh"
    assert not any(path.startswith("mục I.") for path in duties)


def test_a_date_is_shared_only_along_one_series_of_numbers() -> None:
    text = (
        "1. Thực hiện Quyết định số 1-QĐ/TU và Quyết định số 2-QĐ/TU ngày 12/5/2026 của Tỉnh ủy; Thông tư số "
        "3/2026/TT-BNV, Nghị định số 4/2026/NĐ-CP ngày 01/6/2026 của Chính phủ."
    )
    dates = {c.number: c.date for c in parse(text).citations}
    assert dates["1-QĐ/TU"] == dates["2-QĐ/TU"] == dt.date(2026, 5, 12)
    assert dates["3/2026/TT-BNV"] is None
    assert dates["4/2026/NĐ-CP"] == dt.date(2026, 6, 1)
