"""The demo's data: what is promised of it, on any day."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from bot.clock import VIETNAM
from bot.demo import seed as seeding
from bot.demo.figures import answers
from bot.demo.timeline import DEMOCRACY, GOVERNMENT, MODELS, Timeline, timeline
from handlers.people.codes import hash_code, typed_code
from knowledge.answering import answer
from knowledge.calendar import days_left, occurrences
from knowledge.document import Document
from knowledge.fold import fold, nfc
from knowledge.forms.form import load_forms
from knowledge.forms.values import first_open, totals
from knowledge.library import Library
from knowledge.proposals import proposals
from knowledge.reading.parse import parse

DATA = tomllib.loads((Path(seeding.__file__).parent / "people.toml").read_text("utf-8"))
COMMUNES = [commune["name"] for commune in DATA["commune"]]
DAYS = {
    "an ordinary day": dt.datetime(2026, 11, 18, 12, 0, tzinfo=VIETNAM),
    "leap day": dt.datetime(2028, 2, 29, 9, 0, tzinfo=VIETNAM),
    "the last evening of a year": dt.datetime(2026, 12, 31, 23, 59, tzinfo=VIETNAM),
    "the first minute of a year": dt.datetime(2027, 1, 1, 0, 1, tzinfo=VIETNAM),
    "Tết": dt.datetime(2027, 2, 6, 8, 0, tzinfo=VIETNAM),
    "just after a quarterly deadline": dt.datetime(2026, 9, 17, 7, 0, tzinfo=VIETNAM),
}
REAL_PROVINCES = """
An Giang, Bà Rịa - Vũng Tàu, Bà Rịa, Vũng Tàu, Bạc Liêu, Bắc Giang, Bắc Kạn, Bắc Ninh, Bến Tre, Bình Dương, Bình Định,
Bình Phước, Bình Thuận, Cà Mau, Cao Bằng, Cần Thơ, Đà Nẵng, Đắk Lắk, Đắk Nông, Điện Biên, Đồng Nai, Đồng Tháp, Gia Lai,
Hà Giang, Hà Nam, Hà Nội, Hà Tĩnh, Hải Dương, Hải Phòng, Hậu Giang, Hòa Bình, Huế, Hưng Yên, Khánh Hòa, Kiên Giang,
Kon Tum, Lai Châu, Lạng Sơn, Lào Cai, Lâm Đồng, Long An, Nam Định, Nghệ An, Ninh Bình, Ninh Thuận, Phú Thọ, Phú Yên,
Quảng Bình, Quảng Nam, Quảng Ngãi, Quảng Ninh, Quảng Trị, Sóc Trăng, Sơn La, Tây Ninh, Thái Bình, Thái Nguyên,
Thanh Hóa, Thừa Thiên Huế, Tiền Giang, Trà Vinh, Tuyên Quang, Vĩnh Long, Vĩnh Phúc, Yên Bái, Hồ Chí Minh,
Hà Tây, Sông Bé, Minh Hải, Cửu Long, Thuận Hải, Hà Bắc, Hải Hưng, Nam Hà, Hà Nam Ninh, Nghệ Tĩnh, Bình Trị Thiên,
Nghĩa Bình, Phú Khánh, Bắc Thái, Hoàng Liên Sơn, Hà Sơn Bình, Vĩnh Phú, Cao Lạng, Hà Tuyên, Gia Định, Biên Hòa,
Định Tường, Long Khánh, Phước Tuy, Phước Long, Bình Long, Hậu Nghĩa, Kiến Hòa, Kiến Phong, Kiến Tường, Chương Thiện,
Phong Dinh, Ba Xuyên, Sa Đéc, Châu Đốc, Long Xuyên, Tân An, Gò Công, Mỹ Tho, Rạch Giá, Thủ Dầu Một, Phú Bổn, Quảng Đức,
Quảng Tín, Tuyên Đức, Lâm Viên, Pleiku, Darlac, Bãi Sậy, Hưng Hóa, Vạn Bú, Kiến An, Phúc Yên, Vĩnh Yên, Hà Đông, Sơn Tây
"""


@pytest.fixture(scope="module", params=list(DAYS))
def story(request: pytest.FixtureRequest) -> Timeline:
    return timeline(DAYS[request.param])


@pytest.fixture(scope="module")
def documents(story: Timeline) -> dict[str, Document]:
    return {name: parse(text) for name, text in story.documents.items()}


def test_there_are_a_province_three_offices_twelve_communes_and_thirty_people() -> None:
    members = list(seeding._members())
    assert len(DATA["offices"]) == 3
    assert len(set(COMMUNES)) == 12
    assert Counter(member.role for member in members) == {"cadre": 22, "staff": 5, "supervisor": 2, "admin": 1}
    assert len({member.address for member in members}) == 30
    assert all(1 <= len(commune["cadres"]) <= 3 for commune in DATA["commune"])


def test_two_communes_differ_only_by_an_accent_and_two_share_a_word() -> None:
    folded = Counter(fold(name) for name in COMMUNES)
    assert sorted(folded.values())[-2:] == [1, 2]
    words = Counter(word for name in set(map(fold, COMMUNES)) for word in name.split()[1:])
    assert words["van"] == 2


def test_no_province_has_or_had_the_name_of_this_one() -> None:
    real = {fold(name.strip()) for name in REAL_PROVINCES.replace("\n", " ").split(",")}
    assert fold(DATA["province"]).removeprefix("tinh ") not in real


def test_the_codes_are_read_as_codes_however_they_are_typed() -> None:
    for entry in DATA["code"]:
        typed = typed_code(f"start {entry['code'].lower().replace('-', ' ')}")
        assert typed is not None
        assert hash_code(typed) == hash_code(entry["code"])


def test_every_document_says_what_it_is_who_issued_it_when_and_who_signed(
    story: Timeline, documents: dict[str, Document]
) -> None:
    assert 5 <= len(documents) <= 7
    for name, document in documents.items():
        header = document.header
        found = (header.type, header.number, header.date, header.issuer, header.title, header.signer, header.place)
        assert all(found), name
        assert header.date is not None
        assert dt.date.fromisoformat(header.date.value) <= story.now.date(), name
        assert "$" not in document.text
        assert document.text == nfc(document.text)
        assert not document.contradictions, name


def test_both_layouts_are_there_and_articles_too(documents: dict[str, Document]) -> None:
    texts = [document.text for document in documents.values()]
    assert sum("ĐẢNG CỘNG SẢN VIỆT NAM" in text for text in texts) >= 2
    assert sum("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in text for text in texts) >= 2
    paths = [passage.path for document in documents.values() for passage in document.passages]
    assert "Điều 5, khoản 2" in paths
    assert all(60 <= len(text.splitlines()) <= 150 for text in texts)


def test_what_is_in_force_is_what_the_documents_print_and_nothing_else(
    story: Timeline, documents: dict[str, Document]
) -> None:
    printed = {
        (name, one.rule.every, one.rule.date, one.rule.month, one.rule.day, one.rule.exclusive)
        for name, document in documents.items()
        for one in proposals(document)
        if one.rule
    }
    rules = [(duty.document, duty.rule) for duty in story.duties]
    assert printed == {(name, rule.every, rule.date, rule.month, rule.day, rule.exclusive) for name, rule in rules}
    for duty in story.duties:
        assert any(duty.words in found.quote for found in documents[duty.document].deadlines), duty.title


def test_the_directives_are_cited_by_number_date_and_issuer(documents: dict[str, Document]) -> None:
    cited = {(one.number, one.date) for document in documents.values() for one in document.citations}
    assert ("120-KL/TW", dt.date(2016, 1, 7)) in cited
    assert ("33/CT-TTg", dt.date(2021, 11, 26)) in cited
    assert ("25-NQ/TW", dt.date(2013, 6, 3)) in cited


@pytest.mark.parametrize(
    "question, expected",
    [
        ("Văn bản nào chỉ đạo về dân chủ ở cơ sở?", "120-KL/TW"),
        ("van ban nao noi ve qcdc o co so", "120-KL/TW"),
        ("han nop bao cao dan van kheo?", "trước ngày 05 hàng tháng"),
        ("mỗi xã đăng ký ít nhất mấy mô hình dân vận khéo?", "ít nhất 03 mô hình"),
        ("kiến nghị sau đối thoại phải trả lời trong bao nhiêu ngày?", "15 ngày làm việc"),
        ("ai ký quyết định 2130/QĐ-UBND?", "Vương Đình Nhã"),
    ],
)
def test_the_questions_that_are_suggested_are_answered_with_their_source(question: str, expected: str) -> None:
    library = Library()
    for key, (name, text) in enumerate(timeline(DAYS["an ordinary day"]).documents.items(), 1):
        library.add(key, name, parse(text))
    found = answer(library, question)
    assert found.kind == "answer"
    told = " ".join([*found.facts.values(), *(source.quote for source in found.sources)])
    assert expected in told
    assert all(source.quote for source in found.sources)


def test_a_question_that_nothing_covers_is_refused() -> None:
    library = Library()
    for key, (name, text) in enumerate(timeline(DAYS["an ordinary day"]).documents.items(), 1):
        library.add(key, name, parse(text))
    assert answer(library, "lịch tiêm vắc xin cho trẻ em ở đâu?").kind == "refusal"


def test_on_every_day_one_deadline_is_open_and_one_has_just_passed() -> None:
    for number in range(2 * 366):
        now = dt.datetime(2027, 1, 1, 10, tzinfo=VIETNAM) + dt.timedelta(days=number)
        story = timeline(now)
        urged, early = story.duties[-2:]
        overdue = occurrences(urged.rule, now.date() - dt.timedelta(30), now.date())
        coming = occurrences(early.rule, now.date(), now.date() + dt.timedelta(30))
        assert [days_left(one, now.date()) for one in overdue] == [-3]
        assert 3 <= days_left(coming[0], now.date()) <= 7
        assert coming[0].period == story.open.period
        late = next(one for one in story.filings if one.period == overdue[0].period and one.form == urged.form)
        assert len(late.missing) == 2
        assert late.late
        assert 0 < len(story.open.missing) < 12
        keys = [(one.form, one.period) for one in story.filings]
        assert len(keys) == len(set(keys))
        over = Counter(one.form for one in story.filings if one.due < now.date())
        assert all(over[form] >= 2 for form in (MODELS, DEMOCRACY, GOVERNMENT))
        assert all(duty.since <= now for duty in story.duties)


def test_all_made_up_reports_are_complete_and_grow_a_little(story: Timeline) -> None:
    forms = load_forms()
    sums: dict[int, int] = {}
    for filing in story.filings:
        reports = [answers(filing, one["name"], one["size"], 7) for one in DATA["commune"]]
        for report in reports:
            assert set(report) == {question.name for question in forms[filing.form].questions}
            assert first_open(forms[filing.form], report) is None
        assert all(total.answered for total in totals(forms[filing.form], reports))
        if filing.form == MODELS:
            assert all(report["mo_hinh_hieu_qua"] <= report["mo_hinh_dang_ky"] for report in reports)
            sums[filing.step] = sum(report["mo_hinh_dang_ky"] for report in reports)
    assert sums[0] < sums[max(sums)]


_WORD = re.compile(r"\w+(?:[/-]\w+)*")
"""A document's symbol is one word."""
_STATE = ("cộng", "hòa", "xã", "hội", "chủ", "nghĩa", "việt", "nam")
"""The one line of eight words that every state document must print."""


def _eights(text: str) -> set[tuple[str, ...]]:
    """Every run of eight words within a line."""
    runs: set[tuple[str, ...]] = set()
    for line in nfc(text).lower().splitlines():
        words = _WORD.findall(line)
        runs.update(tuple(words[at : at + 8]) for at in range(len(words) - 7))
    return runs


def test_no_eight_words_in_a_row_are_taken_from_a_real_document(shared: Path) -> None:
    files = [file for file in (shared / "corpus").rglob("*") if file.suffix in {".txt", ".md"}]
    assert files
    real = set[tuple[str, ...]]().union(*(_eights(file.read_text("utf-8")) for file in files))
    for name, text in timeline(DAYS["an ordinary day"]).documents.items():
        assert sorted(" ".join(run) for run in _eights(text) & real - {_STATE}) == [], name
