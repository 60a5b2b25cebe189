"""Published forms, every version of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa

from bot.storage.base import Room
from bot.storage.schema import form, person
from handlers.records.forms import FormVersion, PublishForm, WithdrawForm
from knowledge.forms.catalogue import Published


class Forms(Room):
    """Answers ``FormReads``."""

    def form_versions(self) -> Sequence[FormVersion]:
        """Every version of every form, by name and version."""
        return [FormVersion(*row[:4], row.withdrawn_at is not None) for row in self.connection.execute(_VERSIONS)]

    def forms_stamp(self) -> tuple[int, int]:
        """Changes whenever a form is published or withdrawn."""
        newest, withdrawn = self.connection.execute(_STAMP).one()
        return newest or 0, withdrawn

    def published_forms(self) -> Sequence[Published]:
        """The file of every version."""
        rows = self.connection.execute(sa.select(form).order_by(form.c.id))
        return [Published(row.name, row.version, row.text, row.withdrawn_at is not None) for row in rows]

    def form_text(self, name: str, version: int) -> str | None:
        """The file of one version."""
        text: str | None = self.connection.scalar(
            sa.select(form.c.text).where(form.c.name == name, form.c.version == version)
        )
        return text

    def keep_form(self, name: str, version: int, text: str, now: dt.datetime) -> None:
        """Note a version that came with the program; one that is known already stays as it is."""
        insert = self.upsert(form).on_conflict_do_nothing(index_elements=["name", "version"])
        self.connection.execute(insert, {"name": name, "version": version, "text": text, "published_at": now})


def _publish(tx: Forms, effect: PublishForm, person_id: int | None, now: dt.datetime) -> None:
    values = {"name": effect.name, "version": effect.version, "text": effect.text}
    tx.connection.execute(form.insert(), {**values, "published_by": person_id, "published_at": now})
    tx.note(now, person_id, "publish-form", f"form:{effect.name}", version=effect.version)


def _withdraw(tx: Forms, effect: WithdrawForm, person_id: int | None, now: dt.datetime) -> None:
    in_force = sa.and_(form.c.name == effect.name, form.c.withdrawn_at.is_(None))
    tx.connection.execute(form.update().where(in_force).values(withdrawn_at=now))
    tx.note(now, person_id, "withdraw-form", f"form:{effect.name}")


EFFECTS: dict[type, Callable[[Any, Any, int | None, dt.datetime], None]] = {
    PublishForm: _publish,
    WithdrawForm: _withdraw,
}
"""For each effect of ``handlers.records.forms`` the function that applies it."""

_STAMP = sa.select(sa.func.max(form.c.id), sa.func.count(form.c.withdrawn_at))
_VERSIONS = (
    sa.select(form.c.name, form.c.version, person.c.name.label("by"), form.c.published_at, form.c.withdrawn_at)
    .outerjoin(person, person.c.id == form.c.published_by)
    .order_by(form.c.name, form.c.version)
)
