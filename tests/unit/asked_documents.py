"""Documents of an invented province, for questions that are asked otherwise than they are written."""

from functools import cache

from knowledge.answer import Answer
from knowledge.answering import answer
from knowledge.answering.asked import Asked
from knowledge.answering.understand import understand
from knowledge.library import Library
from knowledge.reading.parse import parse

PLAN = """ỦY BAN NHÂN DÂN
TỈNH SÔNG LAM
-------
Số: 109/KH-UBND
Sông Lam, ngày 03 tháng 3 năm 2026

KẾ HOẠCH
Trồng tre chắn sóng ven sông giai đoạn 2026 - 2030

Thực hiện Chỉ thị số 47/CT-TTg ngày 04/5/2025 của Thủ tướng Chính phủ về trồng tre giữ đất ven sông; Quyết định số \
71-QĐ/TW ngày 12/6/2024 của Bộ Chính trị về nêu gương trong trồng rừng; \
Quyết định số 902/QĐ-TTg ngày 8/8/2024 của Thủ tướng Chính phủ về nêu gương trong trồng rừng đầu nguồn; Ủy ban \
nhân dân tỉnh lập kế hoạch như sau:

I. MỤC ĐÍCH

1. Giữ bờ sông theo phương châm "Trồng một khóm, sống một khóm, xanh một bờ".

2. Lập thành tích chào mừng Đại hội đại biểu Đảng bộ tỉnh lần thứ VII.

II. TỔ CHỨC THỰC HIỆN

1. Trung tâm Truyền thông: Tuyên truyền việc trồng tre trên loa của các thôn.

2. Sở Nông nghiệp: Cấp tre giống cho các xã.

3. Các xã gửi báo cáo kết quả trồng tre về Sở Nông nghiệp trước ngày 20/11/2026.

Nơi nhận:
- Văn phòng Chính phủ (b/c);
- Bộ Nông nghiệp (b/c);
- Các sở, ngành (p/h);
- Lưu: VT.

KT. CHỦ TỊCH
PHÓ CHỦ TỊCH

Lê Văn Bưởi
"""
LETTER = """HUYỆN ỦY NGÀN SÂU
*
Số 447-CV/HU
Ngàn Sâu, ngày 6 tháng 5 năm 2026

V/v triển khai Kế hoạch số 36-KH/TU của Tỉnh ủy về mở chợ phiên vùng cao

Kính gửi: - Các đảng ủy xã.

Thực hiện Công văn số 640-CV/TU ngày 02/4/2026 của Tỉnh ủy Sông Lam về việc mở chợ phiên; Kế hoạch số 36-KH/TU ngày \
14/3/2026 của Tỉnh ủy Sông Lam thực hiện Kết luận số 8-KL/TW; Huyện ủy đề nghị các xã làm tốt một số việc sau:

1. Các đảng ủy xã vận động bà con mang nông sản ra chợ phiên mỗi tháng hai lần.

2. Thực hiện Chỉ thị số 18/CT-TTg ngày 9/8/2019 của Thủ tướng Chính phủ về trồng tre giữ đất quanh chợ.

3. Quá trình thực hiện có vướng mắc, các xã gọi về Ban Dân vận Huyện ủy (BDV) để được giải đáp. BCSĐ các sở giúp đỡ.

T/M BAN THƯỜNG VỤ
PHÓ BÍ THƯ

Trần Văn Mít
"""
RULES = """HỘI NÔNG DÂN TỈNH SÔNG LAM
-------
Số: 25-HD/HNDT
Sông Lam, ngày 9 tháng 7 năm 2025

HƯỚNG DẪN
Bình chọn hộ trồng chè sạch

Căn cứ Nghị quyết số 14-NQ/HND ngày 02/01/2024 của Hội Nông dân Việt Nam về sản xuất sạch; Hội Nông dân tỉnh hướng \
dẫn như sau:

1. Hộ được chọn phải ký cam kết không phun thuốc trong mười ngày trước khi hái.

2. Nghị quyết số 14-NQ/HND nêu ba khâu đột phá: giống, nước và người.

3. Yêu cầu: Hội Nông dân các xã chấm điểm công khai tại nhà văn hóa thôn.

4. Hội Nông dân các xã gửi danh sách bình chọn về Hội Nông dân tỉnh trước ngày 15/11 hằng năm.

5. Trung tâm Giống cây: Tập huấn cách ủ phân và hái chè sạch cho tổ trưởng.

6. Tập huấn ủ phân, hái chè thì làm ngay tại đồi, mỗi đợt hai ngày.

7. Tổ trưởng giữ quy định về nêu gương, hộ giữ quy định về nêu gương.
"""
POLES = """ỦY BAN NHÂN DÂN
HUYỆN NGÀN SÂU
-------
Số: 212/UBND-KT
Ngàn Sâu, ngày 20 tháng 6 năm 2026

V/v rà soát trụ điện cũ (kèm Kế hoạch số 75/KH-BCĐ)

Kính gửi: Ủy ban nhân dân các xã.

1. Các xã đếm trụ điện cũ, báo lại cho Phòng Kinh tế.

2. Những xã đã đếm xong theo Kế hoạch số 75/KH-BCĐ thì không đếm lại.
"""


@cache
def library() -> Library:
    """The four documents, parsed once for all tests."""
    library = Library()
    for key, text in enumerate((PLAN, LETTER, RULES, POLES), 1):
        library.add(key, f"{key}.txt", parse(text))
    return library


def ask(question: str) -> Answer:
    return answer(library(), question)


def read(question: str) -> Asked:
    return understand(question, library().speller, library().passages.vocabulary.accented)
