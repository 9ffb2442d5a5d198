"""Who of a city may do something, as its files say it: roles of tokens, in a unit where one is named."""

from collections.abc import Collection, Iterator

from streams.facts.measures import Authority
from streams.marked.form import Form


def read_authorities(form: Form, units: Collection[str], key: str = "ordered_by") -> Iterator[Authority]:
    """What `form` has under `key`, by somebody at least; `units` are the city's."""
    listed = form.listed(key, "authority")
    if not listed and form.has(key):
        form.fault("nobody may order it", key)
    for one in listed:
        unit = one.one_of("unit", tuple(units), "unit") if one.has("unit") else None
        yield Authority(role=one.text("role"), unit=unit)
        one.done()
