"""保密工单: what everybody is told of a confidential matter, and who was shown the rest.

A matter is confidential because a report asks for it, because its class is, or because the centre says so; it stays so.
Nothing that leaves dispatch then says under which number it was told of, or where in its district it is. The place is
its content, which has a view of its own and is shown one by one, each time under a receipt (`matters.read.v1`).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from streams.contract import Output, TableName, Tables
from streams.facts import deliveries, incidents, matters, notices, views
from streams.facts.vocabulary import CENTRE_ROLES
from streams.processors.arrival import PLACES
from streams.processors.known_orders import WrongUnit, find_matter, find_order
from streams.processors.matter_outputs import MATTERS, district_of, notice, progressed, show
from streams.processors.measures import authorised
from streams.processors.order_states import ENDED
from streams.rules.numbering import district_of_number

CONTENTS = TableName("contents", views.Content)
"""Of every confidential matter, by its number: what is not in this table is not confidential."""

HIDDEN = "保密"
"""In place of the number of a department's own order."""
MOST_READINGS = 100
"""Of one matter in its view; the log has all of them."""


class NotConfidential(Exception):
    """A receipt for reading what everybody is shown."""


def seal(now: int, matter: views.Matter, tables: Tables) -> views.Matter:
    """The matter as a confidential one, from its next output on."""
    if tables[CONTENTS].get(matter.matter_no) is None:
        tables[CONTENTS].put(matter.matter_no, views.Content(matter_no=matter.matter_no, region="", as_of=now))
    return replace(matter, confidential=True)


def mark(now: int, said: matters.Sealed, tables: Tables) -> Iterator[Output]:
    """The centre has decided it; NotAuthorised, UnknownOrder, UnknownMeasure."""
    matter = find_matter(said.matter_no, tables)
    authorised("seal", said, tables)
    if matter.confidential:
        return
    sealed = seal(now, matter, tables)
    yield notice(now, sealed, "sealed")
    yield progressed(now, sealed, sealed.state)
    yield from show(now, matter, sealed, tables)


def note_reading(now: int, said: matters.Read, tables: Tables) -> Iterator[Output]:
    """Who is shown an order's content: its unit, while the order is the unit's, or the centre.

    UnknownOrder, WrongUnit, NotConfidential.
    """
    matter, order = find_order(said.order_no, tables)
    is_units = said.actor_unit == order.unit and order.state not in ENDED
    if not is_units and said.actor_role not in CENTRE_ROLES:
        raise WrongUnit(f"{said.actor_unit} may not read order {said.order_no}")
    content = tables[CONTENTS].get(matter.matter_no)
    if content is None:
        raise NotConfidential(f"matter {matter.matter_no} is not confidential")
    reading = views.Reading(
        order_no=said.order_no,
        unit=said.actor_unit,
        post=said.actor_post,
        officer=said.actor_officer,
        shift=said.actor_shift,
        read_at=now,
    )
    read = replace(content, readings=(*content.readings, reading)[-MOST_READINGS:], as_of=now)
    tables[CONTENTS].put(matter.matter_no, read)
    yield notice(now, matter, "content_read", order)
    yield Output("contents", matter.matter_no, read)


def forget_content(matter_no: str, tables: Tables) -> Iterator[Output]:
    """The matter is forgotten, and where it was."""
    if tables[CONTENTS].get(matter_no) is not None:
        tables[CONTENTS].delete(matter_no)
        yield Output("contents", matter_no, None)


def concealed(now: int, outputs: Iterable[Output], tables: Tables) -> Iterator[Output]:
    """What dispatch says, with what nobody is to know taken out of everything that is of a confidential matter.

    Here, and not where it is said: who adds an output need not think of this.
    """
    for output in outputs:
        if isinstance(output.value, incidents.Progressed) and _is_of_subject(output.value, tables):
            continue
        conceal = CONCEALED.get(type(output.value))
        known = tables[CONTENTS].get(output.value.matter_no) if conceal else None
        if conceal is None or known is None:
            yield output
            continue
        if isinstance(output.value, views.Matter):
            yield from _tell_content(now, output.value, known, tables)
        yield Output(output.port, output.key, conceal(output.value))


def _is_of_subject(progressed: incidents.Progressed, tables: Tables) -> bool:
    """Whether no incident is there to be told: all matters of subjects are confidential."""
    matter = tables[MATTERS].get(progressed.matter_no) if progressed.confidential else None
    return matter is not None and matter.subject is not None


def _tell_content(now: int, matter: views.Matter, known: views.Content, tables: Tables) -> Iterator[Output]:
    """Where it is, told anew when that changes."""
    place = tables[PLACES].get(matter.matter_no)
    longitude, latitude = (place.longitude, place.latitude) if place else (None, None)
    told = replace(known, region=matter.region, longitude=longitude, latitude=latitude)
    if told != known:
        told = replace(told, as_of=now)
        tables[CONTENTS].put(matter.matter_no, told)
        yield Output("contents", matter.matter_no, told)


def _matter(matter: views.Matter) -> views.Matter:
    mirrored = tuple(replace(one, order_no=HIDDEN) for one in matter.mirrored)
    return replace(matter, region=district_of(matter), towns=(), mirrored=mirrored, avoided=None)


def _change(change: notices.MatterChanged) -> notices.MatterChanged:
    return replace(change, record_no=None)


def _accountable(told: notices.Accountable) -> notices.Accountable:
    owners = tuple(replace(one, order_no=None) if one.system else one for one in told.owners)
    return replace(told, owners=owners)


def _ruling(ruling: views.Ruling) -> views.Ruling:
    return replace(ruling, region=district_of_number(ruling.matter_no))


def _delivery(asked: deliveries.Requested) -> deliveries.Requested:
    return replace(asked, region=asked.district, longitude=None, latitude=None, confidential=True)


CONCEALED: Mapping[type, Callable[[Any], Any]] = {
    views.Matter: _matter,
    notices.MatterChanged: _change,
    notices.Accountable: _accountable,
    views.Ruling: _ruling,
    deliveries.Requested: _delivery,
}
"""What leaves dispatch and could lead to who told of a matter. Departments are told under their own numbers alone, and
figures count it in its district (`matter_outputs.counts_where`)."""
