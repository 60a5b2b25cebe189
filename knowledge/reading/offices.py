"""Names of bodies that hold words which elsewhere end a name: "Sở Kế hoạch và Đầu tư", "Hội Liên hiệp Phụ nữ".

Sources: the ministries and departments of the state as renamed until 2025, the Party's boards, the mass
organisations, and the committees that are named by what they steer.
"""

from __future__ import annotations

import re
from typing import Final

_AND: Final = r"(?:\s+(?:và|&)\s+|\s*[-–,]\s*(?:và\s+)?)"
_OFFICES: Final = (
    r"(?:Sở|Phòng|Bộ|Vụ|Cục|Chi cục|Tổng cục|Ban|Văn phòng|Trung tâm)\s+(?:"
    rf"Kế hoạch(?:{_AND}(?:Đầu tư|Tài chính|Tổng hợp))?|Tài chính{_AND}Kế hoạch|Thông tin(?:{_AND}Truyền thông)?"
    rf"|Văn hóa(?:,\s+Khoa học)?{_AND}Thông tin|Nông nghiệp{_AND}Phát triển nông thôn|Phát triển nông thôn"
    rf"|Lao động(?:{_AND}Thương binh(?:{_AND}Xã hội)?)?"
    rf"|Quy hoạch{_AND}Kiến trúc|Giao thông vận tải|Giao thông công chính|Ngoại giao|Thống kê"
    rf"|Tổ chức{_AND}?\s*(?:cán bộ|hành chính)|Kiểm tra văn bản|Hành chính công"
    r"|Quản lý (?:dự án|khu kinh tế|(?:các )?khu công nghiệp|rừng phòng hộ)|Vì sự tiến bộ (?:của )?phụ nữ)"
)
_ORGANISATIONS: Final = (
    rf"Hội (?:Liên hiệp (?:Phụ nữ|Thanh niên)|Chữ thập đỏ|Người cao tuổi|Khuyến học|Người mù|Cựu thanh niên xung phong)"
    r"|Hội Luật gia|Đoàn (?:Thanh niên|TNCS)(?: Cộng sản)? Hồ Chí Minh|Đoàn đại biểu Quốc hội|Tổng cục"
    r"|Liên hiệp các (?:Hội|tổ chức)(?: Khoa học và Kỹ thuật| hữu nghị)?"
    r"|Ngân hàng (?:Nhà nước|Chính sách xã hội)|Bảo hiểm xã hội|Kho bạc Nhà nước|Kiểm toán Nhà nước|Bộ đội Biên phòng"
    rf"|Đài (?:Phát thanh(?:{_AND}Truyền hình)?|Truyền hình|Tiếng nói)|Đảng ủy (?:Khối )?các cơ quan(?: Đảng)?"
    r"|Hội đồng Phối hợp (?:công tác )?phổ biến,? giáo dục pháp luật|Bộ trưởng, Chủ nhiệm"
)
_STEERING: Final = (
    r"(?:Ban Chỉ đạo|Ban Tổ chức|Ban Vận động|Tổ công tác)\s+"
    r"(?:thực hiện (?:Quy chế |Pháp lệnh |Luật |thực hiện )*dân chủ|thi hành|công tác|phong trào|cải cách"
    r"|chuyển đổi|phòng|xây dựng (?:và thực hiện )?(?:Quy chế|nông thôn)|chuyên trách|Đại hội|Cuộc thi|Hội thi"
    r"|Cuộc vận động|bầu cử)"
    r"[^,;:.()¶]{0,60}?\s(?:tỉnh|huyện|xã|phường|thành phố|Trung ương|Việt Nam"
    r"|của(?=\s(?:Thủ tướng|Chính phủ|UBND)))"
    r"|Ban Chỉ đạo Trung ương về phòng, chống tham nhũng(?:, (?:lãng phí, )?tiêu cực)?"
    r"|Ban Chỉ (?:đạo|huy) (?:quốc gia |cấp quốc gia )?(?:về )?phòng,? chống thiên tai(?: và tìm kiếm cứu nạn)?"
)
"""A steering committee is named by what it steers: "Ban Chỉ đạo thực hiện dân chủ ở cơ sở tỉnh"."""
WHOLE_NAME: Final = re.compile(rf"(?:{_STEERING}|{_OFFICES}|{_ORGANISATIONS})\b", re.IGNORECASE)
"""The part of a body's name that must be read in one."""
