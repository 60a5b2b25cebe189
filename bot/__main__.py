"""The command line: ``danvan`` or ``python -m bot``."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

from bot.clock import Clock
from bot.logs import set_up_logging
from bot.settings import BadSettings, Settings, exposed_file, load_settings
from handlers.texts import say

if TYPE_CHECKING:
    from bot.storage import Store

# Each command imports what it needs: a question asked here need not wait for the platforms' libraries.

T = TypeVar("T")
_FILES = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(help=say("operator.about"))
@click.pass_context
def main(context: click.Context) -> None:
    """Read the settings once, for all commands."""
    set_up_logging()
    try:
        context.obj = load_settings()
    except BadSettings as error:
        _fail(str(error))


@main.command(help=say("operator.run"))
@click.option("--demo", is_flag=True, help=say("operator.run_demo"))
@click.pass_obj
def run(settings: Settings, demo: bool) -> None:
    """Serve the platforms whose tokens are set; without any, the demo with its local console."""
    from bot import app

    live = settings.live and not demo
    if not live and settings.database_url and not demo:
        _fail(say("operator.no_channel"))
    if live and (file := exposed_file()):
        _fail(say("operator.exposed_file", file=file))
    settings = settings if live else settings.demo

    async def serve(store: Store) -> None:
        clock = Clock()
        hint = ""
        if not live:
            from bot.demo.seed import prepare, what_to_try  # only the demo needs its data

            clock = await prepare(store, settings.data_dir)
            hint = what_to_try()
        elif await store.read(lambda tx: tx.meta("demo")):
            raise BadSettings(say("operator.demo_data", folder=settings.data_dir))
        program = app.assemble(settings, store, clock, demo=not live)

        def ready(address: str) -> None:
            name = "operator.ready_live" if live else "operator.ready_demo"
            click.echo(say(name, address=address, hint=hint, folder=settings.data_dir))

        await app.run(program, ready)

    _with_store(settings, serve)


@main.command(help=say("operator.ingest"))
@click.argument("files", nargs=-1, required=True, type=_FILES)
@click.pass_obj
def ingest(settings: Settings, files: tuple[Path, ...]) -> None:
    """Read documents into the store."""
    from bot.library import ingest as read_in

    now = Clock().now()

    async def work(store: Store) -> int:
        with click.progressbar(length=len(files), file=sys.stderr, label=say("operator.reading")) as bar:
            results = await read_in(store, files, now, lambda: bar.update(1))
        for line in results.lines:
            click.echo(line)
        return results.refused

    sys.exit(1 if _with_store(settings, work) else 0)


@main.command(help=say("operator.ask"))
@click.argument("question", required=False)
@click.option("--json", "as_json", is_flag=True, help=say("operator.as_json"))
@click.option("--batch", type=_FILES, help=say("operator.batch"))
@click.option("--about", help=say("operator.about_document"))
@click.pass_obj
def ask(settings: Settings, question: str | None, as_json: bool, batch: Path | None, about: str | None) -> None:
    """Answer from the stored documents and from what staff answered, as a cadre would see it."""
    from bot.channels.render import as_lines
    from bot.library import load_library
    from handlers.asking.answers import answered_by_staff, held_by_name, render, to_json, told, told_as_json
    from knowledge.answering import answer
    from knowledge.answering.same import question_key

    if (question is None) == (batch is None):
        _fail(say("operator.one_question"))
    questions = [(question or "").strip()]
    if batch:
        questions = [line.strip() for line in _text(batch).split("\n") if line.strip()]

    async def work(store: Store) -> None:
        library = await load_library(store)
        shown = held_by_name(library, about) if about else None
        if about and shown is None:
            raise BadSettings(say("operator.about_unknown", name=about))
        asked_before = bool(await store.read(lambda tx: tx.stored_keys()))
        # On a terminal the answers show how far it is.
        quiet = batch is None or sys.stdout.isatty()
        with click.progressbar(questions, file=sys.stderr, label=say("operator.answering"), hidden=quiet) as bar:
            for one in bar:
                key = question_key(library, one) if asked_before else None
                if stored := await store.read(partial(answered_by_staff, key=key)) if key else None:
                    reply, found = told(stored, library), None
                    shape = told_as_json(stored, library)
                else:
                    found = answer(library, one, shown)
                    reply, shape = render(found), to_json(found)
                if as_json or batch:
                    click.echo(json.dumps(shape, ensure_ascii=False))
                    continue
                nearby = reply.choices[: len(found.suggestions)] if found and found.kind != "answer" else ()
                click.echo(as_lines(reply.text, nearby, numbered=True))

    _with_store(settings, work)


@main.command(help=say("operator.facts"))
@click.argument("file", type=_FILES)
@click.option("--json", "as_json", is_flag=True, help=say("operator.as_json"))
@click.option("--against", type=_FILES, multiple=True, help=say("operator.against"))
def facts(file: Path, as_json: bool, against: tuple[Path, ...]) -> None:
    """Print what is found in one document, and where others say it differently, without storing it."""
    from knowledge.facts import facts as found_in
    from knowledge.reading.parse import parse

    found = found_in(parse(_text(file)), [parse(_text(other)) for other in against])
    click.echo(json.dumps(found, ensure_ascii=False, indent=None if as_json else 2))


@main.command(help=say("operator.invite"))
@click.argument("unit")
@click.argument("role", type=click.Choice(["cadre", "staff", "supervisor", "admin"]))
@click.option("--name", help=say("operator.invite_name"))
@click.pass_obj
def invite(settings: Settings, unit: str, role: str, name: str | None) -> None:
    """Make an enrolment code for a unit and a role."""
    from bot.people import invite as make_code

    now = Clock().now()
    _with_store(settings, lambda store: _print(make_code(store, unit, role, name, now)))


@main.command(help=say("operator.remove"))
@click.argument("person")
@click.pass_obj
def remove(settings: Settings, person: str) -> None:
    """End somebody's access on all their accounts."""
    from bot.people import remove as end_access

    now = Clock().now()
    _with_store(settings, lambda store: _print(end_access(store, person, now)))


@main.command(help=say("erasing.about"))
@click.argument("person")
@click.option("--yes", is_flag=True, help=say("erasing.yes"))
@click.pass_obj
def erase(settings: Settings, person: str, yes: bool) -> None:
    """Erase the data of somebody, also of one whose access has ended."""
    from bot.cabinet import Cabinet
    from bot.erasing import erase as erase_person
    from bot.erasing import find_person, finish_erasing, named
    from bot.erasures import note_new

    async def work(store: Store) -> None:
        found = await find_person(store, person)
        if not yes:
            click.confirm(say("erasing.ask", who=named(found), key=found.id), abort=True)
        await erase_person(store, found.id, Clock().now())
        await finish_erasing(store, Cabinet(settings.data_dir / "files"))
        await note_new(store, settings.data_dir)
        click.echo(say("erasing.done", key=found.id))

    _with_store(settings, work)


@main.group(help=say("operator.units"))
def units() -> None:
    """Administrative units."""


@units.command("import", help=say("operator.units_import"))
@click.argument("file", type=_FILES)
@click.pass_obj
def import_units(settings: Settings, file: Path) -> None:
    """Add units from a CSV or xlsx file."""
    from bot.people import import_units as add

    now = Clock().now()
    _with_store(settings, lambda store: _print(add(store, file, now)))


@main.command(help=say("operator.export"))
@click.option(
    "--to", "folder", required=True, type=click.Path(file_okay=False, path_type=Path), help=say("operator.to")
)
@click.option(
    "--format", "kind", type=click.Choice(["csv", "jsonl"]), default="csv", help=say("operator.export_format")
)
@click.pass_obj
def export(settings: Settings, folder: Path, kind: str) -> None:
    """Write all reports, answers, missing units and deliveries as csv or json lines."""
    from bot.exports.tables import export_all

    now = Clock().now()

    async def work(store: Store) -> None:
        def tell(count: int) -> None:
            click.echo("\r" + say("operator.exporting", count=count), nl=False, err=True)

        count = await export_all(store, folder, kind, tell)
        await store.write(lambda tx: tx.note(now, None, "export-all", "views"))
        click.echo(err=True)
        click.echo(say("operator.exported", count=count, folder=folder))

    _with_store(settings, work)


@main.command(help=say("keeping.backup"))
@click.option("--to", "folder", type=click.Path(file_okay=False, path_type=Path), help=say("keeping.backup_to"))
@click.pass_obj
def backup(settings: Settings, folder: Path | None) -> None:
    """Write all that is kept into one file."""
    from bot.backup import back_up

    made = _kept(back_up(settings, folder or settings.backups, Clock().now()))
    click.echo(say("keeping.backed_up", made=made))


@main.command(help=say("keeping.restore"))
@click.argument("file", type=_FILES)
@click.option("--identity", type=_FILES, help=say("keeping.restore_identity"))
@click.option("--check", "only_check", is_flag=True, help=say("keeping.restore_check"))
@click.pass_obj
def restore(settings: Settings, file: Path, identity: Path | None, only_check: bool) -> None:
    """Put a backup into an empty place."""
    from bot.backup import restore as put_back
    from bot.backup import verify

    key = _text(identity) if identity else None
    found = _kept(asyncio.to_thread(verify, file, key) if only_check else put_back(settings, file, key))
    click.echo(say("keeping.verified" if only_check else "keeping.restored", made=found))
    if not only_check:
        from bot.erasures import read_journal, repeat

        noted = bool(read_journal(settings.data_dir))
        repeated = (
            _with_store(settings, lambda store: repeat(store, settings.data_dir, Clock().now())) if noted else None
        )
        click.echo(say("erasing.after_restore", repeated=repeated, made_at=found.made_at))


@main.command("inventory", help=say("inventory.about"))
def print_inventory() -> None:
    """Print which data is kept, why, and for how long: deploy/du-lieu.md."""
    from bot.inventory import page

    click.echo(page(), nl=False)


@main.command(help=say("keeping.move"))
# Asked for where it is not given: what stands on a command line is seen by everybody on the machine.
@click.option("--to", "target", prompt=say("keeping.move_ask"), hide_input=True, help=say("keeping.move_to"))
@click.pass_obj
def move(settings: Settings, target: str) -> None:
    """Carry everything over into another database."""
    from bot.move import move_everything

    rows = _kept(
        move_everything(settings, target, lambda name, count: click.echo(say("keeping.moving", table=name, rows=count)))
    )
    click.echo(say("keeping.moved", rows=sum(rows.values()), tables=len(rows)))


@main.command(help=say("keeping.trim"))
@click.pass_obj
def trim(settings: Settings) -> None:
    """Remove what has had its time."""
    from bot.cabinet import Cabinet
    from bot.retention import trim as remove_old

    cabinet = Cabinet(settings.data_dir / "files")
    done = _with_store(settings, lambda store: remove_old(store, cabinet, settings, Clock().now()))
    click.echo(say("keeping.trimmed", done=done))


@main.command(help=say("operator.check"))
@click.pass_obj
def check(settings: Settings) -> None:
    """Say whether settings, database and channels are in order."""
    from bot.check import problems

    found = asyncio.run(problems(settings, click.echo))
    sys.exit(1 if found else 0)


@main.command(help=say("operator.status_about"))
@click.option("--json", "as_json", is_flag=True, help=say("operator.as_json"))
@click.pass_obj
def status(settings: Settings, as_json: bool) -> None:
    """Say how the program is doing."""
    from bot.status import to_json, told

    now = Clock().now()

    async def work(store: Store) -> None:
        found = await store.read(lambda tx: tx.status(now))
        click.echo(json.dumps(to_json(found), ensure_ascii=False) if as_json else told(found))

    _with_store(settings, work)


def _with_store(settings: Settings, work: Callable[[Store], Awaitable[T]]) -> T:
    """Open the database, do something with it, close it; a foreseeable failure is one line."""
    from bot.database import open_database

    async def go() -> T:
        store = await open_database(settings)
        try:
            return await work(store)
        finally:
            await store.close()

    try:
        return asyncio.run(go())
    except (BadSettings, ValueError) as error:
        _fail(str(error))
    except OSError as error:
        _fail(_named(error))


def _kept(work: Coroutine[Any, Any, T]) -> T:
    """Do something with the data as a whole; a foreseeable failure is one line."""
    from bot.backup import BackupFailed

    try:
        return asyncio.run(work)
    except BackupFailed as error:
        _fail(str(error))


async def _print(lines: Awaitable[list[str]]) -> None:
    for line in await lines:
        click.echo(line)


def _text(file: Path) -> str:
    """The text of a file that was named; ends with a line that says why where it can't be read."""
    from knowledge.reading.files import UnreadableFile, read_text

    try:
        return read_text(file.read_bytes(), file.name)
    except UnreadableFile as problem:
        reason = say(f"documents.problem_{problem.reason}".replace("-", "_"))
        _fail(say("operator.unreadable", name=file.name, reason=reason))
    except OSError as error:
        _fail(_named(error))


def _named(error: OSError) -> str:
    return say("operator.file_trouble", name=error.filename or "?", reason=error.strerror or type(error).__name__)


def _fail(message: str) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(2)


if __name__ == "__main__":
    main()
