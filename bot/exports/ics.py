"""The calendar file: what is due to some units in the next twelve months, for the calendar of a phone (RFC 5545)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Final

from bot.storage import Store, Transaction
from handlers.deadlines.deadline import YEAR
from handlers.deadlines.dues import Due, dues
from handlers.texts import say
from knowledge.calendar import VIETNAM, last_working_day, occurrences
from knowledge.forms.form import Form

_ALARMS: Final = (dt.timedelta(hours=-17), dt.timedelta(hours=7))
"""From the midnight with which the day begins: 07:00 of the day before, and of the day itself."""


async def deadline_calendar(parameters: Mapping[str, Any], store: Store, forms: Mapping[str, Form]) -> bytes:
    """The file for these units, as of a moment."""
    now = dt.datetime.fromisoformat(parameters["at"])
    wanted = frozenset(parameters["units"])

    def read(tx: Transaction) -> Sequence[Due]:
        units = [unit for unit in tx.all_units() if unit.id in wanted]
        today = now.astimezone(VIETNAM).date()
        found = dues(tx, forms, units, lambda one, _: occurrences(one.rule, today, today + YEAR))
        return [one for one in found if not one.done and one.occurrence.last_admissible_day >= today]

    return write_calendar(await store.read(read), now)


def write_calendar(found: Sequence[Due], now: dt.datetime) -> bytes:
    """One all-day event for each occurrence, on its last admissible working day.

    An event keeps its UID as long as its deadline and its printed day are the same, and its SEQUENCE grows with every
    change of the deadline: so a calendar that imports the file again mends what it has and adds nothing twice. A day
    is a day, without zone; the zone is named for programs that ask which one is meant.
    """
    from icalendar import Alarm, Calendar, Event, Timezone  # only when a calendar is asked for

    calendar = Calendar()
    calendar.add("prodid", "-//Tro ly Dan van//lich bao cao//VI")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", say("deadline.calendar_name"))
    calendar.add("x-wr-timezone", "Asia/Ho_Chi_Minh")
    calendar.add_component(Timezone.from_ical(_ZONE))
    for one in sorted(found, key=lambda due: (due.occurrence.last_admissible_day, due.deadline.id)):
        deadline, day = one.deadline, last_working_day(one.occurrence)
        event = Event()
        event.add("uid", f"deadline-{deadline.id}-{one.occurrence.date:%Y%m%d}@tro-ly-dan-van")
        event.add("dtstamp", now.astimezone(dt.UTC))
        event.add("sequence", deadline.version)
        event.add("dtstart", day)
        event.add("dtend", day + dt.timedelta(days=1))
        event.add("summary", say("deadline.event", title=deadline.title, period=one.period.label, form=deadline.form))
        event.add("description", say("deadline.event_about", deadline=deadline, printed=one.occurrence.date))
        event.add("transp", "TRANSPARENT")
        event.add("status", "CONFIRMED")
        for trigger in _ALARMS:
            alarm = Alarm()
            alarm.add("action", "DISPLAY")
            alarm.add("description", deadline.title)
            alarm.add("trigger", trigger)
            event.add_component(alarm)
        calendar.add_component(event)
    data: bytes = calendar.to_ical()
    return data


_ZONE: Final = """BEGIN:VTIMEZONE
TZID:Asia/Ho_Chi_Minh
BEGIN:STANDARD
DTSTART:19700101T000000
TZOFFSETFROM:+0700
TZOFFSETTO:+0700
TZNAME:+07
END:STANDARD
END:VTIMEZONE
"""
