"""Finding who answers: what was tapped or typed, who may do it, and where everything else goes."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from handlers import documents, groups, help, merge, report
from handlers.announcing import announce, approve, correct, follow
from handlers.asking import ask, unanswered
from handlers.deadlines import deadline, schedule, snooze
from handlers.files import attached, refusal
from handlers.forms import publish
from handlers.links import LINKABLE, carried
from handlers.people import accounts, directory, enrol, handover, invite, same
from handlers.permissions import scope
from handlers.privacy import deciding, own, trail
from handlers.pulling import chart, drill, export, figures, search, supervise, template
from handlers.reply import Choice, Reply
from handlers.reviewing import review, view
from handlers.texts import say
from handlers.turn import KEEP, Command, Conversation, Outcome, Turn, say_only
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
    deciding,
    directory,
    documents,
    drill,
    enrol,
    export,
    figures,
    follow,
    groups,
    handover,
    help,
    invite,
    merge,
    own,
    publish,
    report,
    review,
    same,
    schedule,
    search,
    snooze,
    supervise,
    template,
    trail,
    unanswered,
    view,
)
COMMANDS: dict[str, Command] = {command.name: command for module in _MODULES for command in module.COMMANDS}
_BY_SPELLING = {spelling: command for command in COMMANDS.values() for spelling in (command.name, *command.spellings)}
_LONGEST = max(len(spelling.split()) for spelling in _BY_SPELLING)
"""Words in the longest way to write a command's name."""
FLOWS: dict[str, Callable[[Turn], Outcome]] = {name: step for module in _MODULES for name, step in module.FLOWS.items()}


def route(turn: Turn) -> Outcome:
    """Decide a turn. What could not be read is told before anything else."""
    outcome = _route(turn) if turn.group is None else _in_group(turn)
    if turn.message.unread is None or not outcome.replies:
        return outcome
    first, *others = outcome.replies
    note = say(f"help.unread_{turn.message.unread}")
    return replace(outcome, replies=(replace(first, text=f"{note}\n\n{first.text}"), *others))


def _in_group(turn: Turn) -> Outcome:
    """What is said where all can read it. No form is ever open there: all that is kept is which document was shown."""
    line, chosen = turn.message.action or turn.message.text, turn.message.action is not None
    outcome = groups.answer(turn, recognise(line, chosen=chosen), COMMANDS["hoi"])
    kept = isinstance(outcome.conversation, Conversation) and outcome.conversation.flow == "ask"
    return outcome if kept else replace(outcome, conversation=KEEP)


def _route(turn: Turn) -> Outcome:
    """People who are unknown learn only how to enrol; who has not agreed has the rights to their own data."""
    action = turn.message.action
    if turn.person is None or not turn.person.agreed:
        if turn.message.edits and turn.conversation is not None:
            return say_only(say("help.edited"))
        asked = recognise(action or turn.message.text, chosen=action is not None) if turn.person else None
        if asked is None or asked[0].name not in own.WITHOUT_CONSENT:
            return FLOWS["enrol"](turn)
        return asked[0].run(turn, asked[1])
    if turn.message.edits:
        # Never taken for something new: a report would be there twice.
        return _step(turn) if report.corrects(turn) else say_only(say("help.edited"))
    if action is not None and action.startswith(":"):
        return _step(turn)
    if action is None and turn.message.about is not None and (told := _expressly(turn, *turn.message.about.split())):
        return told
    line = action if action is not None else turn.message.text
    slash = line.startswith("/")
    # The words under a file are its caption, unless they are clearly a command.
    found = recognise(line, chosen=action is not None) if slash or not turn.message.files else None
    if found and found[1] and not slash and action is None and scope(turn.person, found[0].name) is None:
        found = None  # "Tổng hợp ý kiến thế nào?" is a question, from somebody who cannot pull totals
    if found and found[0].name == "start" and found[1]:
        # A link that opens the chat can carry a command, but only one that shows something: anybody can write links.
        linked = recognise(carried(found[1]), chosen=True)
        found = linked if linked and linked[0].name in LINKABLE else found
    busy = _busy(turn)
    if found and found[0].name == "huy" and busy:
        return _step(_choosing(turn, ":cancel"))
    if found and found[0].name == "tieptuc" and busy:
        return _step(_choosing(turn, ":again"))
    if found and found[0].name == "trogiup" and report.explains(turn, line):
        return _step(_choosing(turn, ":help"))
    if found and not (found[0].when_idle and busy and not slash and action is None):
        command, words = found
        if scope(turn.person, command.name) is None:
            return _with_way_back(turn, say_only(say("help.not_allowed")))
        return _with_way_back(turn, command.run(turn, words))
    if action is not None:
        return _step(replace(turn, message=replace(turn.message, stale=True)))
    if slash and not turn.message.files:
        unknown = say("help.unknown", typed=line.split()[0][:40])
        return _with_way_back(turn, say_only(unknown, Choice(say("labels.menu"), "trogiup")))
    if not busy and (told := figures.about_figures(turn) or snooze.unasked(turn)) is not None:
        return told
    if (known := accounts.unasked(turn)) is not None:
        return _with_way_back(turn, known)
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


def _expressly(turn: Turn, what: str, *words: str) -> Outcome | None:
    """What follows from an express answer, where it is more than the words alone say."""
    if what == "dadoc" and fold(turn.message.text).strip(" .!") in _READ_IT:
        return COMMANDS["dadoc"].run(turn, " ".join(words))
    if what == "report" and not turn.message.text.startswith("/"):
        if turn.conversation is not None and turn.conversation.flow == "report":
            return None if recognise(turn.message.text) else _step(turn)
        if scope(turn.me, "baocao"):
            back = Choice(say("report.back_to_it"), f"baocao {words[0]} {words[1]}")
            return say_only(say("report.closed_question"), back)
    return None


_READ_IT = frozenset({"ok", "oke", "okay", "ro", "da ro", "nhan", "da nhan", "da nhan duoc", "vang", "da", "da xem"})
"""How people answer an announcement that they have read, folded."""


def _with_way_back(turn: Turn, outcome: Outcome) -> Outcome:
    """Whoever asked something else in the middle of a step gets back to it with one tap.

    What is shown beside an open step has no numbers: those that people type belong to the step.
    """
    if not _busy(turn) or outcome.conversation is not KEEP or not outcome.replies:
        return outcome
    back = report.way_back(turn) or Choice(say("labels.go_on"), "tieptuc", say("labels.go_on_key"))
    *others, last = [replace(reply, numbered=False) for reply in outcome.replies]
    return replace(outcome, replies=(*others, replace(last, choices=(*last.choices, back))))


def _busy(turn: Turn) -> bool:
    """Whether an open conversation waits for something; the memory of the document just shown is no form."""
    return turn.conversation is not None and turn.conversation.flow != "ask"


def _unwanted(turn: Turn) -> Outcome:
    """Files that nobody asked for, from somebody who adds no documents."""
    proof = scope(turn.me, "baocao") is not None
    notes = [
        say("files.unwanted", name=file.name, proof=proof) if attached(file) else refusal(file)
        for file in turn.message.files
    ]
    return say_only("\n".join(notes), Choice(say("labels.menu"), "trogiup"))


def _step(turn: Turn) -> Outcome:
    if turn.conversation is None or (turn.message.action is not None and not _busy(turn)):
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
    for length in range(min(len(words), _LONGEST), 0, -1):
        command = _BY_SPELLING.get(" ".join(words[:length]))
        if command is not None:
            rest = "".join(line.lstrip("/").split(maxsplit=length)[length:]).strip()
            if not rest or slash or command.takes_words:
                return command, rest
    return None


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
    return _in_part(text, choices) if numbered else None


def _in_part(text: str, choices: Sequence[Choice]) -> str | None:
    """The action of the one choice whose label has these words, as they are accented if they are; no command's name."""
    typed = _words(text.casefold())
    if sum(map(str.isalpha, typed)) < _TELLING or recognise(text) is not None:
        return None
    plain = typed == fold(typed)
    labels = [_words(fold(choice.label) if plain else choice.label.casefold()) for choice in choices]
    found = [place for place, label in enumerate(labels) if f" {typed} " in f" {label} "]
    return choices[found[0]].action if len(found) == 1 else None


_TELLING = 4
"""Letters that a part of a label has at least: fewer are typed for many reasons."""


_NUMBERED = re.compile(r"(?:(?:so|chon|muc|y|chon so|chon muc) )?(\d{1,3})", re.ASCII)
"""How people type the number of a choice: "2", "so 2", "chon 2"."""


def _words(folded: str) -> str:
    """Letters and digits alone, for labels that hold signs which nobody types."""
    return " ".join(re.findall(r"\w+", folded))
