"""The store: everything that the program keeps in a database, behind units of work."""

from sqlalchemy.exc import IntegrityError

from bot.storage.engine import Store, open_store
from bot.storage.failures import passes
from bot.storage.migrate import NewerSchema
from bot.storage.outbox import Delivery, Sent
from bot.storage.status import LAST_BACKUP, Status
from bot.storage.transaction import Transaction
from bot.storage.turns import InboxRow, Message, State, Update
from bot.storage.views import NAMES as VIEWS

__all__ = [
    "LAST_BACKUP",
    "VIEWS",
    "Delivery",
    "InboxRow",
    "IntegrityError",
    "Message",
    "NewerSchema",
    "Sent",
    "State",
    "Status",
    "Store",
    "Transaction",
    "Update",
    "open_store",
    "passes",
]
