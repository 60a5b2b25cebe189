"""/maubaocaotonghop: staff replace the template of the consolidated report; seen filled in before it is in force."""

from __future__ import annotations

from typing import Any, Final

from handlers.periods import asked, current
from handlers.permissions import units_for
from handlers.pulling.consolidated import list_fields, plain_fields, unknown_fields
from handlers.pulling.wanted import top
from handlers.records.files import MadeFile, ReceivedFile, StoredFile
from handlers.records.pulling import SetTemplate
from handlers.reply import Choice, Reply
from handlers.texts import say
from handlers.turn import Command, Conversation, Outcome, Turn, say_only
from knowledge.forms.form import Form

_WORD: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_PROBLEMS: Final = frozenset(
    {
        "too-big", "empty", "unavailable", "not-docx", "no-fields", "damaged", "program", "outside", "syntax",
        "encrypted", "unsafe", "broken",
    }
)  # fmt: skip
_NAMED: Final = 8
"""Unknown fields that are named in a refusal."""


def _begin(turn: Turn, words: str) -> Outcome:
    """/maubaocaotonghop [form]: the template in force to take and change, and how to put another in force."""
    form = asked(words, turn.forms, turn.now.date()).form
    if form is None and len(turn.forms) == 1:
        form = next(iter(turn.forms.values()))
    if form is None:
        choices = (Choice(one.title, f"maubaocaotonghop {one.name}") for one in turn.forms.values())
        return say_only(say("template.which_form"), *choices)
    if turn.message.files:
        return _receive(turn, form)
    return _show(turn, form)


def _show(turn: Turn, form: Form) -> Outcome:
    in_force = turn.reads.report_template(form.name)
    file: StoredFile | MadeFile = (
        in_force.file if in_force else MadeFile("report-template", f"mau-bao-cao-{form.name}.docx", {})
    )
    text = say(
        "template.send",
        form=form.title,
        by=in_force.by if in_force else None,
        at=in_force.at if in_force else None,
        fields=plain_fields(form),
        lists=list_fields(),
    )
    choices = [Choice(say("template.withdraw"), ":withdraw")] if in_force else []
    return _waiting(form, Reply(text, (*choices, _cancel()), (file,)))


def _waiting(form: Form, *replies: Reply) -> Outcome:
    return Outcome(replies, conversation=Conversation("template", "file", {"form": form.name}))


def _step(turn: Turn) -> Outcome:
    assert turn.conversation is not None
    data, action = turn.conversation.data, turn.message.action
    form = turn.forms.get(data["form"])
    if action == ":cancel" or form is None:
        return Outcome((Reply(say("template.cancelled")),), conversation=None)
    if turn.message.files:
        return _receive(turn, form)
    if action == ":withdraw":
        done = Reply(say("template.withdrawn", form=form.title))
        return Outcome((done,), (SetTemplate(form.name, None),), conversation=None)
    if turn.conversation.step == "preview":
        if action == ":use":
            done = Reply(say("template.in_force", form=form.title))
            return Outcome((done,), (SetTemplate(form.name, data["file"]),), conversation=None)
        note = () if action == ":again" else (Reply(say("labels.pick")),)
        # Said anew, so that the choices under it are the ones that count.
        return Outcome((*note, _preview(turn, form, data["file"])), conversation=turn.conversation)
    if action == ":again":
        return _show(turn, form)
    return _waiting(form, Reply(say("template.waiting", form=form.title), (_cancel(),)))


def _receive(turn: Turn, form: Form) -> Outcome:
    """The first file of the message as a template: refused with its reason, or shown filled in."""
    file = turn.message.files[0]
    refusal = _refusal(file, form)
    if refusal or file.stored is None:
        return _waiting(form, Reply(refusal, (_cancel(),)))
    data = {"form": form.name, "file": file.stored.id}
    return Outcome((_preview(turn, form, file.stored.id),), conversation=Conversation("template", "preview", data))


def _refusal(file: ReceivedFile, form: Form) -> str:
    """Why a file can't be the template; "" where it can."""
    checked: dict[str, Any] = dict(file.template or {})
    if file.stored is None or file.stored.media_type != _WORD:
        reason = file.problem if file.problem in {"too-big", "empty", "unavailable"} else "not-docx"
    elif file.template is None:
        reason = file.problem or "no-fields"
    else:
        reason = checked["problem"]
    if reason:
        known = reason if reason in _PROBLEMS else "damaged"
        return say(f"template.problem_{known}".replace("-", "_"), name=file.name, detail=checked.get("detail", ""))
    unknown = unknown_fields(checked["fields"], form)
    if unknown:
        return say(
            "template.unknown_fields", fields=unknown[:_NAMED], more=max(0, len(unknown) - _NAMED), form=form.title
        )
    return ""


def _preview(turn: Turn, form: Form, file_id: int) -> Reply:
    period = current(form, turn.reads.deadlines(), turn.now.date())[0].period
    units = units_for(turn.me, "maubaocaotonghop", turn.reads)
    parameters = {
        "form": form.name,
        "period": period.code,
        "within": top(units),
        "office": turn.me.unit.id,
        "day": turn.now.date().isoformat(),
        "template": file_id,
    }
    made = MadeFile("official-report", f"xem-truoc-{form.name}-{period.code}.docx", parameters)
    use = Choice(say("template.use"), ":use")
    return Reply(say("template.preview", form=form.title, period=period.label), (use, _cancel()), (made,))


def _cancel() -> Choice:
    return Choice(say("labels.cancel"), ":cancel", say("labels.cancel_key"))


COMMANDS = (Command("maubaocaotonghop", _begin, ("mau bao cao tong hop",), takes_words=True, when_idle=True),)
FLOWS = {"template": _step}
