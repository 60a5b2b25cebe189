"""One message after another: from the inbox, through the handlers, to what follows, committed as one.

Updates wait in the inbox. Each is loaded, decided and committed in one transaction: its effects, the next step of the
conversation, the messages that follow, and the mark that it is done. A crash at any instant leaves it either not begun
or wholly done.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import logging
import secrets
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from bot.albums import answered, together
from bot.catalogue import catch_up_forms
from bot.channels.base import Arrival, Channel, Journal, NewUpdate
from bot.channels.render import pieces
from bot.clock import Clock
from bot.floods import Floods
from bot.incoming import incoming, waits
from bot.library import catch_up
from bot.payload import pack
from bot.storage import InboxRow, IntegrityError, Message, State, Store, Transaction, Update, passes
from handlers.records.people import Account, Person
from handlers.reply import Reply
from handlers.routing import route
from handlers.texts import say
from handlers.turn import KEEP, Outcome, Push, Turn
from knowledge.forms.form import Form
from knowledge.library import Library

log = logging.getLogger(__name__)

_AT_ONCE = 32
_TRIES = 3


class Turns:
    """Takes updates from the inbox and commits what the handlers decide."""

    def __init__(
        self,
        store: Store,
        channels: Mapping[str, Channel],
        library: Library,
        forms: Mapping[str, Form],
        clock: Clock,
        on_commit: Callable[[], None],
        floods: Floods | None = None,
    ) -> None:
        """``floods`` is absent where whoever writes is trusted to be slow."""
        self.store = store
        self._channels = channels
        self._library = library
        self._forms = forms
        self._clock = clock
        self._on_commit = on_commit
        self._floods = floods
        self._aside: list[Update] = []
        """What a flood brought since the last look. It is written down with the next: no commit is spent on it, and
        whoever sent it was told that it is not taken."""
        self._wake = asyncio.Event()
        self.round_at = time.monotonic()
        """When the loop began its present round."""

    def journal(self, channel: str, on_files: Callable[[], None]) -> Journal:
        """The function with which a channel writes its updates down."""

        async def write(updates: Sequence[NewUpdate]) -> None:
            judged = [await self._judged(channel, one) for one in updates]
            self._aside += [row for row in judged if row.verdict == "aside"]
            rows = [row for row in judged if row.verdict != "aside"]
            if not rows:
                return
            now = self._clock.now()

            def write_down(tx: Transaction) -> None:
                tx.journal(rows, now)
                tx.enqueue([_slow_down(row, now) for row in rows if row.verdict == "tell"], now)

            def write_and_take(tx: Transaction) -> int:
                write_down(tx)
                return self._take(tx, now, self._turn_and_done)

            try:
                # In the usual case the turn is over when the update is durable: one commit for both.
                if await self.store.write(write_and_take):
                    self._on_commit()
            except Exception:
                # A turn failed: write the updates down alone, and let ``take`` find out which.
                await self.store.write(write_down)
            self.wake()
            if any(row.has_files and row.verdict == "take" for row in rows):
                on_files()

        return write

    async def _judged(self, channel: str, update: NewUpdate) -> Update:
        """The update as it is written down: to be taken, or set aside because its account floods us."""
        row = Update(channel, update.key, update.address, update.payload, update.has_files)
        if self._floods is None:
            return row
        verdict = await self._floods.judge(
            (channel, update.address), lambda: self.store.read(lambda tx: tx.role_at(channel, update.address))
        )
        if verdict == "tell":
            log.warning("%s: an account writes too fast; it is told, and set aside for a while", channel)
        return replace(row, verdict=verdict)

    def wake(self) -> None:
        """There may be something in the inbox."""
        self._wake.set()

    async def run(self, poll: float = 2.0) -> None:
        """Take turns until cancelled; look every ``poll`` seconds even if nobody called."""
        while True:
            self._wake.clear()
            self.round_at = time.monotonic()
            if await self.take():
                continue
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(poll):
                    await self._wake.wait()

    async def take(self) -> int:
        """Deal with the updates that are ready, and return how many there were."""
        now = self._clock.now()
        aside, self._aside = self._aside, []

        def look(one: Callable[[Transaction, InboxRow, dt.datetime], None]) -> Callable[[Transaction], int]:
            def write_and_take(tx: Transaction) -> int:
                tx.journal(aside, now)
                return self._take(tx, now, one)

            return write_and_take

        try:
            count = await self.store.write(look(self._turn_and_done))
        except Exception:
            # One of them failed, and all were rolled back: again, each so that it can fail alone.
            try:
                count = await self.store.write(look(self._take_one))
            except Exception as error:
                self._aside = aside + self._aside
                # Nothing was committed, so nothing is lost: disk full, database away. The updates wait.
                log.error("inbox %s: %s", secrets.token_hex(4), _where(error))
                return 0
        if count:
            self._on_commit()
        return count

    def _take(
        self, tx: Transaction, now: dt.datetime, one: Callable[[Transaction, InboxRow, dt.datetime], None]
    ) -> int:
        rows = tx.ready_updates(_AT_ONCE)
        if rows:
            catch_up(tx, self._library)
            catch_up_forms(tx, self._forms)
        taken: set[int] = set()
        for row in rows:
            if row.id in taken:
                continue
            parts = together(tx, self._channels[row.channel], row)
            for part in parts:
                one(tx, part, now)
            taken.update(key for part in parts for key in (part.id, *(one.id for one in part.also)))
        return len(taken)

    def _turn_and_done(self, tx: Transaction, row: InboxRow, now: dt.datetime) -> None:
        self._turn(tx, row, now)
        self._done(tx, row, now)

    def _done(self, tx: Transaction, row: InboxRow, now: dt.datetime, error_id: str | None = None) -> None:
        for key in (row.id, *(one.id for one in row.also)):
            tx.update_done(key, now, error_id)

    def _take_one(self, tx: Transaction, row: InboxRow, now: dt.datetime) -> None:
        for attempt in range(_TRIES):
            try:
                with tx.savepoint():
                    self._turn_and_done(tx, row, now)
                return
            except IntegrityError as error:
                # Something unique was drawn twice (a receipt number): decide again with other chance.
                problem: Exception = error
                if attempt < _TRIES - 1:
                    continue
            except Exception as error:
                if passes(error):
                    raise
                problem = error
            break
        error_id = secrets.token_hex(4)
        log.error("turn %s: %s", error_id, _where(problem))
        self._done(tx, row, now, error_id)
        reply = Reply(say("help.error", error_id=error_id))
        self._enqueue_replies(tx, row, f"address:{row.channel}:{row.address}", None, (reply,), now)

    def _turn(self, tx: Transaction, row: InboxRow, now: dt.datetime) -> None:
        arrival = self._arrival(row)
        if arrival.moved_to is not None:
            tx.move_address(row.channel, row.address, arrival.moved_to)
            return
        account = tx.account(row.channel, row.address, now)
        speaker = account.person_id
        if arrival.group is not None:
            speaker = tx.person_at(row.channel, arrival.group.speaker)
        person = tx.person(speaker) if speaker is not None else None
        # What is said in a group belongs to the group, whoever says it.
        subject = subject_of(account, person if arrival.group is None else None)
        state = tx.conversation(subject)
        turn = Turn(
            now=now,
            fresh=secrets.token_hex(16),
            account=account,
            person=person,
            message=incoming(tx, arrival, row, subject, state),
            conversation=state.conversation,
            reads=tx,
            library=self._library,
            forms=self._forms,
            group=arrival.group.title if arrival.group else None,
            home=next((home for one in self._channels.values() if (home := getattr(one, "home", None))), None),
        )
        outcome = _answering(route(turn), turn)
        self._commit(tx, row, turn, subject, state, outcome)

    def _arrival(self, row: InboxRow) -> Arrival:
        """What an update says; of an album, the caption that one of its parts has."""
        read = self._channels[row.channel].read
        arrival = read(row.payload)
        captions = (text for one in row.also if (text := read(one.payload).text))
        return arrival if arrival.text else replace(arrival, text=next(captions, ""))

    def _commit(self, tx: Transaction, row: InboxRow, turn: Turn, subject: str, state: State, outcome: Outcome) -> None:
        person_id = turn.person.id if turn.person else None
        for effect in outcome.effects:
            tx.apply(effect, person_id, turn.now)
        if person_id is None and outcome.effects and turn.group is None:
            # The turn may have made a person of a stranger: what follows belongs to the person.
            person_id = tx.account(row.channel, row.address, turn.now).person_id
            if person_id is not None:
                tx.save_conversation(subject, State(None, None), turn.now)
                subject = f"person:{person_id}"
                # With one more account they go on where they were.
                state = tx.conversation(subject)
        offer_id = self._enqueue_replies(tx, row, subject, person_id, outcome.replies, turn.now)
        kept = outcome.conversation is KEEP
        after = State(
            state.conversation if kept else outcome.conversation,  # type: ignore[arg-type]
            state.offer_id if kept and (waits(state) or (state.conversation and offer_id is None)) else offer_id,
        )
        if after.conversation != state.conversation or after.offer_id != state.offer_id:
            tx.save_conversation(subject, after, turn.now)
        for push in outcome.pushes:
            self._enqueue_push(tx, push, turn.now)

    def _enqueue_replies(
        self,
        tx: Transaction,
        row: InboxRow,
        subject: str,
        person_id: int | None,
        replies: Sequence[Reply],
        now: dt.datetime,
    ) -> int | None:
        """Queue replies; returns the key of the last message with choices."""
        channel = self._channels[row.channel]
        parts = [piece for reply in replies for piece in pieces(reply, channel.limits)]
        alone = len(parts) == 1 and not parts[0].files
        replaces = answered(tx, channel, row, parts[0].text, now) if alone else None
        keys = tx.enqueue(
            [
                Message(
                    dedupe_key=f"reply:{row.id}:{number}",
                    kind="reply",
                    channel=row.channel,
                    address=row.address,
                    subject=subject,
                    payload=pack(part),
                    due_at=now,
                    person_id=person_id,
                    replaces_id=replaces,
                )
                for number, part in enumerate(parts)
            ],
            now,
        )
        offers = [key for key, part in zip(keys, parts, strict=True) if part.choices]
        return offers[-1] if offers else None

    def _enqueue_push(self, tx: Transaction, push: Push, now: dt.datetime) -> None:
        person_id: int | None = push.person_id
        if push.account_id is not None:
            channel, address, person_id = tx.account_at(push.account_id)
        elif (reached := tx.reachable_account(push.person_id)) is not None:
            channel, address = reached
        else:
            log.warning("push %s: no account", push.kind)
            return
        limits = self._channels[channel].limits if channel in self._channels else None
        parts = pieces(push.reply, limits) if limits else [push.reply]
        tx.enqueue(
            [
                Message(
                    dedupe_key=f"{push.dedupe_key}:{number}",
                    kind=push.kind,
                    channel=channel,
                    address=address,
                    subject=f"address:{channel}:{address}" if person_id is None else f"person:{person_id}",
                    payload=pack(part),
                    due_at=push.due_at or now,
                    person_id=person_id,
                    announcement_id=push.announcement_id,
                )
                for number, part in enumerate(parts)
            ],
            now,
        )


def _slow_down(row: Update, now: dt.datetime) -> Message:
    """What somebody who writes too fast is told: by whichever worker, once in a minute."""
    return Message(
        dedupe_key=f"too-fast:{row.channel}:{row.address}:{int(now.timestamp()) // 60}",
        kind="reply",
        channel=row.channel,
        address=row.address,
        subject=f"address:{row.channel}:{row.address}",
        payload=pack(Reply(say("help.too_fast"))),
        due_at=now,
    )


def subject_of(account: Account, person: Person | None) -> str:
    """Whose conversation it is: the person's on every channel, or the account's own before anybody enrolled."""
    return f"person:{person.id}" if person else f"account:{account.id}"


def _answering(outcome: Outcome, turn: Turn) -> Outcome:
    """The outcome; where it would leave somebody without an answer, they are told that something went wrong."""
    if any(reply.text.strip() or reply.files for reply in outcome.replies):
        return outcome
    error_id = secrets.token_hex(4)
    step = turn.conversation and f"{turn.conversation.flow} {turn.conversation.step}"
    log.error("turn %s: nothing was answered to %s at %s", error_id, (turn.message.action or "words").split()[0], step)
    return replace(outcome, replies=(Reply(say("help.error", error_id=error_id)),))


def _where(error: BaseException) -> str:
    """What went wrong and where, on one line, without the words of the message: those may be personal."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{frames[-1].filename.rsplit('/', 1)[-1]}:{frames[-1].lineno}" if frames else "?"
    ours = next(
        (
            f"{f.filename.rsplit('/', 1)[-1]}:{f.lineno}"
            for f in reversed(frames)
            if "/handlers/" in f.filename or "/bot/" in f.filename or "/knowledge/" in f.filename
        ),
        place,
    )
    return f"{type(error).__name__} at {ours} ({place})"
