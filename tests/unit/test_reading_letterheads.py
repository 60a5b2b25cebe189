"""Letterheads that copying damaged: on one line, printed twice, cut at pipes, their second lines lost."""

import pytest

from knowledge.facts import facts
from knowledge.reading.parse import parse


def header(text: str) -> dict[str, object]:
    found = facts(parse(text))["header"]
    assert isinstance(found, dict)
    return found


YOUTH = (
    "BAN CHẤP HÀNH TRUNG ƯƠNG***Số: 41 - QĐ/TWĐTN-BTGĐOÀN TNCS HỒ CHÍ MINH Hà Nội, ngày 3 tháng 2 năm 2026"
    " QUYẾT ĐỊNHVề việc ban hành Quy chế trại hè--------- BAN BÍ THƯ TRUNG ƯƠNG ĐOÀN- Căn cứ Điều lệ Đoàn;"
    " - Để trại hè vui và an toàn, QUYẾT ĐỊNH Điều 1. Ban hành Quy chế trại hè."
    " Điều 2. Các tỉnh đoàn thi hành./. Nơi nhận: - Như Điều 2; - Lưu."
    " TM. BAN BÍ THƯ TRUNG ƯƠNG ĐOÀNBÍ THƯ (đã ký) Tô Văn Hạ"
)


def test_a_letterhead_of_the_youth_union_on_one_line_comes_apart_where_words_were_glued() -> None:
    found = header(YOUTH)
    assert (found["doc_type"], found["number"], found["date"]) == ("Quyết định", "41-QĐ/TWĐTN-BTG", "2026-02-03")
    assert (found["issuer"], found["trich_yeu"]) == ("Ban Chấp hành Trung ương Đoàn", "ban hành Quy chế trại hè")
    assert (found["signing_authority"], found["signer"]) == ("TM. BAN BÍ THƯ TRUNG ƯƠNG ĐOÀN", "Tô Văn Hạ")
    assert {"Điều 1", "Điều 2"} <= {passage.path for passage in parse(YOUTH).passages}


def test_a_text_below_its_own_cut_preview_is_read_once() -> None:
    head = (
        "ĐẢNG BỘ HUYỆN ĐỒI CHÈ ĐẢNG ỦY XÃ SUỐI MÂY * Số 7 {}KH/ĐU ĐẢNG CỘNG SẢN VIỆT NAM"
        " Suối Mây, ngày 3 tháng 2 năm 2026 KẾ HOẠCH sinh hoạt chi bộ"
    )
    found = header(
        f"1. Trang chủ\n  2. » Tất cả\n\nSố trang 9\n\nĐẢNG BỘ TỈNH BÌNH LÂM {head.format('')} và kết nạp đảng viên"
        f" trong toàn Đảng bộ xã năm[.]\n\n{head.format('-')} năm 2026 -Căn Hướng dẫn số 2-HD/HU ngày 9/1/2026 Huyện"
        " ủy; Đảng ủy lập kế hoạch cho các chi bộ như sau: các chi bộ họp đều.\n"
    )
    assert (found["doc_type"], found["number"], found["date"]) == ("Kế hoạch", "7-KH/ĐU", "2026-02-03")
    assert (found["issuer"], found["trich_yeu"]) == ("Đảng ủy xã Suối Mây", "sinh hoạt chi bộ năm 2026")


def test_who_decides_ends_a_title_in_capitals_on_one_line() -> None:
    found = header(
        "ỦY BAN NHÂN DÂN TỈNH BÌNH LÂM CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM Độc lập Tự do Hạnh phúc"
        " Số: 46/2026/QĐUBND Bình Lâm, ngày 28 tháng 1 năm 2026 QUYẾT ĐỊNH VỀ VIỆC GIỮ RỪNG TRÊN ĐỊA BÀN"
        " TỈNH BÌNH LÂM ỦY BAN NHÂN DÂN TỈNH BÌNH LÂM Căn cứ Luật Lâm nghiệp; QUYẾT ĐỊNH: Điều 1. Giữ rừng."
        " Điều 2. Các xã thi hành./."
    )
    assert (found["number"], found["issuer"]) == ("46/2026/QĐ-UBND", "Ủy ban nhân dân tỉnh Bình Lâm")
    assert found["trich_yeu"] == "GIỮ RỪNG TRÊN ĐỊA BÀN TỈNH BÌNH LÂM"


@pytest.mark.parametrize(
    "above",
    [
        "- 1 Nghị định 5/2003/NĐ-CP về giữ rừng\n- 2 Luật Lâm nghiệp 2017\n",
        "1. Trang chủ\n2. Văn bản\n\nQuy định mới về giữ rừng\n",
        "Chỉ thị số 2/CT-UBND của Ủy ban nhân dân tỉnh: rừng nào cũng có người giữ\n\n(Báo Lâm) - Bình Lâm vừa có"
        " một quy định mới mà người dân vùng cao chờ đã lâu, trong đó mỗi khoảnh rừng đều được giao cho một thôn,"
        " một tổ hay một hộ; ai giữ tốt thì được thưởng. Xin đăng toàn văn.\n\n",
    ],
)
def test_a_letterhead_below_a_list_a_menu_or_a_lead_is_the_head(above: str) -> None:
    found = header(
        f"{above}ỦY BAN NHÂN DÂN | CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM |\n"
        "Số: 2/CT-UBND | Lâm Sơn, ngày 08 tháng 9 năm 2025 |\nGIAO RỪNG CHO THÔN, TỔ VÀ HỘ\n"
        "ỦY BAN NHÂN DÂN TỈNH BÌNH LÂM\nCăn cứ Luật Lâm nghiệp ngày 15/11/2017;\nĐiều 1. Giao rừng.\n"
    )
    assert (found["doc_type"], found["number"], found["date"]) == ("Chỉ thị", "2/CT-UBND", "2025-09-08")
    assert (found["place"], found["issuer"]) == ("Lâm Sơn", "Ủy ban nhân dân tỉnh Bình Lâm")
    assert found["trich_yeu"] == "GIAO RỪNG CHO THÔN, TỔ VÀ HỘ"


COUNCIL = """\
HỘI
ĐỒNG NHÂN DÂN
{place}-------
|
CỘNG
HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
|
Số:
15/2026/NQ-HĐND
|
Bình
Lâm, ngày 18 tháng 7 năm 2026
|
NGHỊ QUYẾT
QUY ĐỊNH MỨC THƯỞNG CHO TỔ GIỮ RỪNG GIAI ĐOẠN
2026-2030
HỘI ĐỒNG NHÂN DÂN TỈNH BÌNH LÂM
KHÓA X - KỲ HỌP THỨ 6
Căn cứ Luật Lâm nghiệp ngày
15/11/2017;
"""


@pytest.mark.parametrize("place", ["TỈNH BÌNH LÂM\n", ""])
def test_a_letterhead_broken_at_every_line_says_who_when_and_what(place: str) -> None:
    found = header(COUNCIL.format(place=place))
    assert (found["number"], found["date"], found["place"]) == ("15/2026/NQ-HĐND", "2026-07-18", "Bình Lâm")
    assert found["issuer"] == "Hội đồng nhân dân tỉnh Bình Lâm"
    assert found["trich_yeu"] == "QUY ĐỊNH MỨC THƯỞNG CHO TỔ GIỮ RỪNG GIAI ĐOẠN 2026-2030"


@pytest.mark.parametrize(
    ("letterhead", "issuer"),
    [
        (
            "ỦY BAN NHÂN DÂN\nỦY BAN MTTQ VIỆT NAM\nTỈNH BÌNH LÂM",
            "Ủy ban nhân dân và Ủy ban MTTQ Việt Nam tỉnh Bình Lâm",
        ),
        ("BAN CHẤP HÀNH\nTRUNG ƯƠNG\nBAN TỔ CHỨC", "Ban Tổ chức Trung ương"),
        ("HỘI LIÊN HIỆP PHỤ NỮ\nVIỆT NAM\nĐOÀN CHỦ TỊCH", "Đoàn Chủ tịch Hội Liên hiệp Phụ nữ Việt Nam"),
        (
            "HỘI CỰU CHIẾN BINH VIỆT NAM\nBAN CHẤP HÀNH TRUNG ƯƠNG",
            "Ban Chấp hành Trung ương Hội Cựu chiến binh Việt Nam",
        ),
        ("LIÊN ĐOÀN LAO ĐỘNG TỈNH BÌNH LÂM\nCÔNG ĐOÀN VIÊN CHỨC", "Công đoàn viên chức"),
        ("ỦY BAN TRUNG ƯƠNG\nMẶT TRẬN TỔ QUỐC VIỆT NAM", "Ủy ban Trung ương Mặt trận Tổ quốc Việt Nam"),
    ],
)
def test_bodies_that_stand_one_above_the_other_are_told_apart(letterhead: str, issuer: str) -> None:
    found = header(
        f"{letterhead}\n-----\n|\nSố: 16 -\nQC/VP\n|\nBình Lâm, ngày\n3 tháng 2 năm 2026\n|\nQUY CHẾ\n"
        "GIỮ LỬA TRẠI\nI. AI GIỮ\n1. Mỗi tổ giữ một đêm.\n"
    )
    assert (found["issuer"], found["number"], found["date"]) == (issuer, "16-QC/VP", "2026-02-03")


def test_where_only_the_body_above_is_left_in_the_head_the_one_that_speaks_is_the_issuer() -> None:
    found = header(
        "TỔNG LIÊN ĐOÀN LAO\nĐỘNG |\nCỘNG HÒA XÃ HỘI\nCHỦ NGHĨA VIỆT NAM |\nSố: 73/LĐLĐ |\n"
        "Lâm Sơn, ngày 03 tháng 11 năm 2026 |\nKính gửi: |\n- Công đoàn cơ sở các xã,\nphường; |\n"
        "Mưa lũ vừa qua làm nhiều đoàn viên mất nhà.\n"
        "Để giúp họ dựng lại nhà, Liên đoàn Lao động tỉnh đề nghị các công đoàn cơ sở quyên góp.\n|\n"
        "TM. BAN THƯỜNG\nVỤ |\n"
    )
    assert (found["doc_type"], found["issuer"]) == ("Công văn", "Liên đoàn Lao động tỉnh")
    assert found["addressees"] == ["Công đoàn cơ sở các xã, phường"]
    assert found["signing_authority"] == "TM. BAN THƯỜNG VỤ"


def test_dots_left_to_be_filled_in_are_no_addressee() -> None:
    found = header(
        "ỦY BAN DÂN VẬN\nSố: 4/UBDV-TH\nV/v góp ý\nHà Nội, ngày 3 tháng 4 năm 2026\nKính gửi: ……………………..\n\n"
        "Xin các nơi cho ý kiến.\n"
    )
    assert found["addressees"] == []


def test_the_title_of_an_annex_is_nobodys_signature() -> None:
    found = header(
        "THỦ TƯỚNG CHÍNH\nPHỦ |\nSố: 15/QĐ-TTg |\nHà Nội, ngày 24 tháng 7 năm 2025 |\nQUYẾT ĐỊNH\nGIỮ RỪNG\n"
        "Điều 1. Ban hành kế hoạch kèm theo./.\n|\nKT. THỦ TƯỚNG |\nKẾ HOẠCH\nI. VIỆC LÀM\n1. Giữ rừng.\n"
    )
    assert (found["issuer"], found["signer"]) == ("Thủ tướng Chính phủ", None)


@pytest.mark.parametrize(
    ("letterhead", "issuer"),
    [
        ("UBND TỈNH BÌNH LÂM SỞ NỘI VỤ", "Sở Nội vụ"),
        (
            "ỦY BAN TRUNG ƯƠNG MẶT TRẬN TỔ QUỐC VIỆT NAM BAN THƯỜNG TRỰC",
            "Ban Thường trực Ủy ban Trung ương Mặt trận Tổ quốc Việt Nam",
        ),
        ("HỘI NÔNG DÂN TỈNH BÌNH LÂM BAN THƯỜNG VỤ", "Ban Thường vụ Hội Nông dân tỉnh Bình Lâm"),
    ],
)
def test_on_one_line_a_title_ends_where_the_document_says_what_it_carries_out(letterhead: str, issuer: str) -> None:
    text = (
        f"{letterhead} CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM Độc lập – Tự do – Hạnh phúc Số: 23/KH-VP"
        " Bình Lâm, ngày 9 tháng 3 năm 2026 KẾ HOẠCH Thực hiện công tác giữ rừng năm 2026 Thực hiện Kế hoạch số"
        " 2/KH-UBND ngày 26/01/2026 về giữ rừng, nay lập kế hoạch như sau: I. MỤC ĐÍCH, YÊU CẦU 1. Mục đích"
        " Rừng được giữ; người giữ rừng được thưởng. 2. Yêu cầu Làm thường xuyên."
    )
    found = header(text)
    assert (found["issuer"], found["trich_yeu"]) == (issuer, "Thực hiện công tác giữ rừng năm 2026")
    assert [c.number for c in parse(text).citations] == ["2/KH-UBND"]


def test_acts_of_the_national_assembly_print_their_type_before_their_number() -> None:
    found = header(
        "Nghị quyết 65/2026/UBTVQH16\n\nNghị quyết 65/2026/UBTVQH16 về ngày giữ rừng\n\nỦY BAN THƯỜNG VỤ\nQUỐC HỘI\n"
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n\nNghị quyết số: 65/2026/UBTVQH16\n\n"
        "Hà Nội, ngày 12 tháng 3 năm 2026\n\nNGHỊ QUYẾT\n\nVỀ NGÀYGIỮ RỪNG\n\nỦY BAN THƯỜNG VỤ QUỐC HỘI\n\n"
        "Căn cứ Hiến pháp;\n"
    )
    assert (found["number"], found["date"]) == ("65/2026/UBTVQH16", "2026-03-12")
    assert (found["issuer"], found["trich_yeu"]) == ("Ủy ban Thường vụ Quốc hội", "NGÀY GIỮ RỪNG")


@pytest.mark.parametrize(
    ("above", "below", "issuer"),
    [
        ("", "", "Ban Chấp hành Trung ương"),
        ("Chỉ thị số 4-CT/TW của Ban Bí thư về giữ rừng\n\n", "", "Ban Bí thư"),
        ("", "\nNơi nhận:\n- Lưu.\nT/M BỘ CHÍNH TRỊ\nTỔNG BÍ THƯ\nTô Văn Hạ\n", "Bộ Chính trị"),
    ],
)
def test_under_the_letterhead_of_the_centre_acts_who_signs_or_who_a_headline_names(
    above: str, below: str, issuer: str
) -> None:
    found = header(
        f"{above}BAN CHẤP HÀNH TRUNG ƯƠNG\n---\nĐẢNG CỘNG SẢN VIỆT NAM\n\nSố: 4-CT/TW\n\n"
        f"Hà Nội, ngày 7 tháng 2 năm 2026\nCHỈ THỊ\nvề giữ rừng\n\nI. YÊU CẦU\n1. Giữ rừng đầu nguồn.\n{below}"
    )
    assert found["issuer"] == issuer


def test_a_day_that_opens_the_first_sentence_is_not_in_the_title() -> None:
    found = header(
        "ĐẢNG ỦY XÃ SUỐI MÂY\nSố 7-TB/ĐU\nSuối Mây, ngày 9 tháng 8 năm 2026\nTHÔNG BÁO\nKết luận hội nghị giao ban\n"
        "tháng 7 năm 2026\nNgày 4/8/2026, Đảng ủy xã họp giao ban.\n"
    )
    assert found["trich_yeu"] == "Kết luận hội nghị giao ban tháng 7 năm 2026"


@pytest.mark.parametrize("cut", ["CỘNG\nHÒA XÃ HỘI CHỦ\nNGHĨA VIỆT NAM", "CỘNG HÒA XÃ\nHỘI CHỦ NGHĨA VIỆT\nNAM"])
@pytest.mark.parametrize("above", ["", "1. Trang chủ\n2. Tin tức\nĐăng nhập\nTin mới trong tuần\n"])
def test_a_motto_broken_anywhere_is_in_nobodys_name(cut: str, above: str) -> None:
    found = header(
        f"{above}SỞ Y TẾ\n{cut}\nĐộc lập - Tự\ndo - Hạnh phúc\nSố:      /TB-SYT\nBình Lâm, ngày    tháng 2 năm 2026\n"
        "THÔNG BÁO\nlịch tiêm phòng\n\nSở Y tế thông báo lịch tiêm.\n"
    )
    assert (found["issuer"], found["symbol"], found["trich_yeu"]) == ("Sở Y tế", "TB-SYT", "lịch tiêm phòng")


@pytest.mark.parametrize(
    ("text", "issuer", "title"),
    [
        (
            "ỦY BAN NHÂN DÂN<br>TỈNH BÌNH LÂM<br>SỞ Y TẾ | CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM | Số: 4/KH-SYT |"
            " Bình Lâm, ngày 3 tháng 2 năm 2026 | KẾ HOẠCH TỔNG KẾT 10 NĂM TIÊM PHÒNG Ở XÃ 2016 - 2026 Thời gian qua,"
            " việc tiêm phòng còn chậm, nhiều thôn bản xa trạm y tế chưa được đến.",
            "Sở Y tế",
            "TỔNG KẾT 10 NĂM TIÊM PHÒNG Ở XÃ 2016 - 2026",
        ),
        (
            "TỈNH ỦY BÌNH LÂM ĐẢNG CỘNG SẢN VIỆT NAM * Bình Lâm, ngày 18 tháng 5 năm 2026 Số 09 - CT/TU CHỈ THỊ CỦA BAN"
            " THƯỜNG VỤ TỈNH ỦY về giữ rừng đầu nguồn ----- Những năm qua, rừng đầu nguồn bị chặt nhiều; nay yêu cầu"
            " các cấp ủy giữ lấy rừng, trồng lại những chỗ đã mất.",
            "Ban Thường vụ Tỉnh ủy",
            "giữ rừng đầu nguồn",
        ),
    ],
)
def test_numbers_dashes_and_single_letters_stand_within_capitals_on_one_line(
    text: str, issuer: str, title: str
) -> None:
    found = header(text)
    assert (found["issuer"], found["trich_yeu"]) == (issuer, title)


def test_a_quoted_subject_goes_on_over_blank_lines_to_its_closing_mark() -> None:
    found = header(
        "HUYỆN ĐOÀN ĐỒI CHÈ\n\n***\n\nĐOÀN TNCS HỒ CHÍ MINH\n\nĐồi Chè, ngày 21 tháng 10 năm 2019\n\n"
        "Số: 68 – CV/ĐTN\n\n“V⁄v ủng hộ thực hiện\n\nChương trình Mùa đông ấm\n\nvà Xuân biên giới”\n\n"
        "Kính gửi: Các cơ sở Đoàn\n\nBan Thường vụ Huyện đoàn đề nghị các cơ sở tham gia.\n"
    )
    assert found["trich_yeu"] == "ủng hộ thực hiện Chương trình Mùa đông ấm và Xuân biên giới"


@pytest.mark.parametrize("number", ["Số   20  -HD/HNDT", "Số      20      -HD/HNDT"])
def test_runs_of_blanks_within_a_number_tear_nothing_apart(number: str) -> None:
    found = header(
        f"HỘI NÔNG DÂN TỈNH ĐỒNG MÂY\n{number}\nĐồng Mây, ngày 05 tháng 3 năm 2014\n\nHƯỚNG DẪN\n"
        "tổ chức thi đua\n\nKính gửi: Hội Nông dân các huyện\n"
    )
    assert found["number"] == "20-HD/HNDT"


def test_a_title_of_one_word_a_line_is_put_together() -> None:
    title = "QUYẾT ĐỊNH VỀ VIỆC BAN HÀNH QUY CHẾ RỪNG".replace(" ", "\n")
    found = header(
        "ỦY BAN NHÂN DÂN\nTỈNH ĐỒNG MÂY\nSố: 15/QĐ-UBND\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n"
        f"Độc lập - Tự do - Hạnh phúc\nĐồng Mây, ngày 05 tháng 3 năm 2014\n{title}\nỦY BAN NHÂN DÂN TỈNH ĐỒNG MÂY\n"
        "Căn cứ Luật Tổ chức Hội đồng nhân dân ngày 26 tháng 11 năm 2003;\nQUYẾT ĐỊNH:\nĐiều 1. Ban hành Quy chế.\n"
    )
    assert (found["doc_type"], found["trich_yeu"]) == ("Quyết định", "BAN HÀNH QUY CHẾ RỪNG")
    assert found["date"] == "2014-03-05"
