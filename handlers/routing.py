"""Finding who answers: what was tapped or typed, who may do it, and where everything else goes."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from handlers import documents, help, merge, report
from handlers.announcing import announce, approve, correct, follow
from handlers.asking import ask, unanswered
from handlers.deadlines import deadline, schedule, snooze
from handlers.files import attached, refusal
from handlers.forms import publish
from handlers.people import accounts, directory, enrol, handover, invite
from handlers.permissions import scope
from handlers.pulling import chart, drill, export, figures, search, supervise, template
from handlers.reply import Choice, Reply
from handlers.reviewing import review, view
from handlers.texts import say
from handlers.turn import KEEP, Command, Outcome, Turn, say_only
from knowledge.fold import fold

# Flows are registered here and nowhere else: a command by its name, an open conversation by its flow.
_MODULES: tuple[Any, ...] = (
    accounts,
    announce,
    approve,
    ask,
    chart,
    correct,
    deadline,
    directory,
    documents,
    drill,
    enrol,
    export,
    figures,
    follow,
    handover,
    help,
    invite,
    merge,
    publish,
    report,
    review,
    schedule,
    search,
    snooze,
    supervise,
    template,
    unanswered,
    view,
)
_LINKABLE = frozenset({"baocao", "vanban", "han", "trogiup"})

COMMANDS: dict[str, Command] = {command.name: command for module in _MODULES for command in module.COMMANDS}
FLOWS: dict[str, Callable[[Turn], Outcome]] = {name: step for module in _MODULES for name, step in module.FLOWS.items()}


def route(turn: Turn) -> Outcome:
    """Decide a turn. What could not be read is told before anything else."""
    outcome = _route(turn)
    if turn.message.unread is None or not outcome.replies:
        return outcome
    first, *others = outcome.replies
    note = say(f"help.unread_{turn.message.unread}")
    return replace(outcome, replies=(replace(first, text=f"{note}\n\n{first.text}"), *others))


def _route(turn: Turn) -> Outcome:
    """People who are unknown, or who have not agreed yet, learn only how to enrol."""
    if turn.person is None or not turn.person.agreed:
        return FLOWS["enrol"](turn)
    action = turn.message.action
    if action is not None and action.startswith(":"):
        return _step(turn)
    line = action if action is not None else turn.message.text
    slash = line.startswith("/")
    # The words under a file are its caption, unless they are clearly a command.
    found = recognise(line, chosen=action is not None) if slash or not turn.message.files else None
    if found and found[1] and not slash and action is None and scope(turn.person, found[0].name) is None:
        found = None  # "Tổng hợp ý kiến thế nào?" is a question, from somebody who cannot pull totals
    if found and found[0].name == "start" and found[1]:
        # A link that opens the chat can carry a command, but only one that shows something: anybody can write links.
        linked = recognise(found[1].replace("_", " "), chosen=True)
        found = linked if linked and linked[0].name in _LINKABLE else found
    # The memory of the document just shown is no form: it waits for nothing.
    busy = turn.conversation is not None and turn.conversation.flow != "ask"
    if found and found[0].name == "huy" and busy:
        return _step(_choosing(turn, ":cancel"))
    if found and found[0].name == "trogiup" and report.explains(turn, line):
        return _step(_choosing(turn, ":help"))
    if found and not (found[0].when_idle and busy and not slash and action is None):
        command, words = found
        if scope(turn.person, command.name) is None:
            return say_only(say("help.not_allowed"))
        return _with_way_back(turn, command.run(turn, words))
    if action is not None:
        return _step(replace(turn, message=replace(turn.message, stale=True)))
    if slash and not turn.message.files:
        return say_only(say("help.unknown", typed=line.split()[0][:40]), Choice(say("labels.menu"), "trogiup"))
    if not busy and (told := figures.about_figures(turn)) is not None:
        return told
    if not busy and scope(turn.person, "baocao") and (filed := report.unasked(turn)) is not None:
        return filed
    if report.asks(turn):
        return _with_way_back(turn, COMMANDS["hoi"].run(turn, turn.message.text))
    if turn.conversation is not None and (busy or not turn.message.files):
        return _step(turn)
    if turn.message.files:
        if any(map(publish.is_form_file, turn.message.files)) and scope(turn.person, "nhapmau"):
            return publish.receive(turn, "")
        return COMMANDS["themvanban"].run(turn, "") if scope(turn.person, "themvanban") else _unwanted(turn)
    return COMMANDS["hoi"].run(turn, turn.message.text)


def _with_way_back(turn: Turn, outcome: Outcome) -> Outcome:
    """Whoever asked something else in the middle of a report gets back to it with one tap."""
    back = report.way_back(turn)
    if back is None or outcome.conversation is not KEEP or not outcome.replies:
        return outcome
    last = outcome.replies[-1]
    return replace(outcome, replies=(*outcome.replies[:-1], replace(last, choices=(*last.choices, back))))


def _unwanted(turn: Turn) -> Outcome:
    """Files that nobody asked for, from somebody who adds no documents."""
    proof = scope(turn.me, "baocao") is not None
    notes = [
        say("files.unwanted", name=file.name, proof=proof) if attached(file) else refusal(file)
        for file in turn.message.files
    ]
    return say_only("\n".join(notes), Choice(say("labels.menu"), "trogiup"))


def _step(turn: Turn) -> Outcome:
    if turn.conversation is None:
        return say_only(say("help.stale_alone"), Choice(say("labels.menu"), "trogiup"))
    if scope(turn.me, turn.conversation.flow) is None:
        # Since it began the person was given another role.
        return Outcome((Reply(say("help.not_allowed"), (Choice(say("labels.menu"), "trogiup"),)),), conversation=None)
    if turn.message.stale:
        again = FLOWS[turn.conversation.flow](_choosing(turn, ":again"))
        return replace(again, replies=(*say_only(say("help.stale")).replies, *again.replies))
    return FLOWS[turn.conversation.flow](turn)


def _choosing(turn: Turn, action: str) -> Turn:
    """The same turn, as if this had been chosen."""
    return replace(turn, message=replace(turn.message, action=action, text="", stale=False))


def recognise(line: str, *, chosen: bool = False) -> tuple[Command, str] | None:
    """The command that a line asks for, and what follows its name; ``None`` where it is free text.

    What was chosen from an offer is a command with its words, as is what begins with a slash.
    """
    slash = chosen or line.startswith("/")
    words = re.sub(r"^/(\w+)@\w+", r"\1", fold(line)).lstrip("/").split()
    for length in (3, 2, 1):
        command = _by_spelling().get(" ".join(words[:length])) if len(words) >= length else None
        if command is not None:
            rest = "".join(line.lstrip("/").split(maxsplit=length)[length:]).strip()
            if not rest or slash or command.takes_words:
                return command, rest
    return None


def _by_spelling() -> dict[str, Command]:
    return {spelling: command for command in COMMANDS.values() for spelling in (command.name, *command.spellings)}


def resolve(text: str, choices: Sequence[Choice], *, numbered: bool) -> str | None:
    """The action of the choice that somebody typed: by number (where numbers are no answers), by key, or by label."""
    typed = fold(text).strip(" .,;!)\"'“”")
    if not typed:
        return None
    number = _NUMBERED.fullmatch(typed) if numbered else None
    if number and 1 <= int(number[1]) <= len(choices):
        return choices[int(number[1]) - 1].action
    words = _words(typed)
    for choice in choices:
        if typed == fold(choice.label) or (choice.key is not None and typed == fold(choice.key)):
            return choice.action
        if any(map(str.isalpha, words)) and words == _words(fold(choice.label)):
            return choice.action
    return None


_NUMBERED = re.compile(r"(?:(?:so|chon|muc|y|chon so|chon muc) )?(\d{1,3})", re.ASCII)
"""How people type the number of a choice: "2", "so 2", "chon 2"."""


def _words(folded: str) -> str:
    """Letters and digits alone, for labels that hold signs which nobody types."""
    return " ".join(re.findall(r"\w+", folded))
