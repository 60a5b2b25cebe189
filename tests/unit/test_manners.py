"""What people do in chats beside typing: they edit, answer expressly, send albums, stickers and voice."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
import sqlalchemy as sa

from bot.channels.base import Moved, NewUpdate, Outgoing, Refused
from bot.library import ingest, refresh_library
from bot.storage import Store
from bot.storage.schema import account, inbox, outbox, report
from tests.acceptance.test_telegram_stories import DOCUMENT
from tests.support.pictures import jpeg
from tests.support.world import NOON, Chat, World


@pytest_asyncio.fixture
async def world(sqlite_store: Store, tmp_path: Path) -> AsyncIterator[World]:
    yield World(sqlite_store, tmp_path)


@pytest_asyncio.fixture
async def mai(world: World) -> Chat:
    return await world.person("Lò Thị Mai", "cadre", await world.unit("Xã Sơn Hà"))


@pytest_asyncio.fixture
async def document(world: World, tmp_path: Path) -> str:
    """The number of a document in the library."""
    (file := tmp_path / "415-KH-UBND.txt").write_text(DOCUMENT, encoding="utf-8")
    await ingest(world.store, [file], NOON, lambda: None)
    await refresh_library(world.store, world.library)
    return "415/KH-UBND"


async def answers(world: World) -> dict[str, object]:
    rows = await world.store.read(lambda tx: tx.connection.execute(sa.select(report.c.answers)).all())
    assert len(rows) == 1
    return dict(rows[0].answers)


async def test_editing_the_message_that_answered_last_corrects_the_answer_and_says_so(world: World, mai: Chat) -> None:
    await mai.says("/baocao qcdc quý 3/2026")
    asked = await mai.says("12", number="501")
    assert "Câu 2/6" in asked
    heard = await mai.edits("501", "15")
    assert "Đã sửa câu 1" in heard
    assert "Câu 2/6" in heard
    assert list((await answers(world)).values()) == [15]


async def test_an_edited_answer_that_does_not_fit_is_asked_for_again(world: World, mai: Chat) -> None:
    await mai.says("/baocao qcdc quý 3/2026")
    await mai.says("12", number="501")
    assert "Câu 1/6" in await mai.edits("501", "rất nhiều")
    assert list((await answers(world)).values()) == [12]
    assert "Câu 2/6" in await mai.edits("501", "14")
    assert list((await answers(world)).values()) == [14]


async def test_editing_an_older_message_changes_nothing_and_says_what_to_do(world: World, mai: Chat) -> None:
    await mai.says("/baocao qcdc quý 3/2026")
    await mai.says("12", number="501")
    await mai.says("1, 3", number="502")
    before = await answers(world)
    assert "gõ lại" in await mai.edits("501", "15")
    assert await answers(world) == before


async def test_editing_what_was_sent_as_a_report_makes_no_second_one(world: World, mai: Chat) -> None:
    text = "báo cáo qcdc quý 3/2026: 12 cuộc"
    await mai.says(text, number="501")
    assert "gõ lại" in await mai.edits("501", text.replace("12", "15"))
    rows = await world.store.read(lambda tx: tx.connection.execute(sa.select(report)).all())
    assert len(rows) <= 1


async def test_a_stranger_who_edits_is_told_how_to_enrol(world: World) -> None:
    assert "đăng ký" in (await world.stranger().edits("1", "xin chào")).casefold()


async def test_an_express_answer_to_an_earlier_question_goes_to_that_question(world: World, mai: Chat) -> None:
    await mai.says("/baocao qcdc quý 3/2026")
    first = mai.messages[-1]
    await mai.says("12")
    assert "Câu 2/6" in mai.messages[-1].text
    await mai.replies(first, "15")
    assert list((await answers(world)).values()) == [15]
    assert "Câu 2/6" in mai.messages[-1].text


async def test_an_express_answer_to_a_report_that_is_not_open_is_not_taken_for_a_question(
    world: World, mai: Chat
) -> None:
    await mai.says("/baocao qcdc quý 3/2026")
    first = mai.messages[-1]
    await mai.says("12")
    await mai.taps("Hủy")
    await mai.taps("Để sau")
    assert "không mở" in await mai.replies(first, "15")
    assert list((await answers(world)).values()) == [12]


@pytest.mark.parametrize("words", ["rõ", "OK", "Đã nhận.", "vâng"])
async def test_an_announcement_that_is_answered_with_a_word_is_read(world: World, words: str) -> None:
    province = await world.unit("Tỉnh", "province")
    mai = await world.person("Lò Thị Mai", "cadre", await world.unit("Xã Sơn Hà", parent=province))
    staff = await world.person("Hà Văn Thuận", "staff", province)
    await staff.says("/thongbao Họp giao ban 8h sáng thứ Sáu.")
    await staff.taps("Tất cả đơn vị")
    await staff.taps("Cán bộ")
    await staff.taps("Gửi cho 1 người")
    assert "Họp giao ban" in mai.messages[-1].text
    assert "Đã ghi nhận" in await mai.replies(mai.messages[-1], words)


async def test_photos_of_an_album_are_all_kept_and_answered_once(world: World, mai: Chat) -> None:
    await mai.says("/baocao dan-van-kheo 10/2026")
    pictures = {f"anh-{number}.jpg": jpeg(size=(6, 4 + number)) for number in range(3)}
    world.channel.bytes.update(pictures)
    before = len(mai.messages)
    updates = [
        NewUpdate(f"album-{number}", mai.address, {"files": [name], "album": "a1", "text": text}, True)
        for number, (name, text) in enumerate(zip(pictures, ("", "hội nghị", ""), strict=True))
    ]
    await world.journal(updates[:1])
    await world.journal(updates[1:])
    await world.settle()
    assert len(mai.messages) == before + 1
    assert all(name in mai.messages[-1].text for name in pictures)
    kept = next(value for value in (await answers(world)).values() if isinstance(value, list))
    assert len(kept) == 3
    states = await world.store.read(lambda tx: tx.connection.scalars(sa.select(inbox.c.state)).all())
    assert set(states) == {"done"}


async def _asked_for_photos(mai: Chat) -> None:
    """The report is filled in as far as the question for proofs."""
    await mai.says("/baocao dan-van-kheo 10/2026")
    for answer in (*"3333333", "bỏ", "bỏ"):
        asked = await mai.says(answer)
    assert "Minh chứng" in asked


def _part(mai: Chat, name: str, album: str = "a1") -> NewUpdate:
    return NewUpdate(f"{album}-{name}", mai.address, {"files": [name], "album": album}, True)


def _edits(world: World, refusing: bool = False) -> list[tuple[str, str]]:
    """Give the channel a way to edit what it sent, and see what it does with it."""
    edited: list[tuple[str, str]] = []

    async def edit(message: Outgoing, sent: str) -> None:
        if refusing:
            raise Refused("too old")
        edited.append((sent, message.text))

    world.channel.edit = edit  # type: ignore[attr-defined]
    return edited


async def _late_photos(world: World, mai: Chat, names: list[str], wait: float = 0) -> None:
    """Photos of one album, each of which comes when the one before it has been answered."""
    world.channel.bytes.update({name: jpeg(size=(6, 4 + number)) for number, name in enumerate(names)})
    for name in names:
        await world.journal([_part(mai, name)])
        await world.settle()
        world.clock.shift += dt.timedelta(seconds=wait)


async def test_a_late_photo_of_an_album_is_kept_and_the_answer_to_the_others_names_it_too(
    store: Store, tmp_path: Path
) -> None:
    world = World(store, tmp_path)
    mai = await world.person("Lò Thị Mai", "cadre", await world.unit("Xã Sơn Hà"))
    await _asked_for_photos(mai)
    edited = _edits(world)
    before = len(mai.messages)
    names = ["mot.jpg", "hai.jpg", "ba.jpg"]
    await _late_photos(world, mai, names)
    (shown,) = mai.messages[before:]
    assert [sent for sent, _ in edited] == [str(shown.id)] * 2
    assert all(name in edited[-1][1] for name in names)
    kept = next(value for value in (await answers(world)).values() if isinstance(value, list))
    assert len(kept) == 3
    reads = await world.store.read(
        lambda tx: tx.connection.scalars(sa.select(outbox.c.payload).where(outbox.c.id == shown.id)).one()
    )
    assert reads["text"] == edited[-1][1], "the chat's history shows what the message reads now"
    assert "Xem lại" in await mai.says("1"), "the choices that it shows now are the open ones"


@pytest.mark.parametrize("hindrance", ["refused", "no editing", "later", "words between"])
async def test_a_late_photo_is_told_by_itself_where_the_answer_to_the_others_cannot_be_changed(
    world: World, mai: Chat, hindrance: str
) -> None:
    await _asked_for_photos(mai)
    edited = _edits(world, hindrance == "refused") if hindrance != "no editing" else []
    before = len(mai.messages)
    names = ["mot.jpg", "hai.jpg"]
    if hindrance == "words between":
        await _late_photos(world, mai, names[:1])
        await mai.says("/han")
        names = names[1:]
        before += 1
    await _late_photos(world, mai, names, wait=90 if hindrance == "later" else 0)
    assert edited == []
    assert len(mai.messages) == before + 2
    assert "hai.jpg" in mai.messages[-1].text


async def test_an_answer_that_refuses_a_photo_of_the_album_is_not_written_over(world: World, mai: Chat) -> None:
    await _asked_for_photos(mai)
    edited = _edits(world)
    world.channel.bytes |= {"hong.jpg": b"", "hai.jpg": jpeg()}
    for name in ("hong.jpg", "hai.jpg"):
        await world.journal([_part(mai, name)])
        await world.settle()
    assert edited == []
    assert "hong.jpg" in mai.messages[-2].text
    assert "hai.jpg" in mai.messages[-1].text


@pytest.mark.parametrize(
    ("unread", "words"), [("sticker", "nhãn dán"), ("voice", "thoại"), ("place", "vị trí"), ("other", "loại tin")]
)
async def test_what_cannot_be_read_is_told_with_what_to_do(mai: Chat, unread: str, words: str) -> None:
    heard = await mai.says("", unread=unread)
    assert words in heard
    assert "gõ" in heard


async def test_messages_for_a_chat_that_has_moved_follow_it(world: World, mai: Chat) -> None:
    world.channel.failing = [Moved("chat-new")]
    await mai.says("0")
    assert world.channel.sent[-1].address == "chat-new"
    addresses = await world.store.read(lambda tx: tx.connection.scalars(sa.select(account.c.address)).all())
    assert addresses == ["chat-new"]
    states = await world.store.read(lambda tx: tx.connection.scalars(sa.select(outbox.c.state)).all())
    assert set(states) == {"sent"}


async def test_a_chat_that_says_that_it_moved_is_followed(world: World, mai: Chat) -> None:
    assert await mai.says("", moved_to="chat-new") == ""
    addresses = await world.store.read(lambda tx: tx.connection.scalars(sa.select(account.c.address)).all())
    assert addresses == ["chat-new"]


CIVIL = {
    "xin chào": "Xin chào anh/chị",
    "alo": "Xin chào anh/chị",
    "em oi": "Xin chào anh/chị",
    "cam on em nhieu nhe": "không có gì",
    "ok, cảm ơn": "không có gì",
    "ok 👍": "Vâng ạ",
    "da ro": "Vâng ạ",
    "khong biet": "Hiện không có câu hỏi nào",
    "bo qua": "Hiện không có câu hỏi nào",
    "3": "Hiện không có lựa chọn nào",
    "giup toi voi": "/lenh",
    "?": "/lenh",
}


@pytest.mark.parametrize(("typed", "heard"), CIVIL.items())
async def test_what_asks_nothing_is_answered_civilly_and_is_no_question_for_staff(
    world: World, mai: Chat, typed: str, heard: str
) -> None:
    assert heard in await mai.says(typed)
    assert not await world.store.read(lambda tx: tx.open_keys())


async def test_a_number_or_thanks_after_an_answer_does_not_quote_its_document_again(
    world: World, mai: Chat, document: str
) -> None:
    await mai.says("sua chua nha van hoa thon")
    assert "không có gì" in await mai.says("cam on")
    assert "Hiện không có lựa chọn nào" in await mai.says("9")
    assert document in await mai.says("ai ban hành")


async def test_the_words_of_a_button_mean_the_document_just_shown_also_when_the_button_is_gone(
    world: World, mai: Chat, document: str
) -> None:
    assert "gõ số" in await mai.says("nguyên văn")
    await mai.says("sua chua nha van hoa thon")
    await mai.says("van ban lien quan")
    assert document in await mai.says("nguyen van")
    assert document in await mai.says("văn bản liên quan")


@pytest.mark.parametrize(
    "typed", ["nhac lai sau 2 tieng", "Nhắc tôi lúc 16h nhé", "nhac em ngay mai", "nhắc lại chiều mai"]
)
async def test_a_reminder_is_put_off_in_plain_words(mai: Chat, typed: str) -> None:
    assert "tôi sẽ nhắc lại lúc" in await mai.says(typed)


async def test_a_question_that_begins_like_putting_off_is_a_question(mai: Chat) -> None:
    assert "Không có" in await mai.says("nhắc lại quy định về hòa giải")


@pytest.mark.parametrize("typed", ["lam bc qcdc quy 3", "cho em nộp báo cáo qcdc quý 3/2026", "bc qcdc q3"])
async def test_a_report_is_called_for_in_short_forms(mai: Chat, typed: str) -> None:
    assert "Câu 1/6" in await mai.says(typed)
