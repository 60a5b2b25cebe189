"""Filling a store with the demo. Nothing here is special: people enrol, documents are kept, reports are sent, by the
same effects as in real turns, at moments that lie in the past."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial
from hashlib import sha256
from importlib import resources
from itertools import count
from pathlib import Path
from typing import Any, Final

from bot.cabinet import Cabinet, media_type
from bot.clock import VIETNAM, Clock
from bot.demo.figures import Dice, answers
from bot.demo.timeline import Duty, Filing, Timeline, timeline
from bot.storage import Sent, Store, Transaction
from handlers.people.codes import hash_code, new_code
from handlers.receipts import new_receipt
from handlers.records.announcements import Acknowledge, Audience, SendAnnouncement
from handlers.records.deadlines import EVERY_COMMUNE, AddDeadline
from handlers.records.documents import adding
from handlers.records.people import IssueCode, RedeemCode, Role, Unit
from handlers.records.reports import ApproveReports, ReturnReport, SaveAnswer, SubmitReport
from handlers.reply import Choice, Reply
from handlers.texts import say
from knowledge.calendar import DEFAULT_OFFSETS
from knowledge.document import Document
from knowledge.fold import fold
from knowledge.forms.form import Form, load_forms
from knowledge.reading.parse import parse

CHANNEL: Final = "console"
MARK: Final = "demo"
"""Key of the note that says since when a store holds the demo."""

_CODES_LAST: Final = dt.timedelta(days=365)
_DRAFT_OF: Final = "Xã Mộc Hạ"
_DRAFT_ANSWERS: Final = 4
_RETURNED_OF: Final = "Phường Cửa Rạch"
_RETURNED_QUESTION: Final = "nguoi_tham_gia"
_REVIEWED_AFTER: Final = dt.timedelta(days=6)
_SECRETARIAT: Final = "Văn phòng UBND tỉnh"


@dataclass(frozen=True, slots=True)
class _Member:
    name: str
    role: Role
    unit: str

    @property
    def address(self) -> str:
        return "demo-" + "-".join(fold(self.name).split())


@dataclass(frozen=True, slots=True)
class _World:
    """What is in the store, by name."""

    units: Mapping[str, Unit]
    people: Mapping[str, int]
    """Keys of people."""
    first: Mapping[str, int]
    """For each unit the key of the first of its people."""


async def prepare(store: Store, folder: Path) -> Clock:
    """Make a store the demo, unless it is one already; gives the demo's clock, which a restart does not turn back."""
    place = folder / "clock"
    clock = Clock(_shift(place))

    def keep() -> None:
        place.write_text(str(clock.shift.total_seconds()), "utf-8")

    clock.on_move(keep)
    await seed(store, Cabinet(folder / "files"), clock.now())
    return clock


def _shift(place: Path) -> dt.timedelta:
    try:
        return dt.timedelta(seconds=max(0.0, float(place.read_text("utf-8"))))
    except (OSError, ValueError, OverflowError):
        return dt.timedelta(0)


async def seed(store: Store, cabinet: Cabinet, now: dt.datetime) -> None:
    """Fill an empty store with the demo as of a moment; one that holds it already is left as it is.

    Raises ValueError for a store with other people in it.
    """
    if await store.read(lambda tx: tx.meta(MARK)):
        return
    picture = (resources.files("bot.demo") / "hop-thon.png").read_bytes()
    await store.write(partial(_fill, story=timeline(now), picture=picture, digest=cabinet.put(picture)))


def what_to_try() -> str:
    """What to do first, for the start-up print: who to be, and what to type."""
    return say("demo.what_to_try", codes=[entry["code"] for entry in _data()["code"]])


def _fill(tx: Transaction, story: Timeline, picture: bytes, digest: str) -> None:
    if tx.meta(MARK):
        return
    if tx.all_units():
        raise ValueError(say("demo.other_data"))
    world = _people(tx, story)
    proof = tx.add_file("hop-thon.png", media_type(picture), len(picture), digest, story.began)
    texts = {name: parse(text) for name, text in story.documents.items()}
    kept = {name: _keep(tx, name, texts[name], world, story.now) for name in texts}
    for duty in story.duties:
        _put_in_force(tx, duty, kept[duty.document], texts[duty.document], world)
    forms = load_forms()
    for filing in story.filings:
        _file(tx, filing, forms[filing.form], world, story, proof.id)
        _review(tx, filing, forms[filing.form], world, story)
    _draft(tx, story, forms[story.open.form], world)
    _announce(tx, story, world)
    _codes(tx, story, world)
    tx.set_meta(MARK, story.now.isoformat())


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads((resources.files("bot.demo") / "people.toml").read_text("utf-8"))


def _members() -> Iterator[_Member]:
    """Everybody, the communes' first."""
    data = _data()
    for commune in data["commune"]:
        for name in commune["cadres"]:
            yield _Member(name, "cadre", commune["name"])
    for person in data["person"]:
        yield _Member(**person)


def _people(tx: Transaction, story: Timeline) -> _World:
    data = _data()
    province, _ = tx.add_unit(data["province"], "province", None)
    units = {province.name: province}
    for name in data["offices"]:
        units[name], _ = tx.add_unit(name, "office", province.id)
    for commune in data["commune"]:
        units[commune["name"]], _ = tx.add_unit(commune["name"], "commune", province.id)
    people: dict[str, int] = {}
    first: dict[str, int] = {}
    for member in _members():
        key = _enrol(tx, member, units[member.unit], story.began)
        people[member.name] = key
        first.setdefault(member.unit, key)
    return _World(units, people, first)


def _enrol(tx: Transaction, member: _Member, unit: Unit, when: dt.datetime) -> int:
    """With a code, like everybody."""
    code = hash_code(new_code(member.address))
    tx.apply(IssueCode(code, unit.id, member.role, member.name, when + dt.timedelta(days=1)), None, when)
    account = tx.account(CHANNEL, member.address, when)
    tx.apply(RedeemCode(code, account.id, member.name, when), None, when)
    person_id = tx.account(CHANNEL, member.address, when).person_id
    assert person_id is not None
    return person_id


def _keep(tx: Transaction, name: str, document: Document, world: _World, now: dt.datetime) -> int:
    """A document, put in by an office the day after it was signed."""
    effect = adding(document, name)
    assert effect.date is not None
    added = dt.datetime.combine(effect.date + dt.timedelta(days=1), dt.time(9), VIETNAM)
    key, _ = tx.add_document(effect, _office(world, effect.issuer), min(added, now))
    return key


def _put_in_force(tx: Transaction, duty: Duty, document_id: int, document: Document, world: _World) -> None:
    """A deadline, with the sentence that sets it as it was found in its document."""
    quote = next(found.quote for found in document.deadlines if duty.words in found.quote)
    rule = duty.rule.to_dict()
    effect = AddDeadline(document_id, duty.title, quote, rule, duty.form, duty.to_whom, EVERY_COMMUNE, DEFAULT_OFFSETS)
    tx.apply(effect, _office(world, duty.to_whom), duty.since)


def _office(world: _World, name: str | None) -> int:
    """Who puts in what an office issues; for the province itself that is its Văn phòng."""
    return next((key for unit, key in world.first.items() if name and unit.startswith(name)), world.first[_SECRETARIAT])


def _file(tx: Transaction, filing: Filing, form: Form, world: _World, story: Timeline, proof: int) -> None:
    """The reports of one period."""
    for commune in _data()["commune"]:
        name, unit = commune["name"], world.units[commune["name"]]
        if name in filing.missing:
            continue
        dice = Dice("when", name, form.name, filing.period.code)
        sent = _moment(filing, name, dice, story.now)
        person = world.people[commune["cadres"][-1 if dice.between("who", 0, 3) == 0 else 0]]
        given = answers(filing, name, commune["size"], proof)
        began = sent - dt.timedelta(minutes=dice.between("minutes", 4, 40))
        for question in form.questions:
            tx.apply(_answer(unit, form, filing, question.name, given[question.name]), person, began)
        late = sent.astimezone(VIETNAM).date() > filing.due
        receipt = _receipt(tx, sent.year, f"{name} {form.name} {filing.period.code}")
        tx.apply(SubmitReport(unit.id, form.name, filing.period.code, receipt, late), person, sent)


def _answer(unit: Unit, form: Form, filing: Filing, question: str, value: Any) -> SaveAnswer:
    return SaveAnswer(unit.id, form.name, form.version, filing.period.code, question, value)


def _moment(filing: Filing, name: str, dice: Dice, now: dt.datetime) -> dt.datetime:
    """When a commune sent its report: in the last days before it was due, a little late, or lately."""
    latest = now - dt.timedelta(minutes=5)
    if filing.due >= now.astimezone(VIETNAM).date():
        over = filing.period.end < now.astimezone(VIETNAM).date()
        first = filing.period.next().start if over else filing.period.start
        opened = dt.datetime.combine(first, dt.time(8), VIETNAM)
        since = max(opened, now - dt.timedelta(days=4))
        since = since if since < latest else now - dt.timedelta(hours=2)
        return since + (latest - since) * (dice.between("share", 0, 1000) / 1000)
    # A month is reported on when it is over; a quarter or a year before it is.
    early = min(5, days - 1) if (days := (filing.due - filing.period.end).days) > 0 else 5
    after = dice.between("after", 1, 3) if name in filing.late else -dice.between("before", 0, early)
    time = dt.time(dice.between("hour", 8, 16), dice.between("minute", 0, 59))
    return min(dt.datetime.combine(filing.due + dt.timedelta(days=after), time, VIETNAM), latest)


def _receipt(tx: Transaction, year: int, seed: str) -> str:
    for attempt in count():
        receipt = new_receipt(year, sha256(f"{seed} {attempt}".encode()).hexdigest())
        if tx.report_by_receipt(receipt) is None:
            return receipt
    raise AssertionError("unreachable")


def _review(tx: Transaction, filing: Filing, form: Form, world: _World, story: Timeline) -> None:
    """What was due some days ago is approved; of the last period one report was returned, the others still wait."""
    reviewer, units = world.first[_SECRETARIAT], [unit.id for unit in world.units.values()]
    waiting = tx.waiting(form.name, filing.period.code, units)
    moment = dt.datetime.combine(filing.due + _REVIEWED_AFTER, dt.time(10), VIETNAM)
    if moment < story.now:
        tx.apply(ApproveReports(tuple((one.receipt, one.version) for one in waiting)), reviewer, moment)
    elif form.name == story.open.form:
        for one in waiting:
            if one.unit == _RETURNED_OF:
                returned = ReturnReport(one.receipt, one.version, say("demo.returned"), (_RETURNED_QUESTION,))
                tx.apply(returned, reviewer, story.now - dt.timedelta(minutes=30))


def _draft(tx: Transaction, story: Timeline, form: Form, world: _World) -> None:
    """Somebody has begun the report that is open, and was called away."""
    commune = next(one for one in _data()["commune"] if one["name"] == _DRAFT_OF)
    given = answers(story.open, _DRAFT_OF, commune["size"], 0)
    for question in form.questions[:_DRAFT_ANSWERS]:
        answer = _answer(world.units[_DRAFT_OF], form, story.open, question.name, given[question.name])
        tx.apply(answer, world.first[_DRAFT_OF], story.now - dt.timedelta(minutes=50))


def _announce(tx: Transaction, story: Timeline, world: _World) -> None:
    """The open deadline was announced to every commune; some have said that they read it."""
    duty = story.duties[-1]
    author = tx.person(_office(world, duty.to_whom))
    assert author is not None
    text = say("demo.announcement", period=story.open.period.label, due=f"{duty.rule.date:%d/%m/%Y}")
    uid = sha256(f"demo {text}".encode()).hexdigest()[:32]
    shown = say("announce.message", unit=author.unit.name, author=author.name, text=text)
    communes = [unit for unit in world.units.values() if unit.kind == "commune"]
    audience = Audience(tuple(unit.id for unit in communes), ("cadre",))
    message = Reply(shown, (Choice(say("announce.read"), f"dadoc {uid}"),))
    tx.apply(SendAnnouncement(uid, text, (), audience, message), author.id, duty.since)
    while claimed := tx.claim({CHANNEL: 100}, duty.since, "demo"):
        tx.mark([Sent(delivery.id, "sent") for delivery in claimed], duty.since, "demo")
    announced = tx.announcement(uid)
    assert announced is not None
    for number, unit in enumerate(communes):
        if number % 3:
            read = duty.since + (story.now - duty.since) * (number / len(communes))
            tx.apply(Acknowledge(announced.id), world.first[unit.name], read)


def _codes(tx: Transaction, story: Timeline, world: _World) -> None:
    """Codes that are good for a stranger, each once."""
    for entry in _data()["code"]:
        unit = world.units[entry["unit"]]
        code = IssueCode(hash_code(entry["code"]), unit.id, entry["role"], None, story.now + _CODES_LAST)
        tx.apply(code, world.first[_SECRETARIAT], story.now)
