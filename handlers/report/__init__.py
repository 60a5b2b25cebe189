"""Filling in and sending a unit's report: /baocao, /nhap, /dagui.

Question by question, as one message, or from the last period's report: three ways to the same draft. The answers lie
in the draft, saved with each turn; the conversation only says which question is open. So a draft survives whatever
happens to the conversation, and a colleague can go on with it.
"""

from __future__ import annotations

from handlers.report.lists import drafts, filed
from handlers.report.opening import asks, corrects, explains, report, step, unasked, way_back
from handlers.report.sending import send
from handlers.turn import Command

__all__ = ["COMMANDS", "FLOWS", "asks", "corrects", "explains", "unasked", "way_back"]

COMMANDS = (
    Command("baocao", report, ("bao cao", "lam bao cao", "nop bao cao", "gui bao cao")),
    Command("gui", send),
    Command("nhap", drafts, ("ban nhap", "bao cao nhap", "lam tiep", "lam tiep bao cao")),
    Command("dagui", filed, ("da gui", "bao cao da gui", "da nop")),
)
FLOWS = {"report": step}
