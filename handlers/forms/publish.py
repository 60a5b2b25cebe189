"""Forms from the hands of staff: a form file is checked, previewed as a cadre would see it, and put in force."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from decimal import Decimal
from typing import Any, Final

from handlers.forms.problems import reason_of
from handlers.periods import asked
from handlers.records.files import MadeFile, ReceivedFile
from handlers.records.forms import PublishForm, WithdrawForm
from handlers.reply import Choice, Reply
from handlers.texts import say
from handlers.turn import Command, Conversation, Outcome, Turn, say_only
from knowledge.forms.catalogue import Catalogue, clash, with_version
from knowledge.forms.form import NUMBERS, Form, FormError, Question, read_form
from knowledge.forms.values import NO, YES, show_number

_LARGEST: Final = 64 * 1024
"""Bytes of a form file."""
_MOST_QUESTIONS: Final = 60
_SUFFIX: Final = ".toml"
_COPY: Final = re.compile(r"[ _-]?\(\d+\)$")
"""What phones add to the name of a file that they hold already."""


def is_form_file(file: ReceivedFile) -> bool:
    """Whether somebody means this file as a form: by its name, whatever is in it."""
    return file.name.lower().endswith(_SUFFIX)


def _list(turn: Turn, words: str) -> Outcome:
    """/maubaocao: the forms in force, with their versions; one of them where it is named."""
    what = asked(words, turn.forms, turn.now.date())
    if what.form:
        return _one(turn, what.form)
    forms = list(turn.forms.values())
    gone = sorted({row.name for row in turn.reads.form_versions()} - {form.name for form in forms})
    lines = [{"title": form.title, "version": form.version, "count": len(form.questions)} for form in forms]
    text = say("publish.list", lines=lines, gone=[_title(turn, name) for name in gone])
    return say_only(text, *(Choice(form.title, f"maubaocao {form.name}") for form in forms), _to_send())


def _to_send() -> Choice:
    return Choice(say("publish.to_send"), "nhapmau")


def _title(turn: Turn, name: str) -> str:
    known = turn.forms.last(name) if isinstance(turn.forms, Catalogue) else turn.forms.get(name)
    return known.title if known else name


def _one(turn: Turn, form: Form) -> Outcome:
    versions = [row for row in turn.reads.form_versions() if row.name == form.name]
    text = say(
        "publish.one",
        title=form.title,
        version=form.version,
        periods=form.periods,
        questions=[question.title for question in form.questions],
        versions=versions,
    )
    return say_only(
        text,
        Choice(say("publish.take"), f"taimau {form.name}"),
        _to_send(),
        Choice(say("publish.withdraw"), f"rutmau {form.name} {form.version}"),
    )


def _take(turn: Turn, words: str) -> Outcome:
    """/taimau form: its file, to be changed and sent back."""
    form = asked(words, turn.forms, turn.now.date()).form
    if form is None:
        return _list(turn, "")
    file = MadeFile("form-file", f"{form.name}{_SUFFIX}", {"name": form.name, "version": form.version})
    return Outcome((Reply(say("publish.taken", title=form.title, version=form.version), files=(file,)),))


def _withdraw(turn: Turn, words: str) -> Outcome:
    """/rutmau form version [yes]: first asked, then done."""
    name, version, sure = (*words.split(), "", "", "")[:3]
    form = turn.forms.get(name)
    if form is None or str(form.version) != version:
        return replace(_list(turn, ""), replies=(Reply(say("publish.changed")), *_list(turn, "").replies))
    if sure != "co":
        yes = Choice(say("publish.withdraw"), f"rutmau {name} {version} co")
        return say_only(say("publish.ask_withdraw", title=form.title), yes, Choice(say("labels.back"), "maubaocao"))
    return Outcome((Reply(say("publish.withdrawn", title=form.title)),), (WithdrawForm(name),))


def receive(turn: Turn, words: str) -> Outcome:
    """/nhapmau, or a form file that came by itself: check it, and show what would be put in force."""
    if not turn.message.files:
        reply = Reply(say("publish.send_one"), (_cancel(),))
        return Outcome((reply,), conversation=Conversation("publish", "file", {}))
    file = turn.message.files[0]
    problem = _unfit(file)
    if problem:
        return _refused(say("publish.refused_file", name=file.name, problem=problem))
    name = f"{_COPY.sub('', file.name[: -len(_SUFFIX)]).strip().lower()}{_SUFFIX}"
    try:
        form = read_form(name, file.text or "")
    except FormError as error:
        reason = reason_of(error.reason)
        return _refused(say("publish.refused", name=file.name, line=error.line, reason=reason))
    except RecursionError:
        return _refused(say("publish.refused_file", name=file.name, problem=say("publish.too_deep")))
    if len(form.questions) > _MOST_QUESTIONS:
        problem = say("publish.too_many", count=len(form.questions), most=_MOST_QUESTIONS)
        return _refused(say("publish.refused_file", name=file.name, problem=problem))
    if shared := clash(form, turn.forms.values()):
        problem = say("publish.clash", word=shared[0], other=shared[1].title)
        return _refused(say("publish.refused_file", name=file.name, problem=problem))
    return _preview(turn, form, with_version(file.text or "", _last(turn, form.name) + 1))


def _refused(text: str) -> Outcome:
    return Outcome((Reply(text, (_cancel(),)),), conversation=Conversation("publish", "file", {}))


def _unfit(file: ReceivedFile) -> str:
    """Why a file can't be a form file at all; "" where it may be one."""
    stored = file.stored
    if file.problem in {"too-big", "empty", "unavailable"} or (stored is None and not file.problem):
        return say(f"publish.problem_{file.problem or 'unavailable'}".replace("-", "_"))
    if stored is None or not is_form_file(file) or stored.media_type != "text/plain" or file.text is None:
        return say("publish.problem_no_form")
    return say("publish.problem_too_big") if stored.size > _LARGEST else ""


def _last(turn: Turn, name: str) -> int:
    """The highest version that was ever in force."""
    known = [row.version for row in turn.reads.form_versions() if row.name == name]
    in_force = turn.forms.get(name)
    return max([*known, in_force.version if in_force else 0], default=0)


def _preview(turn: Turn, form: Form, text: str, note: str = "") -> Outcome:
    version = _last(turn, form.name) + 1
    in_force = turn.forms.get(form.name)
    said = say(
        "publish.preview",
        note=note,
        title=form.title,
        version=version,
        periods=form.periods,
        count=len(form.questions),
        before=in_force.version if in_force else 0,
        changes=_changes(in_force, form) if in_force else [],
    )
    choices = (Choice(say("publish.walk"), ":q 1"), Choice(say("publish.publish"), ":publish"), _cancel())
    data = {"name": form.name, "text": text, "version": version}
    return Outcome((Reply(said, choices),), conversation=Conversation("publish", "preview", data))


def _changes(old: Form, new: Form) -> list[str]:
    """What is otherwise than in the form in force, a line for each."""
    lines = [say("publish.retitled", was=old.title, now=new.title)] if old.title != new.title else []
    for question in new.questions:
        before = old.question(question.name)
        if before is None:
            lines.append(say("publish.added", title=question.title))
        elif before != question:
            parts = [one.name for one in fields(Question) if getattr(before, one.name) != getattr(question, one.name)]
            lines.append(say("publish.changed_question", title=question.title, was=before.title, parts=parts))
    gone = [question.title for question in old.questions if new.question(question.name) is None]
    return [*lines, *(say("publish.removed", title=title) for title in gone)]


def _step(turn: Turn) -> Outcome:
    """A form file is awaited, or one is being looked at before it is published."""
    assert turn.conversation is not None
    data, action = turn.conversation.data, turn.message.action or ""
    if turn.message.files:
        return receive(turn, "")
    if action == ":cancel":
        return Outcome((Reply(say("publish.cancelled")),), conversation=None)
    if turn.conversation.step == "file":
        return receive(turn, "")
    form = read_form(f"{data['name']}{_SUFFIX}", data["text"])
    if action.startswith(":q "):
        return _walk(form, data, action[3:])
    if action != ":publish":
        return _preview(turn, form, data["text"])
    version = _last(turn, form.name) + 1
    if version != data["version"]:
        return _preview(turn, form, with_version(data["text"], version), say("publish.newer", version=version - 1))
    done = Reply(say("publish.published", title=form.title, version=version))
    return Outcome((done,), (PublishForm(form.name, version, data["text"]),), conversation=None)


def _walk(form: Form, data: dict[str, Any] | Any, place: str) -> Outcome:
    """One question as a cadre would see it."""
    at = min(max(int(place) if place.isdecimal() and len(place) < 4 else 1, 1), len(form.questions))
    question = form.questions[at - 1]
    text = say(
        "publish.question",
        number=at,
        count=len(form.questions),
        title=question.title,
        unit="đồng" if question.kind == "money" else question.unit,
        required=question.required,
        help=question.help,
        options=(YES, NO) if question.kind == "yes-no" else question.options,
        kind=question.kind,
        least=question.minimum,
        most=show_number(question, Decimal(question.maximum)) if question.kind in NUMBERS else question.maximum,
        sums=question.sums,
        only_if=(form.question(question.show_if.name) or question).title if question.show_if else "",
    )
    choices = [
        *([Choice(say("publish.next"), f":q {at + 1}")] if at < len(form.questions) else []),
        *([Choice(say("publish.previous"), f":q {at - 1}")] if at > 1 else []),
        Choice(say("publish.publish"), ":publish"),
        _cancel(),
    ]
    return Outcome((Reply(text, tuple(choices)),), conversation=Conversation("publish", "preview", data))


def _cancel() -> Choice:
    return Choice(say("labels.cancel"), ":cancel", say("labels.cancel_key"))


COMMANDS = (
    Command("maubaocao", _list, ("mau bao cao", "cac mau bao cao")),
    Command("nhapmau", receive, ("nhap mau",)),
    Command("taimau", _take, ("tai mau",)),
    Command("rutmau", _withdraw, ("rut mau",)),
)
FLOWS = {"publish": _step}
