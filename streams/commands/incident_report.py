"""`hub incident report`: what the logs say of an incident, as a document whose bytes anybody gets again."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Annotated

import typer

from streams.after_action.account import Account, Moment, account_of, precisely
from streams.after_action.document import document_digest, document_of
from streams.after_action.gathering import gather
from streams.after_action.logged import INCIDENTS
from streams.after_action.membership import Report
from streams.after_action.reading import DistrictLogs, messages_from
from streams.after_action.replaying import replayed_reports
from streams.agents.order_call import Names
from streams.cities.city import City
from streams.codec import Codec
from streams.commands.city_rules import city_or_end
from streams.commands.cluster import FINDING, WRONG_USE, bootstrap_servers, end, topology_or_end
from streams.commands.moments import instant_or_end
from streams.commands.words import as_json_object, print_table
from streams.contract import Processor
from streams.engine.worker import load_processor
from streams.facts.rules import IncidentClass
from streams.rules.numbering import district_of_number
from streams.topic_reader import NotReadable
from streams.topology import Topology
from streams.view_reader import Views

REPORTS = "hub.view.reports.v1"
NUMBER = re.compile(r"\d{14}E\d{5,}")


def report(
    incident_no: Annotated[str, typer.Argument(help="Like 50011720261122E00001.")],
    *,
    until: Annotated[
        str, typer.Option(help="Only what was appended by then, like 2026-11-22T18:00 (Beijing time).")
    ] = "",
    replay: Annotated[
        bool,
        typer.Option("--replay", help="Find out by a replay whose reports are that need no matter, not by the view."),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Write the after-action record (事件处置报告) of an incident from the logs, in Markdown with a hash at its end.

    Whoever writes it gets the same bytes, until a record on the incident is added; `--until` leaves later ones out.
    A confidential incident is told as everybody may see it: its district and no department's number.
    """
    until_at = instant_or_end(until) if until else None
    account = read_account(topology_or_end(), incident_no, until_at=until_at, replay=replay)
    document = document_of(account)
    if as_json:
        shown = {**as_json_object(account), "document_digest": document_digest(document)}
        typer.echo(json.dumps(shown, ensure_ascii=False))
    else:
        typer.echo(document, nl=False)


def print_timeline(timeline: Iterable[Moment]) -> None:
    """What the logs say of an incident, line by line."""
    print_table(
        ("入库时间", "事由", "内容", "何人"),
        ((precisely(one.appended_at), one.what, one.detail, one.who) for one in timeline),
    )


def read_account(topology: Topology, incident_no: str, *, until_at: int | None = None, replay: bool = False) -> Account:
    """What the logs say of an incident; ends the command where they say nothing or cannot be read."""
    if not NUMBER.fullmatch(incident_no):
        end(f"'{incident_no}' is no number of an incident, like 50011720261122E00001", WRONG_USE)
    city = city_or_end(None, topology)
    processor = owner_of_incidents(topology) if replay else None
    codec, bootstrap = Codec.load(), bootstrap_servers()
    logs = DistrictLogs(topology, codec, district_of_number(incident_no), until_at, messages_from(bootstrap))
    try:
        views = Views(bootstrap, topology, codec)
        shown = replayed_reports(topology, codec, processor, logs) if processor else shown_reports(views)
        gathered = gather(incident_no, logs, shown)
    except NotReadable as error:
        end(str(error), FINDING)
    if not gathered.said:
        end(f"the logs have no report of an incident {incident_no}", FINDING)
    return account_of(gathered, Names.of(city), confidential_classes(city))


def shown_reports(views: Views) -> Mapping[Report, str]:
    """Whose each report is by the event profiles, which know also those that dispatch was never told of."""
    return {(one.system, one.record_no): one.incident_no for one in views.read(REPORTS).values()}


def owner_of_incidents(topology: Topology) -> Processor:
    """The processor that decides whose each report is; a codec that knows its entries is loaded after it."""
    return load_processor(topology.processors[topology.topics[INCIDENTS].owner])


def confidential_classes(city: City) -> frozenset[str]:
    """Classes of which every report is confidential."""
    return frozenset(
        rule.incident_class for rule in city.rules if isinstance(rule, IncidentClass) and rule.confidential
    )
