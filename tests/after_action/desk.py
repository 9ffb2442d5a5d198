"""An in-memory hub's logs as Kafka would hand them over, and the record that is written from them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from streams.after_action.account import Account, account_of
from streams.after_action.document import document_of
from streams.after_action.gathering import Gathered, gather
from streams.after_action.membership import Report
from streams.after_action.reading import DistrictLogs
from streams.agents.order_call import Names
from streams.cities.city import CITIES, read_city
from streams.engine.memory import Appended, MemoryHub
from streams.facts.views import Report as ShownReport
from tests.processors.kit import DISTRICT, Centre

Reorder = Callable[[list["Read"]], Sequence["Read"]]
NAMES = Names.of(read_city(CITIES / "hechuan"))
UNITS = {"500117-water": "合川区供水公司", "emergency-district": "合川区应急局", "centre-district": "合川区指挥中心"}
KIT_NAMES = Names(NAMES.classes, NAMES.regions, UNITS)


@dataclass(frozen=True)
class Read:
    """A record as a consumer has it."""

    name: str
    number: int
    place: int
    record: Appended

    def error(self) -> None:
        return None

    def topic(self) -> str:
        return self.name

    def partition(self) -> int:
        return self.number

    def offset(self) -> int:
        return self.place

    def timestamp(self) -> tuple[int, int]:
        return 2, self.record.at

    def key(self) -> bytes | None:
        return self.record.key

    def value(self) -> bytes | None:
        return self.record.data

    def headers(self) -> list[tuple[str, bytes]] | None:
        return self.record.headers


def logs_of(
    hub: MemoryHub, *, reorder: Reorder = list, until_at: int | None = None, district: str = DISTRICT
) -> DistrictLogs:
    """A reader of its logs; `reorder` gives the order in which records of several partitions are read."""

    def messages(topic: str, starts: Mapping[int, int]) -> Iterator[Read]:
        found = [
            Read(topic, partition, offset, record)
            for partition in starts
            for offset, record in enumerate(hub.log(topic, partition).records)
        ]
        return iter(reorder(found))

    return DistrictLogs(hub.topology, hub.codec, district, until_at, messages)


def gathered_of(
    centre: Centre,
    incident_no: str,
    *,
    reorder: Reorder = list,
    until_at: int | None = None,
    shown: Mapping[Report, str] | None = None,
) -> Gathered:
    return gather(incident_no, logs_of(centre.hub, reorder=reorder, until_at=until_at), shown or {})


def account(centre: Centre, incident_no: str, **said: object) -> Account:
    return account_of(gathered_of(centre, incident_no, **said), KIT_NAMES, frozenset({"wage"}))  # type: ignore[arg-type]


def document(centre: Centre, incident_no: str, **said: object) -> str:
    return document_of(account(centre, incident_no, **said))


def shown_by(*reports: ShownReport) -> dict[Report, str]:
    return {(one.system, one.record_no): one.incident_no for one in reports}
