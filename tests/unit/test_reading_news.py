"""Pages that present a document without its letterhead: news, portals, law libraries; all of an invented province."""

import pytest

from knowledge.facts import facts
from knowledge.reading.parse import parse


def header(text: str) -> dict[str, object]:
    found = facts(parse(text))["header"]
    assert isinstance(found, dict)
    return found


def told(text: str) -> tuple[object, ...]:
    found = header(text)
    return tuple(found[key] for key in ("doc_type", "number", "date", "issuer"))


def test_a_report_without_a_date_presents_its_document() -> None:
    found = header(
        "Nâng chất lượng hòa giải ở cơ sở\n\nCập nhật lúc: 08:12 14/03/2024\n\n"
        "UBND tỉnh mới có văn bản số 3321/UBND-NC gửi các sở, ngành và cấp huyện, nhắc chọn hòa giải viên có uy tín.\n"
    )
    assert (found["doc_type"], found["number"]) == ("Tin (đưa lại Công văn)", "3321/UBND-NC")
    assert (found["issuer"], found["date"]) == ("UBND tỉnh", None)
    assert found["trich_yeu"] == "Nâng chất lượng hòa giải ở cơ sở"


def test_what_a_document_carries_out_is_not_the_document_that_was_issued() -> None:
    found = told(
        "Chương trình thực hiện Chỉ thị 33-CT/TW của Ban Bí thư về phòng cháy rừng\nNgày cập nhật 30/10/2017\n\n"
        "Ngày 23/8/2017, Tỉnh ủy Hoành Giang đã ban hành Chương trình số 29-CTr/TU về thực hiện Chỉ thị 33-CT/TW của "
        "Ban Bí thư về phòng cháy rừng.\nSau đây là nội dung Chương trình:\n\nI. MỤC ĐÍCH\n1. Giữ rừng.\n"
    )
    assert found == ("Chương trình", "29-CTr/TU", "2017-08-23", "Tỉnh ủy Hoành Giang")


def test_the_document_reported_may_come_after_those_it_follows() -> None:
    found = told(
        "(Hoành Giang Portal) – Thực hiện Công văn số 1234/BNV-CCHC ngày 01/3/2024 của Bộ Nội vụ về rà soát thủ tục, "
        "ngày 11/3/2024, Sở Nội vụ ban hành Công văn số 456/SNV-CCHC đề nghị các huyện rà soát.\n"
    )
    assert found == ("Tin (đưa lại Công văn)", "456/SNV-CCHC", "2024-03-11", "Sở Nội vụ")


@pytest.mark.parametrize(
    ("sentence", "issuer", "signer"),
    [
        (
            "Ngày 12/3, Chủ tịch UBND tỉnh Hoành Giang Nguyễn Văn Lành đã ký ban hành "
            "Kế hoạch số 77/KH-UBND về thi đua.",
            "UBND tỉnh Hoành Giang",
            "Nguyễn Văn Lành",
        ),
        (
            "Ngày 05/4/2024, đồng chí Trần Hữu Phước, Phó Bí thư Thường trực Tỉnh ủy Hoành Giang đã ký ban hành "
            "Công văn số 812-CV/TU về việc chống hạn.",
            "Tỉnh ủy Hoành Giang",
            "Trần Hữu Phước",
        ),
        (
            "Thay mặt Ban Thường vụ Tỉnh ủy, đồng chí Lê Thị Mơ, Phó Bí thư Tỉnh ủy vừa ký ban hành "
            "Chỉ thị số 15-CT/TU ngày 2/5/2023 về nâng chất lượng hòa giải.",
            "Ban Thường vụ Tỉnh ủy",
            "Lê Thị Mơ",
        ),
        ("Thủ tướng Chính phủ vừa ban hành Chỉ thị số 95/CT-TTg về chống hạn.", "Thủ tướng Chính phủ", None),
        (
            "Ủy ban nhân dân (UBND) tỉnh Hoành Giang vừa có Công văn hỏa tốc số 21/UBND-NC về trực lũ.",
            "Ủy ban nhân dân tỉnh Hoành Giang",
            None,
        ),
    ],
)
def test_a_report_tells_who_issued_and_who_signed(sentence: str, issuer: str, signer: str | None) -> None:
    found = header(f"Tin trong ngày\n\n{sentence}\n")
    assert (found["issuer"], found["signer"]) == (issuer, signer)


def test_a_report_without_a_number_still_tells_type_issuer_and_title() -> None:
    found = header(
        "Sở Nội vụ đôn đốc kiểm kê\nSở Nội vụ vừa có Công văn đôn đốc kiểm kê hồ sơ địa giới các xã năm 2026.\n\n"
        "Theo Công văn số 731/BNV-CQĐP ngày 29/5/2026 của Bộ Nội vụ, hồ sơ phải đủ bản đồ.\n"
    )
    assert (found["doc_type"], found["number"], found["issuer"]) == ("Tin (đưa lại Công văn)", None, "Sở Nội vụ")
    assert found["trich_yeu"] == "đôn đốc kiểm kê hồ sơ địa giới các xã năm 2026"


def test_a_number_in_brackets_below_the_title_is_the_documents() -> None:
    found = told(
        "Tuyên truyền mùa lũ\n\nBan Tuyên giáo Tỉnh ủy đã ban hành Hướng dẫn tuyên truyền phòng lũ năm 2021 "
        "(Hướng dẫn số 12-HD/BTGTU, ngày 4/2/2021).\n"
    )
    assert found == ("Tin (đưa lại Hướng dẫn)", "12-HD/BTGTU", "2021-02-04", "Ban Tuyên giáo Tỉnh ủy")


def test_the_letters_of_a_symbol_tell_the_type_where_a_page_says_cong_van() -> None:
    text = "Ban Dân vận Tỉnh ủy vừa có Công văn số 58-KH/BDVTU về Kế hoạch thi kể chuyện bến nước\n"
    assert header(text)["doc_type"] == "Tin (đưa lại Kế hoạch)"


def test_a_page_that_ends_by_sending_its_reader_to_a_document_presents_it() -> None:
    found = header(
        "Bộ Nội vụ hướng dẫn lập hồ sơ địa giới\n\nCác tỉnh lập hồ sơ địa giới bằng bản đồ số, gửi qua mạng.\n\n"
        "Mời xem Văn bản số 581/BNV-CQĐP và biểu mẫu Tại đây.\n"
    )
    assert (found["doc_type"], found["number"]) == ("Tin (đưa lại Công văn)", "581/BNV-CQĐP")
    assert (found["issuer"], found["trich_yeu"]) == ("Bộ Nội vụ", "Bộ Nội vụ hướng dẫn lập hồ sơ địa giới")


def test_the_page_cites_the_document_that_it_presents_as_it_tells_of_it() -> None:
    document = parse(
        "Thi đua\n\nNgày 05/4/2024, đồng chí Trần Hữu Phước, Phó Bí thư Tỉnh ủy Hoành Giang đã ký ban hành "
        "Công văn số 812-CV/TU về việc chống hạn.\n"
    )
    cited = [(c.type, c.number, str(c.date), c.issuer) for c in document.citations]
    assert cited == [("Công văn", "812-CV/TU", "2024-04-05", "Tỉnh ủy Hoành Giang")]


@pytest.mark.parametrize(
    "text",
    [
        "Sáng 5/6, UBND huyện Suối Mây họp triển khai Quyết định số 553/QĐ-UBND ngày 15/3/2016 của UBND tỉnh.\n",
        "Thực hiện Chỉ thị số 05-CT/TU, ngày 23/5/2021 của Ban Thường vụ Tỉnh ủy về thi đua, các cấp đã làm tốt.\n",
        "UBND xã đã có báo cáo gửi huyện. Bà con đã có công văn xin điện.\n",
    ],
)
def test_a_page_that_only_carries_a_document_out_presents_none(text: str) -> None:
    assert told(text) == (None, None, None, None)


def test_a_list_of_documents_below_a_sentence_is_none_of_them() -> None:
    listed = "\n\n".join(
        f"Nghị quyết {n}/NQ-UBTVQH15 về việc sắp xếp các xã của tỉnh thứ {n}" for n in range(1656, 1660)
    )
    text = (
        "Tải về các nghị quyết sắp xếp xã\n\nNgày 16/6/2025, các nghị quyết về sắp xếp đơn vị hành chính cấp xã "
        f"của mọi tỉnh, thành phố trong cả nước được thông qua.\n\n{listed}\n"
    )
    assert header(text)["number"] is None


def test_a_headline_tells_of_its_document_only_what_stands_beside_the_number() -> None:
    found = header(
        "Kế hoạch số 12/KH-UBND thực hiện Chỉ thị số 33/CT-TTg ngày 26/11/2021 của Thủ tướng Chính phủ\n\n"
        "UBND xã Đồi Chè xây dựng kế hoạch như sau:\n\nI. MỤC ĐÍCH\n1. Làm tốt.\n"
    )
    assert (found["number"], found["date"], found["issuer"]) == ("12/KH-UBND", None, "UBND xã Đồi Chè")


def test_a_headline_may_name_its_document_without_a_number() -> None:
    found = header("Chỉ thị của Chủ tịch Ủy ban nhân dân tỉnh về việc trực lũ\n\nMùa lũ năm nay đến sớm.\n")
    assert (found["doc_type"], found["issuer"]) == ("Chỉ thị", "Chủ tịch Ủy ban nhân dân tỉnh")
    assert found["trich_yeu"] == "trực lũ"


def test_the_fuller_of_two_headlines_gives_the_title() -> None:
    found = header(
        "Công văn 302/UBND-NC 2023 hướng dẫn trực lũ\n\n  • Thuộc tính\n  • Tải về\n\n"
        "Công văn 302/UBND-NC của UBND tỉnh Hoành Giang về hướng dẫn trực lũ cấp xã năm 2024\n"
    )
    assert found["trich_yeu"] == "hướng dẫn trực lũ cấp xã năm 2024"
    assert found["issuer"] == "UBND tỉnh Hoành Giang"


PROPERTIES = {
    "run together": (
        "Cơ quan ban hành: UBND xã Đồi ChèSố công báo:Đang cập nhật\n"
        "Số hiệu:45/KH-UBNDNgày đăng công báo:Đang cập nhật\n"
        "Loại văn bản:Kế hoạchNgười ký:Tô Hữu Lành\nNgày ban hành:12/03/2024Ngày hết hiệu lực:Đang cập nhật\n"
    ),
    "in cells": (
        "Số hiệu: | 45/KH-UBND | Loại văn bản: | Kế hoạch |\n"
        "Nơi ban hành: | UBND xã Đồi Chè | Người ký: | Tô Hữu Lành |\n"
        "Ngày ban hành: | 12/03/2024 | Ngày hiệu lực: | Đang cập nhật |\n"
    ),
    "below their labels": (
        "Số ký hiệu\n45/KH-UBND\nNgày ban hành\n12/03/2024\nLoại văn bản\nKế hoạch\nCơ quan ban hành\nUBND xã Đồi Chè\n"
        "Người ký\nTô Hữu Lành\n"
    ),
    "in a list": (
        "- Số hiệu văn bản: 45/KH-UBND\n- Loại văn bản: Kế hoạch\n- Đơn vị ban hành: UBND xã Đồi Chè\n"
        "- Người ký: Tô Hữu Lành\n- Ngày ban hành: 12-03-2024\n- Tình trạng hiệu lực: Còn hiệu lực\n"
    ),
}


@pytest.mark.parametrize("layout", PROPERTIES)
def test_a_block_of_properties_is_read_in_every_layout(layout: str) -> None:
    found = header(f"Văn bản chỉ đạo, điều hành\n\n{PROPERTIES[layout]}")
    assert told(PROPERTIES[layout]) == ("Kế hoạch", "45/KH-UBND", "2024-03-12", "UBND xã Đồi Chè")
    assert found["signer"] == "Tô Hữu Lành"


def test_a_province_listed_as_issuer_stands_for_the_organ_that_the_symbol_names() -> None:
    found = told(
        "Số hiệu 15/2006/QĐ-UBND\nNgày ban hành 16/02/2006\nLoại văn bản Quyết định\n"
        "Cơ quan ban hành Tỉnh Hoành Giang\n"
    )
    assert found == ("Quyết định", "15/2006/QĐ-UBND", "2006-02-16", "UBND tỉnh Hoành Giang")


def test_a_table_of_documents_is_no_block_of_properties() -> None:
    found = told(
        "Danh sách văn bản\nSTT | Số ký hiệu | Ngày ban hành | Cơ quan ban hành | Trích yếu |\n"
        "1 | 45/KH-UBND | 12/03/2024 | UBND xã Đồi Chè | Ra quân mùa khô |\n"
    )
    assert found == (None, None, None, None)


def test_properties_above_a_letterhead_are_no_part_of_its_title() -> None:
    found = header(
        "Số hiệu | 15/QĐ-TTg |\nLoại văn bản | Quyết định |\nCơ quan ban hành | Thủ tướng Chính phủ |\n"
        "Người ký | Tô Hữu Lành |\nLĩnh vực | Bộ máy hành chính |\nTHỦ TƯỚNG CHÍNH PHỦ |\n"
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM |\nSố: 15/QĐ-TTg |\nHà Nội, ngày 24 tháng 7 năm 2025 |\n"
        "QUYẾT ĐỊNH\nVỀ TRỰC LŨ NĂM 2025\n\nĐiều 1. Trực lũ.\n|\nKT. THỦ TƯỚNG |\nKẾ HOẠCH\n(Kèm theo Quyết định)\n"
    )
    assert (found["trich_yeu"], found["signer"]) == ("TRỰC LŨ NĂM 2025", "Tô Hữu Lành")


def test_a_report_over_hard_wraps_is_one_sentence() -> None:
    found = told(
        "Trang chủ > Tin tức > Tin trong tỉnh\nThi đua hướng tới ngày truyền thống\n"
        "(Cổng tỉnh) - Ngày 24/6/2019, Ban Tuyên giáo Đảng ủy Khối các cơ quan\ntỉnh đã ban hành Công văn số\n"
        "171-CV/BTG về dân vận năm 2019.\nCông văn yêu cầu các chi bộ quán triệt.\n"
    )
    issuer = "Ban Tuyên giáo Đảng ủy Khối các cơ quan tỉnh"
    assert found == ("Tin (đưa lại Công văn)", "171-CV/BTG", "2019-06-24", issuer)


def test_a_headline_that_only_names_a_document_is_completed_by_the_report_below_it() -> None:
    found = told(
        "Nghị định 59/2023/NĐ-CP có hiệu lực\n\nChính phủ vừa ban hành Nghị định 59/2023/NĐ-CP ngày 14/8/2023 quy định "
        "chi tiết một số điều của Luật Thực hiện dân chủ ở cơ sở.\n"
    )
    assert found == ("Tin (đưa lại Nghị định)", "59/2023/NĐ-CP", "2023-08-14", "Chính phủ")


@pytest.mark.parametrize(
    "text",
    [
        "Trong năm 2024, UBND xã đã ban hành Kế hoạch số 12/KH-UBND ngày 3/2/2024 về dân vận và tổ chức nhiều việc.\n",
        "Công tác quý I\nBan Dân vận đã tham mưu Ban Thường vụ Tỉnh ủy ban hành Chỉ thị số 22-CT/TU về dân vận.\n",
    ],
)
def test_an_account_of_past_work_presents_no_document(text: str) -> None:
    assert told(text) == (None, None, None, None)


def test_a_report_that_mentions_a_plan_of_its_own_body_stays_a_report() -> None:
    found = header(
        "BÁO CÁO\nKết quả dân vận quý II\n\nUBND xã đã ban hành Kế hoạch số 12/KH-UBND ngày 3/2/2024 về dân vận; nay "
        "báo cáo kết quả như sau:\n\nI. KẾT QUẢ\n1. Đã làm ba việc.\n"
    )
    assert (found["doc_type"], found["number"]) == ("Báo cáo", None)


def test_a_headline_may_say_whose_document_it_is_before_the_number() -> None:
    found = header(
        "Đổi tên đường ở Hoành Giang\n\n"
        "Nghị quyết của Hội đồng nhân dân tỉnh Hoành Giang số 45/2014/NQ-HĐND ngày 12-9-2014 phê chuẩn việc đặt tên\n\n"
        "HỘI ĐỒNG NHÂN DÂN TỈNH HOÀNH GIANG\n\nCăn cứ Luật Tổ chức Hội đồng nhân dân ngày 26 tháng 11 năm 2003;\n\n"
        "QUYẾT NGHỊ:\n\nĐiều 1. Đặt tên 05 tuyến đường.\n"
    )
    assert [found[key] for key in ("doc_type", "number", "date", "issuer", "trich_yeu")] == [
        "Nghị quyết",
        "45/2014/NQ-HĐND",
        "2014-09-12",
        "Hội đồng nhân dân tỉnh Hoành Giang",
        "phê chuẩn việc đặt tên",
    ]


@pytest.mark.parametrize(
    ("page", "told_of"),
    [
        (
            "Nhắc các xã gửi báo cáo\n\nĐến hết tháng 2, nhiều xã vẫn chưa gửi báo cáo về tỉnh.\n\nNgày 05/3/2024, Sở "
            "Khoa học và Công nghệ tỉnh Hoành Giang đã gửi công văn yêu cầu UBND các xã hoàn thành báo cáo.\n",
            ("Tin (đưa lại Công văn)", None, "2024-03-05", "Sở Khoa học và Công nghệ tỉnh Hoành Giang"),
        ),
        (
            "(HGP) - Kiểm toán nhà nước (KTNN) vừa phát hành văn bản yêu cầu các đơn vị rà soát kết quả kiểm toán.\n",
            ("Tin (đưa lại Công văn)", None, None, "Kiểm toán nhà nước"),
        ),
    ],
)
def test_a_letter_without_number_or_title_is_reported_by_what_it_asks(page: str, told_of: tuple[object, ...]) -> None:
    assert told(page) == told_of


def test_a_number_alone_above_the_subject_is_the_document_s_and_its_letters_tell_the_body() -> None:
    page = (
        "1254/BVNTT-DSVH\n\nCông văn V/v kiểm kê hiện vật\n\nKính gửi: Giám đốc các bảo tàng\n\n"
        "Ngày 02/5/2019, Bộ Văn nghệ Thể thao đã có Công văn số 998/BVNTT-DSVH về việc này. Đến nay còn ba bảo tàng "
        "chưa trả lời.\n"
    )
    assert told(page) == ("Công văn", "1254/BVNTT-DSVH", None, "Bộ Văn nghệ Thể thao")


def test_what_a_label_means_is_no_value_of_it() -> None:
    found = header(
        "Cơ quan ban hành: UBND tỉnh Hoành Giang\nSố hiệu: 45/KH-UBND\nLoại văn bản: Kế hoạch\nNgày ban hành:\n"
        "Ngày ban hành là ngày, tháng, năm văn bản được ký.\n09/12/2025\nTình trạng hiệu lực: Còn hiệu lực\n"
    )
    assert found["date"] == "2025-12-09"
