"""Documents of an invented province, for the tests of searching and answering."""

from knowledge.library import Library
from knowledge.reading.parse import parse

PLAN = """ỦY BAN NHÂN DÂN
TỈNH SÔNG LAM

CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc

Số: 58/KH-UBND

Sông Lam, ngày 12 tháng 02 năm 2026

KẾ HOẠCH
Thực hiện công tác dân vận chính quyền năm 2026

Căn cứ Kết luận số 120-KL/TW ngày 07/01/2016 của Bộ Chính trị về tiếp tục đẩy mạnh, nâng cao chất lượng, \
hiệu quả việc xây dựng và thực hiện Quy chế dân chủ ở cơ sở; Ủy ban nhân dân tỉnh ban hành kế hoạch như sau:

I. MỤC ĐÍCH

1. Cán bộ gần dân hơn, nghe dân nhiều hơn, trả lời dân nhanh hơn.

II. NHIỆM VỤ

1. Đối thoại với nhân dân

Chủ tịch Ủy ban nhân dân các xã, phường đối thoại trực tiếp với nhân dân ít nhất hai lần trong năm.

2. Mô hình

Các xã, phường đăng ký mô hình “Dân vận khéo” về bảo vệ nguồn nước.

III. TỔ CHỨC THỰC HIỆN

1. Sở Nội vụ

Sở Nội vụ theo dõi, đôn đốc việc thực hiện Kế hoạch này.

2. Ủy ban nhân dân các xã, phường

Ủy ban nhân dân các xã, phường gửi báo cáo kết quả đối thoại về Sở Nội vụ trước ngày 20/11/2026.

Nơi nhận:
- Bộ Nội vụ (báo cáo);
- Lưu: VT, NC.

TM. ỦY BAN NHÂN DÂN
KT. CHỦ TỊCH
PHÓ CHỦ TỊCH

Trần Thị Lúa
"""

LETTER = """ỦY BAN NHÂN DÂN
HUYỆN NGÀN SÂU

Số: /UBND-NV
V/v hướng dẫn bình chọn tổ hòa giải tiêu biểu

CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc

Ngàn Sâu, ngày tháng năm 2024

Kính gửi:

- Ủy ban nhân dân các xã;
- Phòng Tư pháp.

1. Các xã bình chọn mỗi thôn một tổ hòa giải tiêu biểu.

2. Phòng Tư pháp hướng dẫn tiêu chí bình chọn.

Nơi nhận:
- Như trên;
- Lưu: VT.

CHỦ TỊCH

Lê Văn Đò
"""

PARTY = """TỈNH ỦY SÔNG LAM

ĐẢNG CỘNG SẢN VIỆT NAM
Sông Lam, ngày 03 tháng 3 năm 2025

*
Số 44-CV/TU

V/v nắm tình hình nhân dân

Kính gửi: - Các đảng ủy xã, phường.

1. Các đảng ủy phản ánh tình hình nhân dân hằng tuần.

2. Thực hiện Nghị quyết số 25-NQ/TW ngày 03/6/2013 của Ban Chấp hành Trung ương Đảng (khóa XI).

T/M BAN THƯỜNG VỤ
PHÓ BÍ THƯ

Võ Văn Cầu
"""

PLAN_KEY, LETTER_KEY, PARTY_KEY = 1, 2, 3


def small_library() -> Library:
    library = Library()
    library.add(PLAN_KEY, "ke-hoach.txt", parse(PLAN))
    library.add(LETTER_KEY, "cong-van.txt", parse(LETTER))
    library.add(PARTY_KEY, "cong-van-tinh-uy.txt", parse(PARTY))
    return library
