"""How listings show the fields of an incident: what is shown, who said it, and what others said."""

from collections.abc import Mapping

from streams.agents.order_call import Names, region_name
from streams.commands.words import shown_time
from streams.facts.chinese import URGENCIES
from streams.facts.fields import FieldName, Saying

FIELDS: Mapping[FieldName, str] = {
    "place": "地点",
    "incident_class": "类别",
    "urgency": "紧急程度",
    "status": "来源系统办理状态",
}
STATUSES: Mapping[str, str] = {"open": "办理中", "closed": "已办结"}


def value_in_words(name: FieldName, saying: Saying, names: Names) -> str:
    """A value by its name; a point as it is, with its error where that is known."""
    match name:
        case "urgency":
            return URGENCIES[saying.value]  # type: ignore[index]
        case "incident_class":
            return names.classes.get(saying.value, saying.value)
        case "status":
            return STATUSES[saying.value]
        case "place":
            where = region_name(saying.value, names) if saying.value.isdecimal() else saying.value
            return where if saying.uncertainty_metres is None else f"{where} ±{saying.uncertainty_metres:.0f}米"


def saying_in_words(name: FieldName, saying: Saying, names: Names) -> str:
    """A value with who said it when."""
    return f"{value_in_words(name, saying, names)}({saying.system} {saying.record_no},{shown_time(saying.said_at)})"
