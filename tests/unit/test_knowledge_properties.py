"""What holds for every text, however damaged: nothing crashes, nothing is lost, every quote is word for word."""

import datetime as dt
import os
import unicodedata
from decimal import Decimal

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from knowledge.calendar import VIETNAM, Rule, due_reminders, is_quiet, is_working_day, last_working_day, occurrences
from knowledge.facts import facts
from knowledge.fold import fold, nfc, syllables, symbol_key, tone_normal
from knowledge.numbers import format_number, parse_date, parse_number
from knowledge.period import Kind, Period, parse_period
from knowledge.reading.parse import parse

EXAMPLES = int(os.environ.get("DANVAN_TEST_EXAMPLES", "150"))
many = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])

PIECES = st.sampled_from(
    [
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "ĐẢNG CỘNG SẢN VIỆT NAM", "Độc lập - Tự do - Hạnh phúc",
        "ỦY BAN NHÂN DÂN", "TỈNH BÌNH LÂM", "Số: 12/KH-UBND", "Số: /UBND-VX", "Số 5-CV/TU", "V/v báo cáo",
        "Bình Lâm, ngày 5 tháng 6 năm 2026", "Bình Lâm, ngày tháng năm 2026", "KẾ HOẠCH", "QUYẾT ĐỊNH",
        "Kính gửi:", "- UBND các xã;", "Căn cứ Quyết định số 1-QĐ/TW, Quyết định số 2-QĐ/TW ngày 3/4/2020 của Bộ X",
        "I. MỤC ĐÍCH", "1. Nội dung", "a) Điểm", "Điều 3. Thay thế", "Chương II", "- gạch", "trước ngày 30/10 hàng năm",
        "các xã báo cáo về Sở Nội vụ", "định kỳ 6 tháng (trước ngày 10/6/2026)", "nếu có vướng mắc", "phản ánh về",
        "Nơi nhận:", "TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH", "Nguyễn Văn Bình", "|", "*", "---", "2",
        "“",
        "”", "(", ")", ";", "./.", "31/2/2020", "15/10/2030-15/10/2019", "Các tin khác", "\u00a0", "\u200b", "e\u0301",
        "Thứ Hai, 15/7/2024", "Ngày 1/2/2024, UBND tỉnh ban hành Công văn số 3/UBND-VX về việc x",
        "Luật số 10/2022/QH15",
    ]
)  # fmt: skip
SEPARATORS = st.sampled_from(["\n", "\n\n", " ", ", ", "; ", ". ", "\r\n", "\t", "    ", "\f", "\x85"])
OFFICIAL = st.lists(st.tuples(PIECES, SEPARATORS), max_size=40).map(lambda parts: "".join(a + b for a, b in parts))
TEXTS = st.one_of(st.text(max_size=400), OFFICIAL, st.tuples(OFFICIAL, st.text(max_size=60), OFFICIAL).map("".join))


@many
@given(TEXTS)
@example("TL\r0/ <\rKE HOACH\r0")
@example("|0")
@example("0|")
def test_any_text_is_read_and_not_a_character_is_lost(text: str) -> None:
    document = parse(text)
    assert document.text == unicodedata.normalize("NFC", text)
    at = 0
    for passage in document.passages:
        assert passage.start >= at
        assert passage.end > passage.start
        assert not document.text[at : passage.start].strip()
        at = passage.end
    assert not document.text[at:].strip()


@many
@given(TEXTS)
def test_every_quote_stands_in_the_text_where_it_says(text: str) -> None:
    document = parse(text)
    header = document.header
    fields = [getattr(header, name) for name in header.__slots__]
    single = [f for f in fields if f is not None and not isinstance(f, tuple)]
    listed = [f for several in fields if isinstance(several, tuple) for f in several]
    for item in [*single, *listed, *document.citations, *document.deadlines, *document.duties]:
        assert document.text[item.start : item.start + len(item.quote)] == item.quote
    for contradiction in document.contradictions:
        assert all(quote in document.text for quote in contradiction.quotes)


@many
@given(TEXTS)
def test_facts_are_always_json_of_the_same_shape(text: str) -> None:
    import json

    found = facts(parse(text))
    assert json.loads(json.dumps(found, ensure_ascii=False)) == found
    assert set(found) >= {"header", "citations", "deadlines", "relations", "contradictions"}


@many
@given(TEXTS)
@example("TRƯỚC NGÀY 1/1/0001:GỬI")
def test_a_printed_deadline_is_never_moved_and_exclusive_bounds_end_a_day_before(text: str) -> None:
    for deadline in parse(text).deadlines:
        for instance in deadline.instances:
            days = (instance.date - instance.last_admissible_day).days
            assert days == (1 if instance.bound == "trước ngày" else 0)


@many
@given(st.text(max_size=200))
def test_folding_is_the_same_for_composed_and_decomposed_text(text: str) -> None:
    assert fold(unicodedata.normalize("NFD", text)) == fold(nfc(text))
    assert fold(fold(text)) == fold(text)
    assert syllables(text) == syllables(tone_normal(text))


@many
@given(st.text(max_size=80))
def test_reading_what_a_person_typed_never_fails(text: str) -> None:
    today = dt.date(2026, 11, 22)
    parse_number(text)
    parse_date(text, today)
    parse_period(text, today)
    symbol_key(text)


@many
@given(st.decimals(min_value=-(10**12), max_value=10**12, places=4, allow_nan=False, allow_infinity=False))
def test_a_number_that_was_printed_is_read_back(value: Decimal) -> None:
    assert parse_number(format_number(value)) == value


DATES = st.dates(min_value=dt.date(1990, 1, 1), max_value=dt.date(2080, 12, 31))
RULES = st.one_of(
    st.builds(lambda d, e: Rule("once", date=d, exclusive=e), DATES, st.booleans()),
    st.builds(lambda d, e: Rule("week", day=d, exclusive=e), st.integers(1, 7), st.booleans()),
    st.builds(lambda d, e: Rule("month", day=d, exclusive=e), st.integers(1, 31), st.booleans()),
    st.builds(
        lambda m, d, e: Rule("quarter", month=m, day=d, exclusive=e),
        st.integers(1, 3),
        st.integers(1, 31),
        st.booleans(),
    ),
    st.builds(
        lambda m, d, e: Rule("half-year", month=m, day=d, exclusive=e),
        st.integers(1, 6),
        st.integers(1, 31),
        st.booleans(),
    ),
    st.builds(
        lambda m, d, e, n: Rule("year", month=m, day=d, exclusive=e, interval=n),
        st.integers(1, 12),
        st.integers(1, 31),
        st.booleans(),
        st.integers(1, 5),
    ),
)


@many
@given(RULES, DATES, st.integers(0, 2000))
def test_occurrences_come_in_order_inside_the_span_whoever_asks(rule: Rule, start: dt.date, days: int) -> None:
    until = start + dt.timedelta(days=days)
    found = occurrences(rule, start, until)
    printed = [o.date for o in found]
    assert printed == sorted(set(printed))
    assert all(start <= day <= until for day in printed)
    middle = start + dt.timedelta(days=days // 2)
    assert found == occurrences(rule, start, middle) + occurrences(rule, middle + dt.timedelta(days=1), until)
    assert Rule.from_dict(rule.to_dict()) == rule
    for occurrence in found:
        assert last_working_day(occurrence) <= occurrence.last_admissible_day <= occurrence.date
        assert is_working_day(last_working_day(occurrence))


@many
@given(RULES, DATES, st.lists(st.integers(1, 200), min_size=1, max_size=60))
def test_reminders_under_random_uptime_are_never_doubled_nor_sent_in_quiet_hours(
    rule: Rule, start: dt.date, pauses: list[int]
) -> None:
    offsets = (7, 3, 1, 0, -1, -3)
    created = dt.datetime.combine(start, dt.time(8), VIETNAM)
    now, sent = created, set()
    for pause in pauses:
        now += dt.timedelta(hours=pause)
        for reminder in due_reminders(rule, offsets, now, sent, created):
            key = (reminder.occurrence.date, reminder.offset)
            assert key not in sent
            assert all(offset > reminder.offset for day, offset in sent if day == reminder.occurrence.date)
            last_day = reminder.occurrence.last_admissible_day
            # What became due in the last evening is still worth saying then.
            assert not is_quiet(now) or now.date() == last_day
            open_now = now.date() <= last_day
            assert open_now if reminder.offset >= 0 else not open_now
            assert is_working_day(now.date()) or open_now
            sent.add(key)
        assert not due_reminders(rule, offsets, now, sent, created)


@many
@given(RULES.filter(lambda r: r.every != "week"), DATES)
@example(Rule("month", day=6), dt.date(2002, 12, 1))
def test_a_program_that_runs_every_morning_reminds_of_every_deadline(rule: Rule, start: dt.date) -> None:
    created = dt.datetime.combine(start, dt.time(8), VIETNAM)
    first = [
        o for o in occurrences(rule, start, start + dt.timedelta(days=200)) if (o.last_admissible_day - start).days > 40
    ]
    if not first:
        return
    occurrence, sent = first[0], set()
    day = occurrence.last_admissible_day - dt.timedelta(days=25)
    while day <= occurrence.last_admissible_day + dt.timedelta(days=20):
        now = dt.datetime.combine(day, dt.time(9), VIETNAM)
        sent |= {(r.occurrence.date, r.offset) for r in due_reminders(rule, (7, 1, -1), now, sent, created)}
        day += dt.timedelta(days=1)
    # Around a long holiday the step of one day goes out so early, or that of seven so late, that they are one.
    week = [occurrence.last_admissible_day - dt.timedelta(days=back) for back in range(7, 0, -1)]
    working = [day for day in week if is_working_day(day)]
    wanted = {7, 1, -1} if len(working) > 1 else {1, -1}
    assert {(occurrence.date, offset) for offset in wanted} <= sent


@many
@given(st.sampled_from(["week", "month", "quarter", "half-year", "year"]), DATES)
def test_periods_follow_each_other_without_gap_and_are_read_back_from_code_and_label(kind: Kind, day: dt.date) -> None:
    period = Period.of(kind, day)
    assert period.contains(day)
    assert period.next().start == period.end + dt.timedelta(days=1)
    assert period.next().previous() == period
    assert Period.from_code(period.code) == period
    assert parse_period(period.label, day) == period
    assert parse_period(period.code, day) == period
