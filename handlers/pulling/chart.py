"""/bieudo: a picture of who reported, and of the answers to a question, by unit or over the periods."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from handlers.pulling.wanted import Wanted, summed, top, wanted
from handlers.records.files import MadeFile
from handlers.reply import Choice, Reply
from handlers.texts import say
from handlers.turn import Command, Outcome, Turn
from knowledge.fold import fold
from knowledge.forms.figures import matching
from knowledge.forms.form import NUMBERS, Form, Question

_TREND: Final = ("xu huong", "xuhuong", "qua cac ky", "dien bien")


def _draw(turn: Turn, words: str) -> Outcome:
    """/bieudo [period] [form] [question] ["xu hướng"]: one picture, and the others to choose from."""
    what = wanted(turn, words, "bieudo", takes_rest=True)
    if isinstance(what, Outcome):
        return what
    rest = fold(what.rest)
    over_time = any(word in rest for word in _TREND)
    for word in _TREND:
        rest = rest.replace(word, " ")
    rest = " ".join(rest.split())
    question = _question(what.form, rest) if rest else None
    if rest and question is None:
        text = say("chart.no_question", words=what.rest[:60], form=what.form.title)
        return Outcome((Reply(text, tuple(_others(what, None, over_time))),))
    if question is None:
        kind = "filing" if over_time else "progress"
    else:
        kind = "trend" if over_time and question.sums in {"sum", "latest"} else "units"
    found = summed(turn, what)
    parameters = {
        "chart": kind,
        "form": what.form.name,
        "period": what.period.code,
        "within": top(what.units),
        "question": question.name if question else None,
        "now": turn.now.isoformat(),
    }
    caption = say(
        f"chart.caption_{kind}",
        question=question.title if question else "",
        form=what.form.title,
        period=what.period.label,
        filed=len(found.filed),
        units=len(found.units),
        late=found.late,
    )
    file = MadeFile("report-chart", f"{say(f'chart.file_{kind}')}-{what.form.name}-{what.period.code}.png", parameters)
    return Outcome((Reply(caption, tuple(_others(what, question, over_time)), (file,)),))


def _question(form: Form, words: str) -> Question | None:
    """The question with numbers that is named; the best match where several are near."""
    if named := form.question(words.replace(" ", "_")):
        return named if named.kind in NUMBERS else None
    found = [question for question in matching(words, form) if question.kind in NUMBERS]
    return found[0] if found else None


def _others(what: Wanted, question: Question | None, over_time: bool) -> list[Choice]:
    """The same thing seen the other way, then everything else that can be drawn."""
    command = f"bieudo {what.command}"
    name = f" {question.name}" if question else ""
    other = (
        Choice(say("chart.now"), command + name)
        if over_time
        else Choice(say("chart.over_time"), f"{command}{name} xuhuong")
    )
    progress = [Choice(say("chart.to_progress"), command)] if question else []
    numbers = [one for one in what.form.questions if one.kind in NUMBERS and one is not question]
    questions = (Choice(one.title, f"{command} {one.name}") for one in numbers)
    return [other, *progress, *questions, Choice(say("supervise.to_summary"), f"tonghop {what.command}")]


COMMANDS = (Command("bieudo", _draw, ("bieu do", "ve bieu do"), takes_words=True, when_idle=True),)
FLOWS: dict[str, Callable[[Turn], Outcome]] = {}
