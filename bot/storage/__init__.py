"""The store: everything that the program keeps in a database, behind units of work."""

from sqlalchemy.exc import IntegrityError

from bot.storage.copies import Contents, CopyFailed, copy_database, is_empty, note_copied, put_database
from bot.storage.engine import Store, open_store
from bot.storage.erasing import Erasure, Known
from bot.storage.failures import passes
from bot.storage.migrate import NewerSchema
from bot.storage.moving import move
from bot.storage.outbox import Delivery, Sent
from bot.storage.status import LAST_BACKUP, Status
from bot.storage.transaction import Transaction
from bot.storage.turns import InboxRow, Message, State, Update
from bot.storage.views import NAMES as VIEWS

__all__ = [
    "LAST_BACKUP",
    "VIEWS",
    "Contents",
    "CopyFailed",
    "Delivery",
    "Erasure",
    "InboxRow",
    "IntegrityError",
    "Known",
    "Message",
    "NewerSchema",
    "Sent",
    "State",
    "Status",
    "Store",
    "Transaction",
    "Update",
    "copy_database",
    "is_empty",
    "move",
    "note_copied",
    "open_store",
    "passes",
    "put_database",
]
