"""Whatever is typed, tapped or sent, a draft is never lost and a form is never stuck."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from handlers.records.files import ReceivedFile, StoredFile
from handlers.records.people import Account, Person, Unit
from handlers.records.reports import DropDraft, Report, SaveAnswer, StartDraft, SubmitReport
from handlers.reply import Reply
from handlers.routing import recognise, resolve, route
from handlers.turn import KEEP, Conversation, Incoming, Outcome, Turn
from knowledge.forms.form import PROOFS, Form, load_forms, read_form
from knowledge.forms.review_lines import BLANK, write
from knowledge.forms.rules import disagreements, questions_for, relevant
from knowledge.forms.values import first_open, fits, show
from tests.support.world import NOON
from tests.unit.test_one_message import drafts

CONDITIONAL = read_form(
    "doi-thoai.toml",
    """title = "Đối thoại"
periods = ["month"]
jump = 3
checks = ["nam <= nguoi"]
[[question]]
name = "co_hop"
kind = "yes-no"
title = "Có họp"
[[question]]
name = "nguoi"
kind = "whole"
title = "Người dự"
show_if = "co_hop = Có"
[[question]]
name = "nam"
kind = "whole"
title = "Nam giới"
show_if = "nguoi > 5"
[[question]]
name = "noi_dung"
kind = "several"
title = "Nội dung"
options = ["Đất đai", "Chế độ, chính sách"]
required = false
[[question]]
name = "kho_khan"
kind = "text"
title = "Khó khăn"
required = false
""",
)
FORMS = {**load_forms(), CONDITIONAL.name: CONDITIONAL}
UNIT = Unit(1, "Xã Suối Đá", "commune", None)
ME = Person(7, "Nguyễn Thị Lan", "cadre", UNIT, agreed=True)
PHOTO = ReceivedFile("anh.jpg", StoredFile(3, "anh.jpg", "image/jpeg", 60, "ab"))
EMPTY = ReceivedFile("rong.pdf", problem="empty")
EARLIER = {"month": "2026-09", "quarter": "2026-Q2", "half-year": "2025-H2"}
PERIODS = {"month": "2026-10", "quarter": "2026-Q3", "half-year": "2026-H1"}


@dataclass
class Phone:
    """One cadre, one report, everything in memory: the handlers alone."""

    form: Form
    reports: dict[str, Report] = field(default_factory=dict)
    conversation: Conversation | None = None
    offers: list[Reply] = field(default_factory=list)
    turns: int = 0

    def report(self, unit_id: int, form: str, period: str) -> Report | None:
        return self.reports.get(f"{form} {period}")

    def drafts(self, unit_id: int) -> Sequence[Report]:
        return [report for report in self.reports.values() if report.state == "draft"]

    def submitted(self, unit_id: int, limit: int) -> Sequence[Report]:
        return [report for report in self.reports.values() if report.sent]

    def deadlines(self) -> Sequence[Any]:
        return ()

    def file(self, file_id: int) -> StoredFile | None:
        return PHOTO.stored

    @property
    def draft(self) -> Report | None:
        return self.reports.get(self.key)

    @property
    def key(self) -> str:
        return f"{self.form.name} {PERIODS[self.form.periods[0]]}"

    @property
    def open(self) -> str:
        return f"/baocao {self.key}"

    def says(self, text: str) -> Outcome:
        action = resolve(text, self.offers[-1].choices, numbered=self.offers[-1].numbered) if self.offers else None
        return self.gets(Incoming(text=text, action=action))

    def gets(self, message: Incoming) -> Outcome:
        self.turns += 1
        reads: Any = self
        account = Account(1, "test", "a", ME.id)
        library: Any = SimpleNamespace()
        fresh = f"{self.turns:032x}"
        outcome = route(Turn(NOON, fresh, account, ME, message, self.conversation, reads, library, FORMS))
        for effect in outcome.effects:
            self.apply(effect)
        if outcome.conversation is not KEEP:
            self.conversation = outcome.conversation  # type: ignore[assignment]
        self.offers += [reply for reply in outcome.replies if reply.choices]
        return outcome

    def has_sent(self, period: str, answers: Mapping[str, Any]) -> None:
        """An earlier report of this form."""
        self.reports[f"{self.form.name} {period}"] = Report(
            UNIT,
            self.form.name,
            1,
            period,
            "submitted",
            answers,
            ME.id,
            ME.name,
            "26-0000-0000",
            False,
            NOON,
            NOON,
            NOON,
        )

    def apply(self, effect: Any) -> None:
        key = f"{effect.form} {effect.period}"
        blank = Report(UNIT, effect.form, 1, effect.period, "draft", {}, ME.id, ME.name, None, False, NOON, NOON, None)
        match effect:
            case StartDraft():
                self.reports.setdefault(key, blank)
            case SaveAnswer():
                report = self.reports.get(key, blank)
                assert report.state == "draft"
                self.reports[key] = replace(report, answers={**report.answers, effect.question: effect.value})
            case DropDraft():
                del self.reports[key]
            case SubmitReport():
                assert self.reports[key].state == "draft"
                self.reports[key] = replace(
                    self.reports[key], state="submitted", receipt=effect.receipt, submitted_at=NOON
                )


_texts = (
    # Hypothesis takes words from the code, too: a command of another room is that room's matter.
    st.text(max_size=60).filter(lambda text: recognise(text.strip()) is None)
    | st.integers(-5, 10**7).map(str)
    | st.sampled_from(
        [
            "lại",
            "bỏ",
            "hủy",
            "xong",
            "giữ",
            "gửi",
            "sau",
            "sửa",
            "có",
            "không",
            "2.941,86",
            "👍",
            "0912345678",
            "?",
            "x" * 9000,
            "chép",
            "đúng",
            "tiếp",
            "trợ giúp",
            "5 mô hình, 3 buổi đối thoại, khó khăn: gọi 0912345678",
            "có họp: có, người dự 12, nam 50",
        ]
    )
)
_messages = st.one_of(
    st.tuples(st.just("text"), _texts.filter(lambda text: bool(text.strip()) and not text.strip().startswith("/"))),
    st.tuples(st.just("tap"), st.integers(0, 12)),
    st.tuples(st.just("old"), st.integers(0, 400)),
    st.tuples(st.just("files"), st.lists(st.sampled_from([PHOTO, EMPTY]), min_size=1, max_size=3)),
    st.tuples(
        st.just("junk"),
        st.sampled_from(
            [
                ":pick 99",
                ":pick",
                ":edit 0",
                ":edit x",
                ":gone",
                ":take",
                ":redact",
                ":done",
                ":copy",
                ":next",
                ":yes",
                ":is",
                ":is x",
                ":help",
            ]
        ),
    ),
)


KEEPING = {":back", ":later", ":edit", ":help", ":again", ":next", ":cancel", ":gone", ":done"}
"""Steps that change no answer."""


def keeps(phone: Phone, kind: str, what: Any) -> bool:
    """Whether a message only looks, goes back, pauses."""
    if phone.conversation is None:
        return True
    if kind == "tap":
        offered = phone.offers[-1].choices
        what = offered[what % len(offered)].action
    return kind in {"tap", "junk"} and what.split()[0] in KEEPING


def send(phone: Phone, kind: str, what: Any) -> Outcome:
    offered = phone.offers[-1].choices
    if phone.conversation is None:
        return phone.says(phone.open)
    if kind == "text":
        return phone.says(what.strip())
    if kind == "tap":
        return phone.gets(Incoming(action=offered[what % len(offered)].action))
    if kind == "old":
        reply = phone.offers[what % len(phone.offers)]
        action = reply.choices[what % len(reply.choices)].action
        return phone.gets(Incoming(action=action, stale=action.startswith(":") and reply is not phone.offers[-1]))
    if kind == "files":
        return phone.gets(Incoming(files=tuple(what), text="ảnh"))
    return phone.gets(Incoming(action=what))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(list(FORMS.values())), st.booleans(), st.lists(_messages, min_size=1, max_size=25))
def test_whatever_comes_no_answer_is_lost_and_the_form_can_always_be_finished(
    form: Form, earlier: bool, messages: list[tuple[str, Any]]
) -> None:
    phone = Phone(form)
    if earlier:
        phone.has_sent(EARLIER[form.periods[0]], {"kho_khan": "Gọi 0912345678", "nguoi": 900, "co_hop": True, "nam": 1})
    phone.says(phone.open)
    for kind, what in messages:
        before, keeping = phone.draft, keeps(phone, kind, what)
        outcome = send(phone, kind, what)
        assert any(reply.text for reply in outcome.replies)
        after = phone.draft
        if before is not None and not any(isinstance(effect, DropDraft) for effect in outcome.effects):
            assert after is not None
            assert set(before.answers) <= set(after.answers)
            # "Để sau" under a message that is to be confirmed keeps what was understood of it.
            assert not keeping or all(after.answers[name] == value for name, value in before.answers.items())
        if after is not None:
            for name, value in relevant(form, after.answers).items():
                question = phone.form.question(name)
                assert question is not None
                assert value == [] or fits(question, value)
    finish(phone)


def mend(phone: Phone) -> None:
    """Make the numbers agree that have to: as many of everything."""
    assert phone.draft is not None
    for number, question in enumerate(questions_for(phone.form, phone.draft.answers), 1):
        if question.kind == "whole":
            phone.gets(Incoming(action=f":edit {number}"))
            phone.says("6")


def finish(phone: Phone) -> None:
    """Somebody patient can always send the report, from wherever the chaos has left it."""
    if phone.conversation is not None:
        phone.says("/baocao")  # whatever was open is left; the draft stays
    phone.says(phone.open)
    for _ in range(40):
        report = phone.draft
        assert report is not None
        if report.state == "submitted":
            assert report.receipt
            return
        question = first_open(phone.form, report.answers)
        if phone.conversation is not None and phone.conversation.step == "warn":
            phone.gets(Incoming(action=":redact"))
        elif question is None:
            phone.says(phone.open)
            phone.says("gửi")
            if disagreements(phone.form, report.answers):
                mend(phone)
            elif phone.draft is not None and not phone.draft.sent:
                phone.says("đúng")  # the numbers have jumped since the last period
        elif question.kind == "file":
            phone.gets(Incoming(files=(PHOTO,)))
        else:
            phone.says(
                {"text": "Không có", "date": "15/9/2026", "yes-no": "có", "several": "1, 2"}.get(question.kind, "3")
            )
    raise AssertionError("the form is stuck")


def typed(phone: Phone, text: str) -> Outcome:
    """Words that are no choice, whatever they look like."""
    return phone.gets(Incoming(text=text))


def sent(phone: Phone) -> Mapping[str, Any]:
    phone.says(phone.open)
    phone.says("gửi")
    if phone.conversation is not None:
        phone.says("đúng")
    assert phone.draft is not None
    assert phone.draft.state == "submitted", phone.offers[-1].text
    return phone.draft.answers


def by_questions(form: Form, answers: Mapping[str, Any]) -> Mapping[str, Any]:
    phone = Phone(form)
    phone.says(phone.open)
    while (report := phone.draft) is not None and (question := first_open(form, report.answers)):
        value = answers.get(question.name)
        if question.kind in PROOFS:
            phone.gets(Incoming(files=(PHOTO,)))
        elif value is None:
            phone.gets(Incoming(action=":skip"))
        else:
            typed(phone, show(question, value))
            if phone.conversation is not None and phone.conversation.step == "warn":
                phone.gets(Incoming(action=":as-is"))
    return sent(phone)


def by_message(form: Form, answers: Mapping[str, Any]) -> Mapping[str, Any]:
    phone = Phone(form)
    typed(phone, f"/baocao {form.name} {PERIODS[form.periods[0]]}\n{write(form, answers)}")
    phone.gets(Incoming(action=":yes"))
    return with_proof(phone)


def by_copy(form: Form, answers: Mapping[str, Any]) -> Mapping[str, Any]:
    phone = Phone(form)
    phone.has_sent(EARLIER[form.periods[0]], answers)
    phone.says(phone.open)
    phone.gets(Incoming(action=":copy"))
    return with_proof(phone)


def with_proof(phone: Phone) -> Mapping[str, Any]:
    if any(question.kind in PROOFS for question in phone.form.questions):
        phone.gets(Incoming(action=":next"))
        phone.gets(Incoming(files=(PHOTO,)))
    return sent(phone)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(st.data())
def test_the_three_ways_store_the_same_report(data: Any) -> None:
    form = data.draw(st.sampled_from(list(FORMS.values())))
    given_all = {question.name: None for question in form.questions if not question.required}
    drawn = data.draw(drafts(form).filter(lambda one: all(plain(value) for value in one.values())))
    answers = {**given_all, **drawn}
    for question in questions_for(form, answers):
        if question.name not in answers and question.kind not in PROOFS:
            answers[question.name] = data.draw(st.sampled_from(EXAMPLES[question.kind] or question.options))
    answers = {name: value for name, value in answers.items() if form.question(name).kind not in PROOFS}
    assume(first_open(form, {**answers, "minh_chung": [3]}) is None)
    assume(not disagreements(form, answers))
    assert by_questions(form, answers) == by_message(form, answers) == by_copy(form, answers)


EXAMPLES: dict[str, list[Any]] = {
    "whole": [0, 3], "decimal": ["98.5"], "money": ["1200000"], "yes-no": [True, False], "date": ["2026-09-15"],
    "several": [], "choice": [], "text": ["Không"],
}  # fmt: skip


def plain(value: Any) -> bool:
    return not isinstance(value, str) or (value != BLANK and recognise(value) is None and value[0] not in "/?")
