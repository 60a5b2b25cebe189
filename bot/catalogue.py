"""The catalogue of forms in step with the store, whichever worker published or withdrew one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from bot.storage import Store, Transaction
from knowledge.forms.catalogue import Catalogue, shipped_text
from knowledge.forms.form import Form


def keep_shipped(tx: Transaction, catalogue: Catalogue, now: dt.datetime) -> None:
    """Note the forms that came with this program: reports written on them outlive its next version."""
    for form in catalogue.shipped.values():
        tx.keep_form(form.name, form.version, shipped_text(form.name), now)
    catch_up_forms(tx, catalogue)


def catch_up_forms(tx: Transaction, forms: Mapping[str, Form]) -> None:
    """Bring the catalogue in step; nearly always there is nothing to do. A plain mapping stays as it is."""
    if isinstance(forms, Catalogue) and (stamp := tx.forms_stamp()) != forms.stamp:
        forms.update(tx.published_forms(), stamp)


async def refresh_forms(store: Store, forms: Mapping[str, Form]) -> None:
    """Take in what another worker published, when no turn has asked."""
    await store.read(lambda tx: catch_up_forms(tx, forms))
