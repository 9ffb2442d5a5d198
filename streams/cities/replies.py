"""Over what a city's systems are told of matters, `replies.yaml`: read and checked, each fault with its line."""

from pathlib import Path
from typing import get_args

from streams.facts.rules import RULES_KEY, ReplyRoute
from streams.facts.vocabulary import Medium
from streams.marked.form import Form
from streams.marked.yaml_file import Fault, read_marked

MEDIA: tuple[Medium, ...] = get_args(Medium)


def read_routes(path: Path, effective_at: int, faults: list[Fault]) -> list[ReplyRoute]:
    """One for each system from which people ask; what the file says above them holds unless theirs says otherwise."""
    whole = Form(path.stem, read_marked(path, faults), faults)
    callback = _address(whole, None)
    routes = [
        ReplyRoute(
            key=RULES_KEY,
            occurred_at=effective_at,
            version="",
            system=system,
            reply=form.choice("reply", MEDIA, "medium"),
            write_back=form.choice("write_back", MEDIA, "medium", "none"),
            address=_address(form, callback),
        )
        for system, form in whole.each_once("systems", "system", "system")
    ]
    whole.done()
    return routes


def _address(form: Form, callback: str | None) -> str:
    address = form.text("callback", callback)
    if form.has("callback") and not address.startswith(("secret:", "https://", "http://127.0.0.1:")):
        form.fault("'callback' must be secret:name or an https address", "callback")
    return address
