"""What somebody means by an update: its words and files as kept, and which of the offered choices it picks.

A choice is picked by its button, its number, or its words; from the open step, from what was shown beside it, from a
message that was pushed since, or from the one that is expressly replied to.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.channels.base import Arrival
from bot.payload import unpack
from bot.storage import InboxRow, State, Transaction
from handlers.records.files import ReceivedFile, StoredFile
from handlers.reply import Reply
from handlers.routing import resolve
from handlers.turn import Incoming

_LABEL = 120
"""Characters up to which something typed may be the words of a choice."""
_PUSHED = 40
"""The same for a message that was pushed: people write about other things beneath it."""
_INVISIBLE = frozenset(
    "\u00ad\u200b\u200e\u200f\u2028\u2029\u2060\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)


def incoming(tx: Transaction, arrival: Arrival, row: InboxRow, subject: str, state: State) -> Incoming:
    """The message that a turn is about, with the action of the choice that it picks.

    ``subject`` is whose conversation it is, ``state`` where that stands. An old button, or a choice of somebody else's,
    comes as stale.
    """
    message = Incoming(
        text=_clean(arrival.text),
        files=tuple(_received(file) for file in row.files),
        sender_name=arrival.sender_name,
        unread=arrival.unread,
        key=arrival.key,
        edits=arrival.edits,
    )
    if arrival.edits:
        return message
    if arrival.pressed is not None:
        return _pressed(tx, message, arrival.pressed, subject, state)
    if not message.text or message.files:
        return message
    if arrival.replies_to is not None:
        message = _replied(tx, message, (row.channel, row.address, arrival.replies_to), subject, state)
    if message.action is not None or message.about is not None:
        return message
    return replace(message, action=_typed(tx, message.text, subject, state))


def _replied(tx: Transaction, message: Incoming, quoted: tuple[str, str, str], subject: str, state: State) -> Incoming:
    """An express answer to a message of ours: what that was about, and the choice of it that was meant.

    ``quoted`` is the channel, the address and the platform's key of that message.
    """
    offered = tx.offered_as(*quoted)
    if offered is None or offered[1] != subject:
        return message
    said = unpack(offered[2])
    action = resolve(message.text, said.choices, numbered=said.numbered)
    stale = action is not None and action.startswith(":") and offered[0] != state.offer_id
    return replace(message, about=said.about, action=action, stale=stale)


def _typed(tx: Transaction, text: str, subject: str, state: State) -> str | None:
    """The action of the choice that a number or words pick, of those that are open or were shown last."""
    push = tx.latest_push(subject) if len(text) <= _PUSHED else None
    digits = text.isdecimal()
    if push and digits and push[0] > (state.offer_id or 0) and not waits(state):
        # Under the last message with choices; what was offered before it, nobody means any more.
        if tx.latest_beside(subject, push[0]) is None:
            return resolve(text, unpack(push[1]).choices, numbered=True)
        push = None  # since then choices were shown that are no longer open: the number may have meant one of those
    offer = unpack(state.offer) if state.offer is not None else Reply("")
    action = resolve(text, offer.choices, numbered=offer.numbered)
    if action is None and state.offer_id is not None and waits(state) and len(text) <= _LABEL:
        # What was shown beside the open step, by its words: its digits belong to the step, and zero leads to the menu.
        if offer.numbered and text == "0":
            return "trangchinh"
        beside = tx.latest_beside(subject, state.offer_id)
        action = resolve(text, unpack(beside).choices, numbered=False) if beside else None
    # A number goes to a pushed message only if no question of an open conversation waits for it.
    expected = state.offer is not None and digits
    if action is None and not expected and push:
        action = resolve(text, unpack(push[1]).choices, numbered=state.offer is None)
    return action


def waits(state: State) -> bool:
    """Whether an open conversation waits for an answer; the memory of the document just shown does not."""
    return state.conversation is not None and state.conversation.flow != "ask"


def _clean(text: str) -> str:
    """NFC, stripped, without control characters (PostgreSQL refuses them) and marks that only turn or hide letters."""
    normal = unicodedata.normalize("NFC", text)
    kept = (
        sign
        for sign in normal
        if sign in "\n\t" or (unicodedata.category(sign) not in {"Cc", "Cs"} and sign not in _INVISIBLE)
    )
    return "".join(kept).strip()


def _pressed(tx: Transaction, message: Incoming, pressed: tuple[int, int], subject: str, state: State) -> Incoming:
    outbox_id, index = pressed
    offered = tx.offered(outbox_id) if 0 < outbox_id < 2**63 else None
    if offered is None or offered[0] != subject:
        return replace(message, action=":gone", stale=True)
    choices = unpack(offered[1]).choices
    if not 0 <= index < len(choices):
        return replace(message, action=":gone", stale=True)
    action = choices[index].action
    return replace(message, action=action, stale=action.startswith(":") and outbox_id != state.offer_id)


def _received(file: Mapping[str, Any]) -> ReceivedFile:
    stored = file.get("stored")
    return ReceivedFile(
        name=file["name"],
        stored=StoredFile(**stored) if stored else None,
        problem=file.get("problem"),
        text=file.get("text"),
        template=file.get("template"),
    )
