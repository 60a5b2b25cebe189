"""Staff send a document: it is kept, what it says is shown, and its deadlines are confirmed one by one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from handlers.asking.answers import named, quoted
from handlers.deadlines.concerned import audience_name, typed_audience
from handlers.permissions import units_for
from handlers.records.deadlines import EVERY_COMMUNE, AddDeadline, Deadline
from handlers.records.documents import StoredDocument, adding
from handlers.records.files import ReceivedFile
from handlers.reply import Choice, Reply
from handlers.texts import say
from handlers.turn import Command, Conversation, Effect, Outcome, Turn, say_only, typed_key
from handlers.units import find_units
from knowledge.calendar import DEFAULT_OFFSETS, Rule, last_working_day, next_occurrences, occurrences
from knowledge.document import Document
from knowledge.fold import fold
from knowledge.proposals import Proposal, proposals, typed_rule
from knowledge.reading.parse import parse

_SHOWN: Final = 3
"""Occurrences to show before a rule is confirmed, and contradictions to show in a summary."""

_CADENCES: Final = frozenset({"month", "quarter", "half-year", "year"})

_TITLE: Final = 60
"""Characters of a title that stands in for a number."""


@dataclass(frozen=True, slots=True)
class _Review:
    """Where the review of documents stands; the conversation's data."""

    document: str
    """Hash of the text."""
    at: int
    """Which proposal is on the table."""
    rule: Mapping[str, Any] | None = None
    """The rule as it stands, after mending."""
    audience: Mapping[str, Any] | None = None
    form: str | None = None
    added: int = 0
    waiting: tuple[str, ...] = ()
    """Hashes of documents whose deadlines come after this one's."""

    def conversation(self, step: str = "deadline") -> Conversation:
        data = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return Conversation("document", step, data | {"waiting": list(self.waiting)})


def receive(turn: Turn, words: str) -> Outcome:
    """Take in the files of a message as documents."""
    if not turn.message.files:
        return say_only(say("documents.send_one"))
    replies: list[Reply] = []
    effects: list[Effect] = []
    fresh: dict[str, Document] = {}
    for file in turn.message.files:
        reply, effect, document = _take_in(turn, file, fresh)
        replies.append(reply)
        if effect is not None and document is not None:
            effects.append(effect)
            fresh[effect.sha256] = document
    to_review = tuple(key for key, document in fresh.items() if proposals(document))
    current = _open(turn)
    if current is not None and not effects and not any(reply.choices for reply in replies):
        return Outcome(tuple(replies))  # nothing of it concerns the deadline on the table
    if current is not None:
        replies += [Reply(say("documents.queued", count=len(to_review)))] if to_review else []
        following = _show(turn, replace(current, waiting=(*current.waiting, *to_review)), fresh)
    elif to_review:
        following = _show(turn, _Review(to_review[0], 0, waiting=to_review[1:]), fresh, fill=True)
    else:
        return Outcome(tuple(replies), tuple(effects))
    return Outcome((*replies, *following.replies), tuple(effects), conversation=following.conversation)


def _take_in(turn: Turn, file: ReceivedFile, fresh: Mapping[str, Document]) -> tuple[Reply, Any, Document | None]:
    """What is said about one file; and, where it is a new document, the effect that keeps it."""
    problem = file.problem or ("unsupported" if file.text is None else "" if file.text.strip() else "empty")
    if problem or file.text is None:
        reason = say(f"documents.problem_{problem}".replace("-", "_"))
        return Reply(say("documents.unreadable", problem=reason, name=file.name)), None, None
    document = parse(file.text)
    effect = adding(document, file.name, file.stored.id if file.stored else None)
    known = turn.reads.document_of_text(effect.sha256)
    if known is not None:
        again = Choice(say("documents.review_again"), f"duyethan {known.id}")
        text = say("documents.known", name=_stored_name(known), at=known.added_at)
        return Reply(text, (again,) if proposals(document) else ()), None, None
    if effect.sha256 in fresh:
        return Reply(say("documents.twice", name=file.name)), None, None
    namesakes = turn.reads.documents_numbered(effect.number) if effect.number else ()
    return Reply(_summary(document, file.name, namesakes)), effect, document


def _summary(document: Document, file_name: str, namesakes: Sequence[StoredDocument]) -> str:
    header = document.header
    value = {
        part: found.value if (found := getattr(header, part)) else None
        for part in ("type", "number", "issuer", "title")
    }
    summary = say(
        "documents.summary",
        **value,
        date=dt.date.fromisoformat(header.date.value) if header.date else None,
        file=file_name,
        duties=len(document.duties),
        citations=len(document.citations),
        deadlines=len(proposals(document)),
        contradictions=len(document.contradictions),
        namesakes=[_stored_name(one) for one in namesakes],
    )
    shown = [
        "\n".join(
            [
                say("documents.contradiction", kind=one.kind, about=one.about),
                *(quoted(quote, 200) for quote in one.quotes),
            ]
        )
        for one in document.contradictions[:_SHOWN]
    ]
    return "\n\n".join([summary, *shown])


def review(turn: Turn, words: str) -> Outcome:
    """Go through the deadlines of a stored document."""
    key = typed_key(words)
    stored = turn.reads.document(key) if key is not None else None
    if stored is None:
        return say_only(say("documents.gone"))
    return _show(turn, _Review(stored.sha256, 0), {}, fill=True)


def step(turn: Turn) -> Outcome:
    """The next answer about the deadline on the table."""
    current = _open(turn)
    assert current is not None
    assert turn.conversation is not None
    if turn.message.files:
        return receive(turn, "")
    action, _, rest = (turn.message.action or "").partition(" ")
    if turn.message.action is None:
        return _typed(turn, current, turn.conversation.step)
    if action == ":confirm":
        return _confirm(turn, current)
    if action == ":await" and (proposal := _proposal(turn, current)) and (rule := _awaiting(proposal)):
        return _confirm(turn, replace(current, rule=rule.to_dict()))
    if action == ":drop":
        return _next(turn, current)
    if action in {":later", ":cancel"}:
        return _put_off(turn, current)
    if action == ":form" and rest:
        return _show(turn, replace(current, form=rest if rest in turn.forms else None), {})
    if action == ":everyone":
        return _show(turn, replace(current, audience=dict(EVERY_COMMUNE)), {})
    asking = {":date": "date", ":units": "units", ":form": "form"}.get(action)
    return _ask(turn, current, asking) if asking else _show(turn, current, {})


def _put_off(turn: Turn, current: _Review) -> Outcome:
    """Leave the rest of this document for later, and go on with the next one."""
    stored = turn.reads.document_of_text(current.document)
    again = (Choice(say("documents.review_again"), f"duyethan {stored.id}"),) if stored else ()
    put_off = Reply(say("documents.later"), (*again, *_after(turn)))
    if not current.waiting:
        return Outcome((put_off,), conversation=None)
    following = _show(turn, _after_this(current), {}, fill=True)
    return replace(following, replies=(put_off, *following.replies))


def _after_this(current: _Review) -> _Review:
    """The review of the first document that waits."""
    return _Review(current.waiting[0], 0, added=current.added, waiting=current.waiting[1:])


def _ask(turn: Turn, current: _Review, what: str, problem: str = "") -> Outcome:
    back = Choice(say("labels.back"), ":back", say("labels.back_key"))
    if what == "form":
        choices = [Choice(form.title, f":form {form.name}") for form in turn.forms.values()]
        choices.append(Choice(say("documents.no_form"), ":form -"))
        reply = Reply(say("documents.which_form"), (*choices, back))
    elif what == "units":
        everyone = Choice(say("documents.everyone"), ":everyone", say("documents.everyone_key"))
        reply = Reply(problem or say("documents.which_units"), (everyone, back), numbered=False)
    else:
        reply = Reply(problem or say("documents.which_date"), (back,), numbered=False)
    return Outcome((reply,), conversation=current.conversation(what))


def _typed(turn: Turn, current: _Review, at_step: str) -> Outcome:
    if at_step == "units":
        return _units_typed(turn, current)
    if at_step == "form":
        return _ask(turn, current, "form")
    proposal = _proposal(turn, current)
    if proposal is None:
        return _next(turn, current)
    every = str(current.rule["every"]) if current.rule else proposal.every
    rule = typed_rule(turn.message.text, every, turn.now.date())
    if rule is None and at_step != "date":
        again = _show(turn, current, {})
        return replace(again, replies=(Reply(say("documents.card_open")), *again.replies))
    if rule is None:
        typed = turn.message.text[:60]
        return _ask(turn, current, "date", say("documents.no_date", typed=typed) if typed else "")
    if not rule.awaits_date and not next_occurrences(rule, turn.now.date(), 1):
        return _ask(turn, current, "date", say("documents.date_past"))
    return _show(turn, replace(current, rule=rule.to_dict()), {})


def _units_typed(turn: Turn, current: _Review) -> Outcome:
    audience, problem = typed_audience(turn, turn.message.text)
    if audience is None:
        return _ask(turn, current, "units", problem)
    return _show(turn, replace(current, audience=audience), {})


def _confirm(turn: Turn, current: _Review) -> Outcome:
    stored, proposal = turn.reads.document_of_text(current.document), _proposal(turn, current)
    if stored is None or proposal is None or current.rule is None:
        return _show(turn, current, {})
    rule = Rule.from_dict(dict(current.rule))
    coming = next_occurrences(rule, turn.now.date(), 1)
    if not coming and not rule.awaits_date:
        return _show(turn, current, {})
    form = turn.forms.get(current.form or "")
    effect = AddDeadline(
        document_id=stored.id,
        title=say(
            "documents.title",
            form=form.title if form else None,
            document=_short_name(stored.type, stored.number, stored.title or stored.name),
            path=_place(_read(turn, stored), proposal),
        ),
        quote=proposal.found.quote,
        rule=rule.to_dict(),
        form=form.name if form else None,
        to_whom=proposal.found.to_whom,
        audience=current.audience or dict(EVERY_COMMUNE),
        offsets=DEFAULT_OFFSETS,
        owner_id=turn.me.id,
    )
    done = say("documents.confirmed", occurrence=coming[0] if coming else None)
    following = _next(turn, replace(current, added=current.added + 1))
    return replace(following, replies=(Reply(done), *following.replies), effects=(effect,))


def _next(turn: Turn, current: _Review) -> Outcome:
    moved = _Review(current.document, current.at + 1, added=current.added, waiting=current.waiting)
    return _show(turn, moved, {}, fill=True)


def _show(turn: Turn, current: _Review, fresh: Mapping[str, Document], *, fill: bool = False) -> Outcome:
    """The card of the deadline on the table, or of the next one that is not in force yet."""
    stored = turn.reads.document_of_text(current.document)
    document = fresh.get(current.document) or _read(turn, stored)
    found = proposals(document) if document else []
    if fill:
        in_force = turn.reads.deadlines_of(stored.id) if stored else ()
        at = current.at
        while at < len(found) and any(_is(found[at], one) for one in in_force):
            at += 1
        current = replace(current, at=at)
        if at < len(found):
            current = _filled(turn, current, found[at], document)
    if document is None or current.at >= len(found):
        if current.waiting:
            return _show(turn, _after_this(current), fresh, fill=True)
        return replace(say_only(say("documents.done", added=current.added), *_after(turn)), conversation=None)
    return Outcome((_card(turn, current, found, document),), conversation=current.conversation())


def _filled(turn: Turn, current: _Review, proposal: Proposal, document: Document | None) -> _Review:
    """The draft of a deadline as the document proposes it: whom it concerns, and the form that its words name."""
    rule = None if proposal.past(turn.now.date()) else proposal.rule
    title = document.header.title.value if document and document.header.title else ""
    words = f" {fold(f'{proposal.found.quote} {title}')} "
    form = next(
        (
            form.name
            for form in turn.forms.values()
            if any(len(spelling) > 5 and spelling in words for spelling in form.spellings)
            and (rule is None or rule.every == "once" or rule.every in form.periods)
        ),
        None,
    )
    audience = _proposed_audience(turn, proposal.found.who_reports)
    return replace(current, rule=rule.to_dict() if rule else None, audience=audience, form=form)


def _proposed_audience(turn: Turn, who: str | None) -> Mapping[str, Any]:
    """Whom a deadline concerns by its own words: the office that is named alone, and its staff; else every commune."""
    found = find_units(who or "", units_for(turn.me, "themvanban", turn.reads))
    if len(found) == 1 and found[0].kind == "office":
        return {"units": [found[0].id], "roles": ["staff"]}
    return dict(EVERY_COMMUNE)


def _card(turn: Turn, current: _Review, found: Sequence[Proposal], document: Document) -> Reply:
    proposal, today = found[current.at], turn.now.date()
    rule = Rule.from_dict(dict(current.rule)) if current.rule else None
    coming = next_occurrences(rule, today, _SHOWN) if rule else []
    printed = proposal.rule if rule is None else rule
    single = occurrences(printed, printed.date, printed.date) if printed and printed.date else []
    form = turn.forms.get(current.form or "")
    header = document.header
    kind, number, title = (
        field.value if (field := getattr(header, part)) else None for part in ("type", "number", "title")
    )
    name = _short_name(kind, number, title)
    heading = say("documents.card_heading", number=current.at + 1, total=len(found), document=name)
    details = say(
        "documents.card",
        who=proposal.found.who_reports,
        to_whom=proposal.found.to_whom,
        rule=printed,
        of_period=proposal.instance.period if proposal.instance and not current.rule else None,
        printed=single[0] if single else None,
        coming=[(one, last_working_day(one)) for one in coming],
        past=rule is None and proposal.past(today),
        every=proposal.every,
        receiver_gone=proposal.found.receiver_gone,
        units=audience_name(turn, current.audience),
        form=form.title if form else None,
    )
    text = f"{heading}\n{quoted(proposal.found.quote)}\n\n{details}"
    waits = rule is not None and rule.awaits_date
    choices = [
        *([Choice(say("labels.confirm"), ":confirm")] if coming or waits else []),
        *([Choice(say("documents.await"), ":await")] if rule is None and _awaiting(proposal) else []),
        Choice(say("documents.set_date" if rule is None or waits else "documents.mend_date"), ":date"),
    ]
    if coming:
        choices += [Choice(say("documents.mend_units"), ":units"), Choice(say("documents.mend_form"), ":form")]
    choices += [Choice(say("documents.drop"), ":drop"), Choice(say("documents.put_off"), ":later")]
    return Reply(text, tuple(choices))


def _is(proposal: Proposal, deadline: Deadline) -> bool:
    """Whether a deadline is this proposal; a cadence may have been given any day since."""
    return proposal.found.quote == deadline.quote and (
        _awaiting(proposal) is not None or proposal.rule == deadline.rule
    )


def _awaiting(proposal: Proposal) -> Rule | None:
    """The rule of a cadence whose day the document does not give."""
    bare = proposal.rule is None and proposal.every in _CADENCES
    return Rule(proposal.every) if bare else None  # type: ignore[arg-type]


def _open(turn: Turn) -> _Review | None:
    if turn.conversation is None or turn.conversation.flow != "document":
        return None
    data = dict(turn.conversation.data)
    return _Review(**{**data, "waiting": tuple(data["waiting"])})


def _proposal(turn: Turn, current: _Review) -> Proposal | None:
    document = _read(turn, turn.reads.document_of_text(current.document))
    found = proposals(document) if document else []
    return found[current.at] if current.at < len(found) else None


def _place(document: Document | None, proposal: Proposal) -> str | None:
    """Where a deadline stands, for a document with several: their names are to differ."""
    if document is None or len(proposals(document)) < 2:
        return None
    return next((one.path for one in document.passages if one.start <= proposal.found.start < one.end), None)


def _read(turn: Turn, stored: StoredDocument | None) -> Document | None:
    if stored is None:
        return None
    held = turn.library.held.get(stored.id)
    return held.document if held else parse(turn.reads.document_text(stored.id))


def _after(turn: Turn) -> tuple[Choice, ...]:
    return (Choice(say("documents.see_deadlines"), "han"), Choice(say("documents.announce"), "thongbao"))


def _stored_name(one: StoredDocument) -> str:
    return named(one.type, one.number, one.date.isoformat() if one.date else None, one.issuer, one.title or one.name)


def _short_name(kind: str | None, number: str | None, title: str | None) -> str:
    """Type and number; without a number the beginning of the title."""
    short = title if title is None or len(title) <= _TITLE else title[:_TITLE].rsplit(" ", 1)[0] + "…"
    return " ".join(part for part in (kind, number or short) if part) or say("labels.document")


COMMANDS = (
    Command("themvanban", receive, ("them van ban",)),
    Command("duyethan", review, takes_words=True),
)
FLOWS = {"document": step}
