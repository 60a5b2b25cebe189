"""Heads of documents in layouts that only other people's files have: spaced out, in mark-up, on a page of news."""

import pytest

from knowledge.facts import facts
from knowledge.reading.parse import parse


def header(text: str) -> dict[str, object]:
    found = facts(parse(text))["header"]
    assert isinstance(found, dict)
    return found


FRONT = """\
/ỦY BAN MTTQ VIỆT NAM

XÃ SUỐI MÂY

BAN THƯỜNG TRỰC

Số: 21/KH-MTTQ-BTT

CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM

Độc lập - Tự do - Hạnh phúc

Suối Mây, ngày 03 tháng 6 năm 2026

KẾ HOẠCH

Ra quân làm sạch đường làng, ngõ xóm chào mừng

ngày truyền thống của Mặt trận xã

Thực hiện chương trình công tác năm, Ban Thường trực xây dựng kế hoạch như sau:

I. MỤC ĐÍCH

1. Để đường làng sạch đẹp.
"""


def test_a_standing_board_of_the_front_is_named_with_its_committee() -> None:
    assert header(FRONT)["issuer"] == "Ban Thường trực Ủy ban MTTQ Việt Nam xã Suối Mây"


def test_a_title_goes_on_over_a_blank_line_where_the_next_line_begins_small() -> None:
    title = header(FRONT)["trich_yeu"]
    assert title == "Ra quân làm sạch đường làng, ngõ xóm chào mừng ngày truyền thống của Mặt trận xã"


def test_a_head_in_a_markdown_table_is_read_cell_by_cell_and_line_by_line() -> None:
    found = header(
        "| ỦY BAN NHÂN DÂN<br/>XÃ ĐỒI CHÈ | CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM<br>Độc lập - Tự do - Hạnh phúc |\n"
        "|---|---|\n"
        "| Số:        /TB-UBND | Đồi Chè, ngày       tháng 4 năm 2026 |\n\n"
        "**THÔNG BÁO**\n**Lịch tiếp công dân quý II**\n\nỦy ban nhân dân xã thông báo lịch như sau.\n"
    )
    assert (found["issuer"], found["symbol"], found["number"]) == ("Ủy ban nhân dân xã Đồi Chè", "TB-UBND", None)
    assert (found["place"], found["date"]) == ("Đồi Chè", None)


def test_the_day_on_which_a_page_was_put_online_is_not_the_documents_day() -> None:
    found = header(
        "TRANG CHỦ  >  VĂN BẢN\nĐăng vào Thứ tư, ngày 22/07/2026\n\nĐẢNG ỦY XÃ ĐỒI CHÈ\n*\nSố 44-TB/ĐU\n\n"
        "ĐẢNG CỘNG SẢN VIỆT NAM\n\nĐồi Chè, ngày 15 tháng 7 năm 2026\n\nTHÔNG BÁO\nvề lịch giao ban\n-----\n\n"
        "Đảng ủy xã thông báo lịch giao ban tháng như sau.\n"
    )
    assert (found["place"], found["date"]) == ("Đồi Chè", "2026-07-15")


def test_several_properties_on_one_line_are_read_one_by_one() -> None:
    found = header(
        "Thông báo 12/TB-SNV về lịch giao ban\nSố hiệu: 12/TB-SNV Loại văn bản: Văn bản khác\n"
        "Nơi ban hành: Tỉnh Hoành Giang Người ký: Tô Hữu Lành\nNgày ban hành: 04/03/2025 Ngày hiệu lực: Chưa rõ\n\n"
        "SỞ NỘI VỤ\n-------\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n"
        "Số: 12/TB-SNV\nHoành Giang, ngày 04 tháng 3 năm 2025\n\nTHÔNG BÁO\nVề lịch giao ban\n\nSở thông báo lịch.\n"
    )
    assert (found["signer"], found["number"], found["date"]) == ("Tô Hữu Lành", "12/TB-SNV", "2025-03-04")


MENU = "Trang chủ | Giới thiệu | Văn bản | Hỏi đáp | Liên hệ\nĐăng nhập   Tiếng Việt ▾\nCán bộ xã Đồi Chè học chữ số\n"


@pytest.mark.parametrize(
    ("lead", "issuer", "type_"),
    [
        (
            "Ngày 12/5/2026, Sở Nội vụ tỉnh ra Chỉ thị số 7/CT-SNV về việc chấn chỉnh giờ làm việc.",
            "Sở Nội vụ tỉnh", "Tin (đưa lại Chỉ thị)",
        ),
        (
            "(Báo Đồi) - Hội Nông dân tỉnh vừa ban hành Kế hoạch số 8/KH-HND ngày 12/5/2026 về việc chấn chỉnh giờ làm"
            " việc. Toàn văn như sau:",
            "Hội Nông dân tỉnh", "Kế hoạch",
        ),
    ],
)  # fmt: skip
def test_a_page_of_news_below_its_menu_says_who_issued_what_and_when(lead: str, issuer: str, type_: str) -> None:
    found = header(f"{MENU}13/5/2026\n\n{lead}\n\nMọi cán bộ đến đúng giờ.\n")
    assert (found["issuer"], found["date"], found["doc_type"]) == (issuer, "2026-05-12", type_)
    assert found["trich_yeu"] == "chấn chỉnh giờ làm việc"


def test_a_document_whose_line_breaks_were_lost_still_has_a_head_and_articles() -> None:
    text = (
        "Tải về\n\n  1. ỦY BAN NHÂN DÂN CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM XÃ ĐỒI CHÈ Độc lập – Tự do – Hạnh phúc"
        " Số: /QĐ-UBND Đồi Chè, ngày 05 tháng 3 năm 2026 QUYẾT ĐỊNH Lập tổ hòa giải thôn Bản Mận CHỦ TỊCH ỦY BAN NHÂN"
        " DÂN XÃ ĐỒI CHÈ Căn cứ Luật Hòa giải ở cơ sở; Xét đề nghị của Trưởng thôn, QUYẾT ĐỊNH: Điều 1. Lập tổ hòa giải"
        " gồm năm người. Điều 2. Tổ hòa giải làm việc từ ngày ký./. Nơi nhận: - Như Điều 2; - Lưu: VT. TM. ỦY BAN NHÂN"
        " DÂN CHỦ TỊCH Tô Văn Hạ"
    )
    found = header(text)
    assert (found["doc_type"], found["symbol"], found["date"]) == ("Quyết định", "QĐ-UBND", "2026-03-05")
    assert (found["place"], found["issuer"]) == ("Đồi Chè", "Ủy ban nhân dân xã Đồi Chè")
    assert found["trich_yeu"] == "Lập tổ hòa giải thôn Bản Mận"
    assert found["noi_nhan"] == ["Như Điều 2", "Lưu: VT"]
    assert {"Điều 1", "Điều 2"} <= {passage.path for passage in parse(text).passages}


@pytest.mark.parametrize(
    ("letterhead", "issuer"),
    [
        ("ĐOÀN TNCS HỒ CHÍ MINH\nBAN CHẤP HÀNH XÃ ĐỒI CHÈ", "Ban Chấp hành xã Đồi Chè"),
        ("HỘI LHPN TỈNH HOÀNH GIANG\nBAN THƯỜNG VỤ HỘI LHPN XÃ ĐỒI CHÈ", "Ban Thường vụ Hội LHPN xã Đồi Chè"),
        ("SỞ GIÁO DỤC VÀ ĐÀO TẠO\nTRƯỜNG THPT ĐỒI CHÈ", "Trường THPT Đồi Chè"),
        ("HĐND TỈNH HOÀNH GIANG\nBAN PHÁP CHẾ", "Ban Pháp chế HĐND tỉnh Hoành Giang"),
        ("UBND XÃ ĐỒI CHÈ\nPHÒNG VĂN HÓA - XÃ HỘI", "Phòng Văn hóa - Xã hội"),
        ("BAN CHẤP HÀNH TRUNG ƯƠNG\nBAN NỘI CHÍNH", "Ban Nội chính Trung ương"),
    ],
)
def test_bodies_are_named_as_a_sentence_would_name_them(letterhead: str, issuer: str) -> None:
    text = (
        f"{letterhead}\nSố: 3/TB-VP\n\nĐồi Chè, ngày 05 tháng 3 năm 2026\n\nTHÔNG BÁO\nLịch họp\n\n1. Họp ngày mai.\n"
    )
    assert header(text)["issuer"] == issuer


def test_a_line_that_breaks_before_a_cited_number_is_not_the_documents_own_head() -> None:
    found = parse(
        "HUYỆN ỦY ĐỒI CHÈ\nSố 6-CT/HU\nĐồi Chè, ngày 3 tháng 2 năm 2019\n\nCHỈ THỊ\nvề giữ rừng đầu nguồn\n\n"
        "Sau mười năm đưa Nghị quyết\nsố 9-NQ/TU, ngày 4/5/2009 của Tỉnh ủy về giữ\nrừng; đồi trọc đã xanh lại.\n"
    )
    assert found.citations[0].about == "giữ rừng"


@pytest.mark.parametrize("hand", ["(ký số)", "(Đã được ký điện tử)", "(Ký điện tử)"])
def test_a_name_below_a_mark_of_an_electronic_hand_signs(hand: str) -> None:
    text = (
        f"{FRONT}\nNơi nhận:\n- Lưu: VT.\nTL. CHỦ TỊCH\nKT. CHÁNH VĂN PHÒNG\nPHÓ CHÁNH VĂN PHÒNG\n{hand}\nLê Thị Mận\n"
    )
    assert header(text)["signer"] == "Lê Thị Mận"


def test_a_telegram_is_addressed_to_those_that_are_wired() -> None:
    found = header(
        "ỦY BAN NHÂN DÂN\nTỈNH BÌNH LÂM\n\nSố: 4/CĐ-UBND\n\nBình Lâm, ngày 3 tháng 2 năm 2026\n\nCÔNG ĐIỆN\n"
        "Về việc chống rét\n\nCHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH BÌNH LÂM điện:\n\n– Giám đốc Sở Y tế;\n"
        "– Chủ tịch Ủy ban nhân dân các xã.\n\nTrời rét đậm, yêu cầu che chắn chuồng trại.\n"
    )
    assert found["addressees"] == ["Giám đốc Sở Y tế", "Chủ tịch Ủy ban nhân dân các xã"]
    assert found["trich_yeu"] == "chống rét"


def test_a_standing_board_is_named_with_its_association() -> None:
    found = header(
        "HỘI NÔNG DÂN XÃ ĐỒI CHÈ\nBAN THƯỜNG VỤ\n\nSố: 4/KH-BTV\n\nKẾ HOẠCH\nGiữ giống lúa\n\n1. Chọn giống.\n"
    )
    assert found["issuer"] == "Ban Thường vụ Hội Nông dân xã Đồi Chè"


def test_a_symbol_may_hold_a_party_committee_with_its_office() -> None:
    found = header("TỈNH ỦY BÌNH LÂM\nSố 6-CTPH/BTCTU-ĐU UBND\n\nCHƯƠNG TRÌNH PHỐI HỢP\nvề giữ rừng\n\nI. MỤC ĐÍCH\n")
    assert found["symbol"] == "CTPH/BTCTU-ĐU UBND"


def test_a_short_heading_does_not_swallow_who_is_told_below_it() -> None:
    body = (
        "1. Vụ tám hộ dân thôn Đông phản ánh đường ngập\n"
        "Ủy ban nhân dân xã Đồi Chè tổ chức đối thoại với các hộ dân trước ngày 9/6/2026, sau đó\n"
        "tiếp tục theo dõi mực nước và nghe ý kiến của Nhân dân tại nhà văn hóa thôn Đông.\n"
        "Các hộ dân không đồng ý với cách làm ấy thì gửi đơn về trụ sở tiếp công dân của xã.\n"
    )
    (found,) = parse(f"KẾT LUẬN\nBuổi tiếp công dân\n\n{body}").deadlines
    assert found.who_reports == "Ủy ban nhân dân xã Đồi Chè"


def test_a_sentence_right_below_the_addressees_is_none_of_them() -> None:
    found = parse(
        "UBND XÃ ĐỒI CHÈ\nSố: 7/UBND-VX\nV/v tiêm phòng\nĐồi Chè, ngày 5 tháng 6 năm 2026\nKính gửi: Trạm Y tế xã\n"
        "Ủy ban nhân dân xã đề nghị các thôn báo cáo trước ngày 20/6/2026.\n"
    )
    assert [field.value for field in found.header.addressees] == ["Trạm Y tế xã"]
    assert len(found.deadlines) == 1
