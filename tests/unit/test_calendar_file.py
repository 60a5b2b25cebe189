"""The calendar file as common calendar programs want it (RFC 5545), read back with a library that is not told."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from bot.clock import VIETNAM
from bot.exports.ics import write_calendar
from bot.storage import Store
from handlers.deadlines.dues import Due
from handlers.records.deadlines import EVERY_COMMUNE, Deadline
from handlers.records.reports import StartDraft, SubmitReport
from knowledge.calendar import Rule, next_occurrences
from tests.acceptance.test_deadlines import put_in_force
from tests.support.world import World

NOW = dt.datetime(2027, 1, 4, 9, 0, tzinfo=VIETNAM)


def deadline(rule: Rule, title: str = "Báo cáo năm", **more: Any) -> Deadline:
    return Deadline(7, None, title, None, rule, "dan-van-kheo", "Sở Nội vụ", EVERY_COMMUNE, (3,), NOW, **more)


def written(one: Deadline, count: int = 1) -> bytes:
    found = next_occurrences(one.rule, NOW.date(), count)
    return write_calendar([Due(one, occurrence, occurrence.period, 1, 0) for occurrence in found], NOW)


def events(data: bytes) -> list[Any]:
    return list(Calendar.from_ical(data).walk("VEVENT"))


def test_an_event_lies_on_the_last_working_day_as_a_whole_day_and_names_the_printed_one() -> None:
    (event,) = events(written(deadline(Rule("year", month=10, day=30, exclusive=True))))
    assert event["DTSTART"].dt == dt.date(2027, 10, 29), "the Friday before Saturday 30/10"
    assert event["DTEND"].dt == dt.date(2027, 10, 30), "the end of a whole day is the next day"
    assert event["DTSTART"].params["VALUE"] == "DATE"
    assert "trước ngày 30/10/2027" in event["DESCRIPTION"]
    assert "Sở Nội vụ" in event["DESCRIPTION"]


def test_the_file_keeps_to_the_rules_of_the_format() -> None:
    title = 'Báo cáo công tác dân vận; quy chế dân chủ, "năm điều": ' + "rất dài " * 20
    data = written(deadline(Rule("month", day=25), title.strip()), 12)
    assert data.startswith(b"BEGIN:VCALENDAR\r\n")
    assert data.endswith(b"END:VCALENDAR\r\n")
    assert b"\n" not in data.replace(b"\r\n", b""), "lines end in CRLF"
    assert max(map(len, data.split(b"\r\n"))) <= 75, "lines are folded by bytes"
    for line in data.split(b"\r\n"):
        line.decode()  # no letter is cut in two
    calendar = Calendar.from_ical(data)
    assert calendar["VERSION"] == "2.0"
    assert calendar["PRODID"]
    assert calendar["X-WR-TIMEZONE"] == "Asia/Ho_Chi_Minh"
    assert [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")] == ["Asia/Ho_Chi_Minh"]
    found = events(data)
    assert len(found) == 12
    assert len({event["UID"] for event in found}) == 12
    for event in found:
        assert title.strip() in str(event["SUMMARY"]), "commas and semicolons come back as they were"
        assert event["DTSTAMP"].dt == NOW
        assert re.search(rb"DTSTAMP:20270104T020000Z", data), "a moment in UTC floats nowhere"
        alarms = event.walk("VALARM")
        assert [alarm["TRIGGER"].dt for alarm in alarms] == [dt.timedelta(hours=-17), dt.timedelta(hours=7)]
        assert all(alarm["ACTION"] == "DISPLAY" and alarm["DESCRIPTION"] for alarm in alarms)
    days = data.split(b"END:VTIMEZONE")[1]
    assert not re.search(rb":\d{8}T\d{6}\r", days), "nothing floats"


def test_an_event_keeps_its_identity_and_its_sequence_grows_with_every_change() -> None:
    before = deadline(Rule("year", month=10, day=30))
    after = replace(before, title="Tên khác", version=2)
    (old,), (new,) = events(written(before)), events(written(after))
    assert old["UID"] == new["UID"]
    assert (old["SEQUENCE"], new["SEQUENCE"]) == (0, 2)
    (other,) = events(written(replace(before, id=8)))
    assert other["UID"] != old["UID"]


@pytest.mark.parametrize(
    ("rule", "day"),
    [
        (Rule("year", month=2, day=29), dt.date(2027, 2, 26)),  # no leap year; Sunday 28/2
        (Rule("year", month=2, day=8), dt.date(2027, 2, 3)),  # in the week of Tết
        (Rule("year", month=12, day=31), dt.date(2027, 12, 31)),
        (Rule("month", last_working=True), dt.date(2027, 1, 29)),  # the 31st is a Sunday
    ],
)
def test_days_off_are_gone_round_to_the_day_before(rule: Rule, day: dt.date) -> None:
    (event,) = events(written(deadline(rule)))
    assert event["DTSTART"].dt == day


async def test_a_cadre_gets_what_the_own_unit_has_not_filed_in_the_next_twelve_months(
    sqlite_store: Store, tmp_path: Path
) -> None:
    world = World(sqlite_store, tmp_path)
    root = await world.unit("Tỉnh Bình Lâm", "province")
    commune = await world.unit("Xã An Phú", "commune", root)
    cadre = await world.person("Nguyễn An", "cadre", commune)
    assert "không có hạn" in await cadre.says("/lich")
    await put_in_force(world)  # before the 25th of every month, since October

    def file(tx: Any) -> None:
        tx.apply(StartDraft(commune, "dan-van-kheo", 1, "2026-11"), cadre.person_id, world.clock.now())
        effect = SubmitReport(commune, "dan-van-kheo", "2026-11", "R1", False)
        tx.apply(effect, cadre.person_id, world.clock.now())

    await world.store.write(file)
    assert "Xã An Phú" in await cadre.says("lịch báo cáo")
    (attached,) = cadre.messages[-1].files
    assert attached.name == "lich-bao-cao.ics"
    assert attached.media_type == "text/calendar"
    days = [event["DTSTART"].dt for event in events(attached.path.read_bytes())]
    assert days[0] == dt.date(2026, 12, 24), "November is filed"
    assert len(days) == 11, "December to October"
    assert days[-1] == dt.date(2027, 10, 22), "before Sunday 24/10"
