"""One person with several accounts; a post that changes hands; who is who; codes that are called back."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import sqlalchemy as sa

from bot.channels.base import Unreachable
from bot.storage import Store
from bot.storage.schema import account, audit, conversation, enrolment_code, outbox, person, report
from handlers.people.codes import hash_code, new_code, new_link_code, typed_code
from handlers.records.people import IssueCode, RemovePerson, Role
from handlers.texts import say
from tests.support.world import Chat, World


@pytest_asyncio.fixture
async def world(sqlite_store: Store, tmp_path: Path) -> World:
    return World(sqlite_store, tmp_path)


async def people(world: World) -> dict[str, Chat]:
    root = await world.unit("Tỉnh Hải Lâm", "province")
    office = await world.unit("Sở Nội vụ", "office", root)
    commune = await world.unit("Xã Sơn Hà", "commune", root)
    other = await world.unit("Xã Bình Minh", "commune", root)
    return {
        "admin": await world.person("Trần Quản Trị", "admin", office),
        "staff": await world.person("Phạm Chuyên Viên", "staff", office),
        "cadre": await world.person("Lê Thị Hoa", "cadre", commune),
        "other": await world.person("Ngô Văn Bình", "cadre", other),
    }


async def rows(world: World, query: Any) -> list[Any]:
    return await world.store.read(lambda tx: list(tx.connection.execute(query)))


def code_in(text: str) -> str:
    return next(word.strip(".") for word in text.split() if word.count("-") in {1, 2} and word.strip(".")[:2].isalnum())


async def link(chat: Chat) -> tuple[Chat, str]:
    code = code_in((await chat.says("/lienket")).partition("\n")[0])
    second = chat.world.stranger()
    return second, await second.says(f"lien ket {code}")


async def enrol(world: World, code: str, name: str) -> Chat:
    chat = world.stranger()
    await chat.says(f"/start {code}")
    await chat.taps("Đồng ý")
    await chat.says(name)
    return chat


@pytest.mark.parametrize("shape", ["lien ket {}", "/lienket {}", "Liên kết {}", "{}", "mã {}", "lienket: {}"])
@pytest.mark.parametrize("spell", [str, lambda code: code.replace("-", ""), lambda code: code.replace("-", " ")])
def test_a_link_code_is_read_however_it_is_typed(shape: str, spell: Any) -> None:
    code = new_link_code("any")
    typed = typed_code(shape.format(spell(code)))
    assert typed is not None
    assert hash_code(typed) == hash_code(code)


async def test_a_report_begun_on_one_account_is_finished_on_the_linked_one(world: World) -> None:
    cadre = (await people(world))["cadre"]
    await cadre.says("/baocao dan-van-kheo tháng 10/2026")
    question = cadre.messages[-1]
    second, said = await link(cadre)
    assert "Lê Thị Hoa" in said
    assert "Xã Sơn Hà" in said
    await second.says("/baocao dan-van-kheo tháng 10/2026")
    assert second.messages[-1].text.splitlines()[-1] == question.text.splitlines()[-1]
    await second.says("3")
    (draft,) = await rows(world, sa.select(report))
    assert draft.person_id == cadre.person_id
    assert list(draft.answers.values()) == [3]
    assert [one.action for one in await rows(world, sa.select(audit))][:2] == ["issue-link-code", "link-account"]


async def test_what_is_open_stays_open_while_an_account_is_linked(world: World) -> None:
    cadre = (await people(world))["cadre"]
    await cadre.says("/baocao dan-van-kheo tháng 10/2026")
    before = await rows(world, sa.select(conversation.c.flow, conversation.c.step, conversation.c.data))
    second, _ = await link(cadre)
    await second.says("3")
    after = await rows(world, sa.select(conversation).where(conversation.c.subject == f"person:{cadre.person_id}"))
    assert before[0].flow == after[0].flow == "report"
    assert (await rows(world, sa.select(report.c.answers)))[0].answers, "the answer went into the open report"


async def test_the_known_account_is_told_and_can_undo_the_link(world: World) -> None:
    cadre = (await people(world))["cadre"]
    second, _ = await link(cadre)
    assert "vừa được liên kết" in cadre.messages[-1].text
    await cadre.taps("Gỡ tài khoản vừa liên kết")
    assert second.messages[-1].text == say("accounts.was_dropped")
    assert await second.says("/han") == say("enrol.how")
    assert "unlink-account" in [one.action for one in await rows(world, sa.select(audit))]


async def test_a_link_code_works_once_and_only_for_minutes(world: World) -> None:
    cadre = (await people(world))["cadre"]
    code = code_in((await cadre.says("/lienket")).partition("\n")[0])
    await world.stranger().says(code)
    assert await world.stranger().says(code) == say("enrol.link_over")
    late = code_in((await cadre.says("/lienket")).partition("\n")[0])
    world.clock.move(dt.timedelta(minutes=11))
    assert await world.stranger().says(late) == say("enrol.link_over")


async def test_a_new_link_code_ends_the_one_before(world: World) -> None:
    cadre = (await people(world))["cadre"]
    first = code_in((await cadre.says("/lienket")).partition("\n")[0])
    await cadre.says("/lienket")
    assert await world.stranger().says(first) == say("enrol.link_over")


async def test_guessing_link_codes_is_slowed_like_guessing_enrolment_codes(world: World) -> None:
    cadre = (await people(world))["cadre"]
    code = code_in((await cadre.says("/lienket")).partition("\n")[0])
    thief = world.stranger()
    wrong = [f"{number:04d}-0000" for number in range(5) if f"{number:04d}-0000" != code]
    for guess in wrong:
        await thief.says(guess)
    assert "nhập sai mã nhiều lần" in await thief.says(code)
    assert (await rows(world, sa.select(account).where(account.c.address == thief.address)))[0].person_id is None


async def test_codes_do_not_stay_in_the_outbox_once_they_arrived(world: World) -> None:
    everybody = await people(world)
    shown = [code_in((await everybody["cadre"].says("/lienket")).partition("\n")[0])]
    await everybody["staff"].says("/moi Xã Sơn Hà")
    await everybody["staff"].taps("Cán bộ")
    shown.append(code_in((await everybody["staff"].says("bỏ")).partition("start ")[2]))
    await everybody["staff"].says("/bangiao Lê Thị Hoa")
    shown.append(code_in((await everybody["staff"].taps("Tạo mã bàn giao")).partition("start ")[2]))
    kept = json.dumps([row.payload for row in await rows(world, sa.select(outbox))], ensure_ascii=False)
    assert len(set(shown)) == 3
    assert not [code for code in shown if code in kept]
    assert "secret" not in kept


async def test_a_code_that_has_not_arrived_yet_is_kept_until_it_does(world: World) -> None:
    cadre = (await people(world))["cadre"]
    world.channel.failing.append(Unreachable("down"))
    await cadre.sends(text="/lienket")
    await world.turns.take()
    await world.sender.step()
    await world.sender.drain()
    world.clock.move(dt.timedelta(seconds=5))
    await world.settle()
    code = code_in(cadre.messages[-1].text.partition("\n")[0])
    assert "Liên kết xong" in await world.stranger().says(code)


async def test_an_account_can_be_let_go_but_never_the_last_one(world: World) -> None:
    cadre = (await people(world))["cadre"]
    await cadre.says("tai khoan")
    assert [choice.action for choice in cadre.choices] == ["lienket"]
    mine = (await rows(world, sa.select(account.c.id).where(account.c.address == cadre.address)))[0].id
    assert await cadre.says(f"/gotaikhoan {mine} dongy") == say("accounts.only_one")
    second, _ = await link(cadre)
    assert "đang trò chuyện ở đây" in await second.says("/taikhoan")
    await second.says(f"/gotaikhoan {mine} dongy")
    assert cadre.messages[-1].text == say("accounts.was_dropped")
    assert await cadre.says("/han") == say("enrol.how")
    assert "Hạn" in await second.says("/han") or second.messages


async def test_nobody_lets_go_of_an_account_that_is_not_theirs(world: World) -> None:
    everybody = await people(world)
    theirs = (await rows(world, sa.select(account.c.id).where(account.c.person_id == everybody["other"].person_id)))[0]
    await link(everybody["cadre"])
    await everybody["cadre"].says(f"/gotaikhoan {theirs.id} dongy")
    assert await everybody["other"].says("/han") != say("enrol.how")


async def test_what_waits_for_an_account_that_is_let_go_goes_to_the_other_one(world: World) -> None:
    everybody = await people(world)
    cadre = everybody["cadre"]
    second, _ = await link(cadre)
    mine = (await rows(world, sa.select(account.c.id).where(account.c.address == cadre.address)))[0].id
    await cadre.says("/taikhoan")  # the account used last
    world.clock.move(dt.timedelta(minutes=2))
    await cadre.says("/taikhoan")
    later = world.clock.now() + dt.timedelta(hours=1)
    values = {"dedupe_key": "n1", "kind": "notice", "priority": 1, "channel": "test", "address": cadre.address}
    values |= {"subject": f"person:{cadre.person_id}", "person_id": cadre.person_id, "payload": {"text": "Mời họp"}}
    values |= {"has_choices": False, "state": "queued", "due_at": later, "created_at": world.clock.now()}
    await world.store.write(lambda tx: tx.connection.execute(outbox.insert(), values))
    await second.says(f"/gotaikhoan {mine} dongy")
    world.clock.move(dt.timedelta(hours=2))
    await world.settle()
    assert second.messages[-1].text == "Mời họp"


async def test_a_post_changes_hands_with_its_draft_and_the_old_account_loses_access_at_once(world: World) -> None:
    everybody = await people(world)
    old, staff = everybody["cadre"], everybody["staff"]
    second, _ = await link(old)
    await old.says("/baocao dan-van-kheo tháng 10/2026")
    button = old.messages[-1]
    await old.says("3")
    await staff.says("/bangiao le thi hoa")
    code = code_in((await staff.taps("Tạo mã bàn giao")).partition("start ")[2])
    assert await old.says("/han") != say("enrol.how"), "until somebody takes over"
    new = await enrol(world, code, "Vũ Văn Mới")
    for phone in (old, second):
        assert "bàn giao cho Vũ Văn Mới" in phone.messages[-1].text
        assert await phone.says("/han") == say("enrol.how")
    assert await old.presses(button, 0) == say("enrol.how")
    (draft,) = await rows(world, sa.select(report))
    taken = (await rows(world, sa.select(person).where(person.c.name == "Vũ Văn Mới")))[0]
    assert (draft.person_id, draft.state) == (taken.id, "draft")
    assert "đang" not in (await new.says("/baocao dan-van-kheo tháng 10/2026")).partition("\n")[0] or new.choices
    assert (await rows(world, sa.select(report)))[0].answers == draft.answers
    actions = [one.action for one in await rows(world, sa.select(audit))]
    assert {"issue-handover-code", "take-over-post", "enrol"} <= set(actions)


async def test_staff_hand_over_posts_of_cadres_only(world: World) -> None:
    everybody = await people(world)
    assert await everybody["staff"].says("/bangiao Trần Quản Trị") == say(
        "handover.not_yours", name="Trần Quản Trị", role="Quản trị", unit="Sở Nội vụ"
    )
    assert not await rows(world, sa.select(enrolment_code))


async def test_the_directory_shows_who_is_linked_where(world: World) -> None:
    everybody = await people(world)
    await link(everybody["cadre"])
    blocked = account.update().where(account.c.person_id == everybody["other"].person_id).values(state="blocked")
    await world.store.write(lambda tx: tx.connection.execute(blocked))
    text = await everybody["staff"].says("/danhba")
    hoa = next(line for line in text.splitlines() if "Lê Thị Hoa" in line)
    assert hoa.count("dùng gần nhất") == 2
    assert "không nhận được tin" in next(line for line in text.splitlines() if "Ngô Văn Bình" in line)
    assert "Ngô Văn Bình" not in await everybody["staff"].says("/danhba Sơn Hà")
    card = await everybody["staff"].taps("Lê Thị Hoa")
    assert "Xã Sơn Hà" in card
    assert [choice.label for choice in everybody["staff"].choices] == [
        "Bàn giao cho người khác",
        "Gộp với người khác…",
        "Danh bạ",
    ]


async def test_a_long_directory_is_paged(world: World) -> None:
    everybody = await people(world)
    commune = await world.unit("Xã Đông", "commune", 1)
    for number in range(20):
        await world.person(f"Đỗ Văn {chr(65 + number)}", "cadre", commune)
    seen = await everybody["admin"].says("/danhba")
    while any(choice.label == "Xem tiếp" for choice in everybody["admin"].choices):
        seen += await everybody["admin"].taps("Xem tiếp")
    assert seen.count("\n• ") == 24
    assert all(f"Đỗ Văn {chr(65 + number)}," in seen for number in range(20))


async def test_an_admin_ends_somebodys_access_on_every_account(world: World) -> None:
    everybody = await people(world)
    second, _ = await link(everybody["cadre"])
    await everybody["admin"].says("/xoanguoi Lê Thị Hoa")
    assert await everybody["cadre"].says("/han") != say("enrol.how"), "only when it was confirmed"
    await everybody["admin"].taps("Dừng quyền")
    for phone in (everybody["cadre"], second):
        assert phone.messages[-1].text == say("directory.farewell")
        assert await phone.says("/han") == say("enrol.how")


async def test_the_only_admin_stays(world: World) -> None:
    everybody = await people(world)
    said = await everybody["admin"].says("/xoanguoi Trần Quản Trị")
    assert said == say("directory.only_admin", name="Trần Quản Trị")


async def test_nobody_comes_back_with_a_code_of_their_own(world: World) -> None:
    everybody = await people(world)
    await everybody["staff"].says("/moi Xã Sơn Hà")
    await everybody["staff"].taps("Cán bộ")
    code = code_in((await everybody["staff"].says("bỏ")).partition("start ")[2])
    gone = RemovePerson(everybody["staff"].person_id)
    await world.store.write(lambda tx: tx.apply(gone, None, world.clock.now()))
    assert await everybody["staff"].says(f"start {code}") == say("enrol.revoked")


async def test_a_message_that_was_under_way_when_its_person_was_removed_is_not_tried_again(world: World) -> None:
    cadre = (await people(world))["cadre"]
    await cadre.sends(text="/nhap")
    await world.turns.take()
    world.channel.failing.append(Unreachable("down"))
    await world.sender.step()
    gone = RemovePerson(cadre.person_id)
    await world.store.write(lambda tx: tx.apply(gone, None, world.clock.now()))
    await world.sender.drain()
    (row,) = await rows(world, sa.select(outbox))
    assert (row.state, row.error) == ("failed", "removed")


@pytest.mark.parametrize(("role", "sees"), [("admin", 2), ("staff", 1)])
async def test_open_codes_are_listed_and_revoked_by_those_who_could_make_them(
    world: World, role: Role, sees: int
) -> None:
    everybody = await people(world)
    codes = {"cadre": new_code("a"), "staff": new_code("b")}
    until = world.clock.now() + dt.timedelta(days=2)
    for kind, code in codes.items():
        issue = IssueCode(hash_code(code), 3, kind, "Lê An", until)  # type: ignore[arg-type]
        await world.store.write(lambda tx, issue=issue: tx.apply(issue, None, world.clock.now()))
    chat = everybody[role]
    assert f"chưa dùng: {sees}." in await chat.says("/mamoi")
    assert "Đã thu hồi" in await chat.taps("Cán bộ")
    assert await world.stranger().says(codes["cadre"]) == say("enrol.revoked")
    assert await chat.presses(chat.messages[-2], sees - 1) == say("invite.not_open")
    await chat.says("/thuma 2")
    said = await world.stranger().says(codes["staff"])
    assert (said == say("enrol.revoked")) is (role == "admin")
    assert "revoke-code" in [one.action for one in await rows(world, sa.select(audit))]


# -- links that open the chat, and express answers


async def test_a_link_opens_a_form(world: World) -> None:
    cadre = (await people(world))["cadre"]
    linked = await cadre.says("/start baocao_dan-van-kheo_2026-10")
    assert "tháng 10/2026" in linked
    assert (await rows(world, sa.select(conversation.c.flow)))[0].flow == "report"


@pytest.mark.parametrize("words", ["gotaikhoan_1_dongy", "xoanguoi_3_dongy", "lienket", "moi", "bangiao_3_dongy"])
async def test_a_link_that_anybody_can_write_changes_nothing(world: World, words: str) -> None:
    everybody = await people(world)
    said = await everybody["admin"].says(f"/start {words}")
    assert "Tài khoản này đã đăng ký" in said
    assert not await rows(world, sa.select(audit))


async def test_an_express_answer_goes_to_the_message_that_it_quotes(world: World) -> None:
    cadre = (await people(world))["cadre"]
    await cadre.says("trợ giúp")
    menu = cadre.messages[-1]
    await cadre.says("/taikhoan")
    place = [choice.action for choice in menu.choices].index("dagui") + 1
    quoted = await cadre.replies(menu, str(place))
    assert quoted == await cadre.says("/dagui")


async def test_an_express_answer_to_a_question_that_is_over_is_not_taken_for_one(world: World) -> None:
    staff = (await people(world))["staff"]
    await staff.says("/moi Xã Sơn Hà")
    question = staff.messages[-1]
    await staff.taps("Cán bộ")
    await staff.says("hủy")
    assert await staff.replies(question, "1") == say("help.stale_alone")
