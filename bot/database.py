"""The way to the database of the settings."""

from __future__ import annotations

from bot.settings import BadSettings, Settings
from bot.storage import NewerSchema, Store, open_store
from handlers.texts import say


async def open_database(settings: Settings) -> Store:
    """The store of these settings, with its schema up to date. Raises BadSettings where it can't be had."""
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadSettings(say("operator.no_folder", folder=settings.data_dir, reason=error.strerror)) from error
    try:
        store = open_store(settings.database)
    except Exception as error:  # what the libraries say of a URL may hold its password
        raise BadSettings(
            say("operator.bad_settings", wrong=say("operator.bad_setting", name="database_url"))
        ) from error
    try:
        await store.migrate()
    except Exception as error:
        await store.close()
        name = "operator.newer_database" if isinstance(error, NewerSchema) else "operator.no_database"
        raise BadSettings(say(name, reason=type(error).__name__)) from error
    return store
