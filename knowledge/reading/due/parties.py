"""Who is told to do something, and who receives it, as a sentence says it."""

from __future__ import annotations

import re
from typing import Final

from knowledge.fold import fold, one_line
from knowledge.reading.grammar import bodies_end, body_end, find_body

_GONE: Final = re.compile(
    r"\b(?:huyen|quan|thi xa|thi tran|thi uy|quan uy|huyen uy|ban dan van|bdv|bdvtu|bdvhu|hu|phong (?:noi vu"
    r"|ldtb|lao dong|van hoa)"
    r"|ban tuyen giao(?! va dan van))\b"
)


def is_gone(body: str) -> bool:
    """Whether a body no longer exists since the district level and the Ban Dân vận ended in 2025."""
    return bool(_GONE.search(fold(body)))


_SUBJECT: Final = re.compile(
    r"^(?:[A-ZĐ][^:;.¶]{2,60}:\s+|Riêng\s+|(?i:0?\d\s+(?:tháng|năm)\b[^;.¶]{0,100}?(?:hàng|hằng) năm,\s+)"
    r"|(?i:hàng|hằng|mỗi)\s+(?:năm|quý|tháng|tuần),?\s+"
    r"|(?i:định kỳ)[^,]{0,30},\s+|(?i:đề nghị|yêu cầu"
    r"|giao cho|giao)\s+"
    r"|(?i:trước|chậm nhất|định kỳ|căn cứ|kết thúc|sau khi|trong quá trình|nơi có|khi|nếu|trường hợp"
    r"|(?:kể )?từ (?:ngày|tháng|năm|quý|nay))\b[^;.]{0,80}?(?:,|\))\s+|[-+\d.)\s]+)*"
    r"(?P<who>(?:các|Các|UBND|Ủy ban|Uỷ ban|HĐND|Ban|Sở|Phòng|Hội(?! nghị| thi| thảo)|cấp ủy|đảng ủy|chi bộ"
    r"|Tỉnh|Huyện|Đảng|Thủ trưởng|Chủ tịch|Người đứng đầu"
    r"|Văn phòng|Mặt trận|Trung tâm|Trạm|Cơ quan|Đơn vị|cơ quan|Thường trực|Công an|Bí thư|Trưởng|Liên đoàn|Đoàn"
    r"|Chi bộ|Đảng bộ|Thanh tra|Giám đốc|Chánh|Kho bạc|Viện|Tòa án|Bảo hiểm|Chi cục|Cục|Trường(?! hợp)|Đài|Hiệu trưởng"
    r"|Tổ(?! chức)|[Cc]ông đoàn|Khối|Thành viên|Lãnh đạo|Chính quyền|Bộ|Chỉ huy|Cấp ủy|Cán bộ|Xã|Phường|Đặc khu"
    r"|Bệnh viện|Mỗi(?! năm| quý| tháng))\b"
    r"(?:[^;:.¶]|;\s(?=(?:UBND|Ủy ban|Uỷ ban|Ban|các|Các|Hội|Sở)\b)){0,160}?),?\s+"
    r"(?=(?:chịu trách nhiệm|có trách nhiệm|chủ trì|gửi|báo cáo|nộp|tổng hợp|thực hiện|xây dựng"
    r"|(?<![Cc]ác )tổ chức(?!,)"
    r"|triển khai|hoàn thành"
    r"|chậm nhất|muộn nhất|khẩn trương|sớm"
    r"|định kỳ|căn cứ|rà soát|theo dõi|chỉ đạo|phối hợp|tiếp tục|tăng cường|nghiêm túc|đăng ký|kịp thời"
    r"|tập trung|định hướng"
    r"|xác định|nêu cao|phân công|hướng dẫn|phát động|đẩy mạnh|quán triệt|chủ động|thường xuyên|nhận|quan tâm"
    r"|đã|chưa|phải|cần|thu nhận|tiếp nhận|vắng|cập nhật|xem|bảo đảm|đảm bảo|(?<!bầu )(?<!ứng )cử"
    r"|chuyển|tiến hành|phản ánh|điều chỉnh|lập|trả lời|ghi|(?<!Đoàn )(?<!Tổ )(?<!ban )kiểm tra|không"
    r"|vận động|(?<!Tổ )thẩm định|tham mưu|nộp|tiếp|công khai|niêm yết|cung cấp|trao đổi|lắp đặt|nghe|sửa|rút|đề xuất"
    r"|trình"
    r"|là (?:cơ quan|đơn vị|đầu mối)|giải quyết|còn|chọn|lựa chọn|bình chọn|giới thiệu|viết|góp ý|đóng góp"
    r"|(?<![Vv]iện )(?<!Ban )nghiên cứu"
    r"|xử lý|đôn đốc|(?<!Đoàn )(?<!Tổ )(?<!Ban )giám sát|chuẩn bị|bố trí|thông báo|chịu|gặp|họp|được)\b)"
)


_PAPER_OF: Final = re.compile(
    r"(?:Báo cáo|Văn bản|Hồ sơ|Kết quả|Danh sách)\b[^,;:.¶]{0,40}?\scủa\s+(?P<who>các\s[^;:.¶]{3,80}?)\s+"
    r"(?=(?:phải |xin |được )?(?:gửi|nộp|chuyển)\b)"
)
"""Whose paper it is that goes to somebody: "Báo cáo của các địa phương gửi về …"."""


def who_is_told(text: str) -> str | None:
    """Who is told to do it, where the sentence itself says so."""
    match = _SUBJECT.match(text.lstrip(" -+*"))
    if not match:
        paper = _PAPER_OF.match(text.lstrip(" -+*"))
        return one_line(paper["who"]) if paper else None
    who = one_line(match["who"].replace("*", "")).strip(" ,")
    who = re.split(r"(?<!theo) (?:đề nghị|yêu cầu) ", who)[-1]  # "Ban … đề nghị các xã báo cáo"
    if " " not in who or _ISSUED.search(who):
        return None
    return who[:1].upper() + who[1:]


_ISSUED: Final = re.compile(r"\s(?:đã|vừa|mới)\s(?:có|ra|gửi|phát hành|ban hành)$")
"""Who issued a paper is not whom it tells: "Sở … vừa có thông báo yêu cầu các …"."""
_HEADED: Final = re.compile(
    r"^(?:Các|UBND|Ủy ban|Thủ trưởng|Cơ quan|Đơn vị|Giám đốc|Chủ tịch|Trưởng|Bí thư|Chánh|Người đứng đầu|Mặt trận"
    r"|Công an"
    r"|Thường trực|Hiệu trưởng|Thanh tra|Thôn|Xã|Phường)\b"
)


def body_of_heading(heading: str) -> str | None:
    """Who a section is given to by its heading ("Giao Sở Nội vụ", "Ủy ban nhân dân cấp xã có trách nhiệm")."""
    given = re.sub(r"^(?:Giao|Đối với|Đề nghị|Yêu cầu|Trách nhiệm của)\s+(?:cho\s+)?", "", heading).strip()
    given = re.sub(r",?\s+(?:có|chịu) trách nhiệm\b.*$", "", given)
    if len(given) > 60 and (told := who_is_told(given)):
        return told
    return given if given and (find_body(given, 0) or _HEADED.match(given)) else None


def subject_of(text: str) -> str | None:
    """Who is told to do something in a paragraph: its own subject, or the body that it is given to."""
    return who_is_told(re.sub(r"^\W*(?:Điều\s+\d+|[IVX]+|\d+(?:\.\d+)*|[a-zđ])\s*(?:[.):]|/(?=\s))\s*", "", text))


_ASKED: Final = re.compile(
    r"\b(?:đề nghị|yêu cầu|mong(?: muốn)?|muốn|mời|giao|gửi đến|gửi tới)\s+"
    r"(?P<who>(?:các|UBND|Ủy ban|Uỷ ban|HĐND|TTUBMTTQ"
    r"|Ban|ban dân vận|Sở|Phòng|Hội|Đảng ủy|Huyện ủy|Đoàn|Liên đoàn|Mặt trận|[Tt]hủ trưởng|Trưởng|[Cc]hi bộ|Cơ quan"
    r"|Công đoàn)\b[^.:¶]{0,220}?)\s+"
    r"(?=(?:viết|sớm|làm|tiến hành|phối hợp|góp ý|nghiên cứu|gửi|báo cáo|tổ chức(?! hội)|triển khai|thực hiện|rà soát"
    r"|tuyên truyền|tổng hợp|xây dựng|chỉ đạo|quan tâm|tham gia|đóng góp|cung cấp|đăng ký|lập|hoàn thành|nêu cao"
    r"|tập trung|chậm nhất|muộn nhất|trước ngày|phải|khẩn trương|nghiêm túc"
    r"|nộp|trình|chuyển(?! đổi)|(?<!bầu )(?<!ứng )cử|tăng cường|tiếp tục|chủ động"
    r"|quán triệt|kê khai)\b)"
)
_SAID_ABOVE: Final = re.compile(r"\b(?:nói trên|nêu trên|trên đây|kể trên|vừa nêu)\b", re.IGNORECASE)


def asked_of(text: str) -> str | None:
    """Whom a text last asks something of: "Sở mong các phường, xã viết báo cáo"."""
    asked = None
    for asked in _ASKED.finditer(text):  # noqa: B007
        pass
    return one_line(asked["who"].replace("*", "")).strip(" ,") if asked else None


def is_said_above(who: str) -> bool:
    """Whether a name only points back: "Các ban nói trên"."""
    return bool(_SAID_ABOVE.search(who))


_BOUND_NEXT: Final = re.compile(r"[\s,]*(?:trước|chậm nhất|muộn nhất|để|theo|đúng|\(|[.;¶]|$)")
"""What may follow a list of receivers; anything else may be the next clause, whose subject the last name is."""
_RECEIVER: Final = re.compile(
    r"\b(?:về|cho|đến|tới|[Gg]ửi|[Nn]ộp|[Tt]rình|giúp|[Bb]áo cáo(?:\s+(?:định kỳ|kết quả|ngay|kịp thời))?"
    r"(?:\s+với)?)\s+(?=[A-ZĐỦ])"
)


_SHORT: Final = re.compile(
    r"(?:Bộ|Sở|Ban|Hội|Đoàn|Phòng|Tỉnh|Huyện|Xã|Phường)(?=\s+(?:trước|chậm|để|qua|theo|trong)\b|[.,;])"
)
"""A receiver that the text has named before, by its first word: "gửi về Bộ trước ngày …"."""
_GENERIC: Final = re.compile(
    r"\b(?:tới|về|đến|gửi|cho)\s+(?P<who>các (?:cơ quan|đơn vị)(?:\s+(?:có )?liên quan|\s+chức năng)?"
    r"|(?:giám đốc|chủ tịch|thủ trưởng|lãnh đạo|bí thư)\s+(?:sở|ủy ban|cơ quan|đơn vị|huyện|xã|phường|tỉnh|chi bộ))\b"
)
_PERSON: Final = re.compile(
    r"\b(?:nộp|gửi|báo cáo)\s+(?:cho|về|đến|tới)\s+(?P<who>(?:đồng chí|đ/c|chị|anh|ông|bà|cô|thầy)"
    r"(?:\s[A-ZĐ][\w'’]*){1,5}(?:\s\([^)]{2,40}\))?)"
)


def receiver_of(text: str) -> str | None:
    """The receiver that a clause names, with "(qua …)" where it is said."""
    purpose = re.search(r"\bđể\s", text)
    found = list(_RECEIVER.finditer(text))
    # "gửi về Sở Nội vụ … để tổng hợp, báo cáo UBND tỉnh": the Sở receives it.
    found.sort(key=lambda m: (bool(purpose and m.start() > purpose.start()), -m.start()))
    for match in found:
        name = find_body(text, match.end())
        if name is None and (short := _SHORT.match(text, match.end())):
            return short.group()
        if name is None:
            continue
        end = body_end(text, match.end())
        listed = bodies_end(text, end)
        if listed > end and _BOUND_NEXT.match(text, listed):
            name, end = one_line(text[match.end() : listed]), listed
        through = re.compile(r"[^;.¶(]{0,40}?(\((?:qua|thông qua)\s+[^)]{3,80}\))").match(text, end)
        direct = re.compile(r"\s+qua\s+(?=[A-ZĐ])").match(text, end)
        if through:
            return f"{name} {one_line(through[1])}"
        if direct and (via := find_body(text, direct.end())):
            return f"{name} (qua {via})"
        return name
    person = _PERSON.search(text) or _GENERIC.search(text)
    return one_line(person["who"]) if person else None


def named_whole(short: str, before: str) -> str:
    """The name that a text gave in full before: "Bộ" is the "Bộ Nội vụ" named last; as it is where none was."""
    places = [m.start() for m in re.finditer(rf"(?<!\w){re.escape(short)}\s+(?=[A-ZĐ])", before)]
    return next((name for at in reversed(places) if (name := find_body(before, at))), short)
