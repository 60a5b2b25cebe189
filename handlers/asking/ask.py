"""Questions, and documents by their number: what the library says, quoted, or an honest no."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from handlers.asking.answers import answered_by_staff, named, render, told
from handlers.menu import menu
from handlers.records.questions import NoteQuestion
from handlers.reply import Choice, Reply
from handlers.texts import say
from handlers.turn import Command, Conversation, Outcome, Turn, say_only, typed_key
from knowledge.answering import answer
from knowledge.answering.same import question_key, same_question
from knowledge.courtesy import courtesy
from knowledge.library import Held, Known
from knowledge.mentions import find_mentions
from knowledge.personal import redacted

_REMEMBERED: Final = dt.timedelta(minutes=30)
"""How long a follow-up ("còn hạn nộp?") stays with the document that was shown."""
_LONGEST: Final = 1000
"""Characters of a question that are read; what follows can be no question."""
_PAGE: Final = 2500
"""Characters of a document's own text shown at once."""
_MOST: Final = 8


def ask(turn: Turn, words: str) -> Outcome:
    """Answer a question, or say that the documents do not."""
    text = turn.message.text
    if turn.message.action is None and text and not text.startswith("/") and _first(text) != "hỏi":
        words = text  # "hội nông dân làm gì" is no command "hỏi", although both fold to "hoi"
    return _civil(turn, words) or _answer(turn, words)


def _civil(turn: Turn, words: str) -> Outcome | None:
    """The reply to what asks nothing: it is no question for the library, and none that staff should have to answer."""
    kind = courtesy(words)
    if kind is None:
        return None
    choices = () if kind in ("thanks", "yes") or turn.person is None or turn.group is not None else menu(turn.person)
    return say_only(say(f"ask.{kind}"), *choices)


def _first(text: str) -> str:
    return text.split(maxsplit=1)[0].lower().strip(":,")


def by_number(turn: Turn, words: str) -> Outcome:
    """Show the document of a number; other words after "văn bản" make a question ("văn bản nào nói về …")."""
    if not words:
        return say_only(say("ask.number_wanted"))
    return _answer(turn, words if find_mentions(words) else turn.message.text.lstrip("/") or words)


def _answer(turn: Turn, question: str) -> Outcome:
    question = question[:_LONGEST].strip()
    if not question:
        return say_only(say("ask.help"))
    key = question_key(turn.library, question)
    if stored := answered_by_staff(turn.reads, key):
        reply = told(stored, turn.library)
        return Outcome((replace(reply, choices=(*reply.choices, _wrong_choice(question))),))
    found = answer(turn.library, question, _about(turn))
    reply = render(found)
    noted: tuple[NoteQuestion, ...] = ()
    if found.kind == "refusal" and found.reason not in ("personal-data", "instruction"):
        noted = (_note(turn, question, found.reason or "not-stated", key),)
    if found.kind == "answer":
        reply = replace(reply, choices=(*reply.choices, _wrong_choice(question)))
    about = next((source.document for source in found.sources if source.document is not None), None)
    return _remembering(turn, Outcome((reply,), noted), about)


def _note(turn: Turn, question: str, reason: str, key: str | None) -> NoteQuestion:
    """Keep a question for staff, under the key of an open one that asks the same."""
    same = same_question(key, turn.reads.open_keys()) if key else None
    return NoteQuestion(redacted(question), reason, same or key or "")


def _wrong_choice(question: str) -> Choice:
    return Choice(say("ask.wrong"), f"khongdung {redacted(question)}")


def verbatim(turn: Turn, words: str) -> Outcome:
    """The original text, a page at a time: from the passage that is named, or from a place ("@1200")."""
    key, _, where = words.partition(" ")
    held = _held(turn, key)
    if held is None:
        return say_only(say("ask.gone"))
    text, path = held.document.text, None
    at = typed_key(where[1:]) if where.startswith("@") else None
    if at is not None and at < len(text):
        start, end = at, len(text)
    elif where:
        found = _passage(held, where)
        if found is None:
            return say_only(say("ask.no_passage"), Choice(say("ask.whole"), f"nguyenvan {key} @0"))
        start, end, path = found[0], found[1], where
    else:
        start, end = 0, len(text)
    shown = _page(text, start, end)
    heading = say("ask.passage_of", name=_held_name(held), path=path or _path_at(held, start))
    choices = []
    if shown < len(text):
        choices.append(Choice(say("ask.read_on"), f"nguyenvan {key} @{shown}"))
    if start > 0:
        choices.append(Choice(say("ask.read_back"), f"nguyenvan {key} @{_page_before(text, start)}"))
        choices.append(Choice(say("ask.whole"), f"nguyenvan {key} @0"))
    choices.append(Choice(say("ask.related"), f"lienquan {key}"))
    return _remembering(turn, say_only(f"{heading}\n\n{text[start:shown].strip()}", *choices), held.key)


def _of_shown(show: Callable[[Turn, str], Outcome]) -> Callable[[Turn, str], Outcome]:
    """The same for who types the words where no button carries them: they mean the document just shown.

    With more words they are a question: "văn bản liên quan đến dân chủ ở cơ sở".
    """

    def run(turn: Turn, words: str) -> Outcome:
        if turn.message.action is not None or turn.message.text.startswith("/") or _names_one(words):
            return show(turn, words)
        if words:
            return _answer(turn, turn.message.text)
        about = _about(turn)
        return say_only(say("ask.number_wanted")) if about is None else show(turn, str(about))

    return run


def _names_one(words: str) -> bool:
    return typed_key(words.partition(" ")[0]) is not None


def _path_at(held: Held, start: int) -> str | None:
    """The section in which a page begins, unless it is the head of the document."""
    passage = next((one for one in held.document.passages if one.start <= start < one.end), None)
    return passage.path if start and passage else None


def _held(turn: Turn, words: str) -> Held | None:
    key = typed_key(words)
    return turn.library.held.get(key) if key is not None else None


def _passage(held: Held, path: str) -> tuple[int, int] | None:
    """Where a passage begins, and where what stands below it ends."""
    passages = held.document.passages
    for place, passage in enumerate(passages):
        if passage.path == path:
            end = passage.end
            for below in passages[place + 1 :]:
                if below.depth <= passage.depth:
                    break
                end = max(end, below.end)
            return passage.start, end
    return None


def _page(text: str, start: int, end: int) -> int:
    """Where to stop reading: at the end, or at the last border of a paragraph, a line, a sentence that fits."""
    if end - start <= _PAGE:
        return end
    for border in ("\n\n", "\n", ". ", " "):
        stop = text.rfind(border, start + _PAGE // 2, start + _PAGE)
        if stop > start:
            return stop + len(border)
    return start + _PAGE


def _page_before(text: str, start: int) -> int:
    """Where the page before this place begins, so that reading on from there comes back to it."""
    begin = place = 0
    while place < start:
        begin, place = place, _page(text, place, start)
    return begin


def related(turn: Turn, words: str) -> Outcome:
    """What a document cites, and what cites it."""
    held = _held(turn, words)
    if held is None:
        return say_only(say("ask.gone"))
    own = turn.library.known_of(held.key)
    cited = dict.fromkeys(known for known, _ in turn.library.cited_in(held.key))
    cites = [known for known in cited if known is not own]
    cited_by = list(dict.fromkeys(_held_name(cited.held) for cited in own.cited if cited.held is not held))
    name = _held_name(held)
    if not cites and not cited_by:
        return say_only(say("ask.related_none", name=name))
    text = say("ask.related_list", name=name, cites=[_known_name(one) for one in cites], cited_by=cited_by, most=_MOST)
    choices = [Choice(one.name, f"vanban {one.name}") for one in cites[:_MOST] if one.number]
    return _remembering(turn, say_only(text, *choices), held.key)


def wrong(turn: Turn, words: str) -> Outcome:
    """The answer was not what the person meant: staff are to see the question."""
    if not words:
        return say_only(say("ask.nothing_to_note"))
    question = words[:_LONGEST]
    noted = _note(turn, question, "wrong", question_key(turn.library, question))
    # With a choice of its own: the number that chose this means it no more.
    return Outcome((Reply(say("ask.noted"), (Choice(say("labels.menu"), "trogiup"),)),), (noted,))


def follow_up(turn: Turn) -> Outcome:
    """Free text after an answer is the next question; there is nothing else to be in the middle of."""
    return ask(turn, turn.message.text)


def _about(turn: Turn) -> int | None:
    """The document that was just shown."""
    if turn.conversation is None or turn.conversation.flow != "ask":
        return None
    at = dt.datetime.fromisoformat(turn.conversation.data["at"])
    about: int = turn.conversation.data["about"]
    return about if turn.now - at < _REMEMBERED and about in turn.library.held else None


def _remembering(turn: Turn, outcome: Outcome, about: int | None) -> Outcome:
    """Keep the document in mind for a follow-up, unless something else is open: that is never replaced."""
    if about is None or (turn.conversation is not None and turn.conversation.flow != "ask"):
        return outcome
    memory = Conversation("ask", "shown", {"about": about, "at": turn.now.isoformat()})
    return replace(outcome, conversation=memory)


def _held_name(held: Held) -> str:
    header = held.document.header
    kind, number, date, issuer, title = (
        found.value if (found := getattr(header, part)) else None
        for part in ("type", "number", "date", "issuer", "title")
    )
    return named(kind, number, date, issuer, title or held.name)


def _known_name(known: Known) -> str:
    date = known.date.isoformat() if known.date else None
    return named(known.type, known.number, date, known.issuer, known.title)


COMMANDS = (
    Command("hoi", ask, takes_words=True, when_idle=True),
    Command("vanban", by_number, ("van ban",), takes_words=True, when_idle=True),
    Command("nguyenvan", _of_shown(verbatim), ("nguyen van", "xem nguyen van"), takes_words=True, when_idle=True),
    Command("lienquan", _of_shown(related), ("lien quan", "van ban lien quan"), takes_words=True, when_idle=True),
    Command("khongdung", wrong, takes_words=True),
)
FLOWS = {"ask": follow_up}
