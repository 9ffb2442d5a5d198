"""What departments have yet to answer for, counted from the quarantine."""

import threading
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from connectors.case_watch import CaseWatch, OpenCases
from connectors.publisher import QUARANTINE
from streams.codec import Origin
from streams.facts.quarantine import Answered, Handled, Held
from streams.kafka import open_producer
from streams.metrics import exposition
from streams.quarantine.cases import Case, burdens_of
from streams.secrecy.sealing import HeldBytes, Keys, Sealer
from tests.connectors.conftest import Hub
from tests.connectors.fleet_samples import codec
from tests.eventually import eventually

LIMIT = 1_795_320_000_000
SYSTEMS = ("ga_alarm110", "xj_alarm119")


def held(system: str, due_at: int | None) -> Held:
    return Held(
        stage="connector", reason="contract", detail="geo_point[position]", owner=system, topic="dept", partition=0,
        offset=1, held_at=1, algorithm="none", key_version=1, nonce=b"", sealed=b"",
        steward="" if due_at is None else "公安局", answer_due_at=due_at,
    )  # fmt: skip


def answered(number: int) -> Answered:
    return Answered(number=number, outcome="corrected", by="指挥中心", reason="已重新报送", answered_at=LIMIT)


def handled(number: int, *, retried: bool) -> Handled:
    return Handled(
        number=number, action="retried" if retried else "revealed", by="值班员", handled_at=LIMIT, repaired=False
    )


@dataclass(frozen=True)
class Told:
    """One thing that happens, in the order of the quarantine."""

    kind: str
    system: str
    due_in: int | None
    about: int


TOLD = st.builds(
    Told,
    st.sampled_from(["held", "answered", "retried", "revealed"]),
    st.sampled_from(SYSTEMS),
    st.one_of(st.none(), st.integers(-3, 3)),
    st.integers(0, 30),
)


@given(st.lists(TOLD, max_size=30))
def test_the_counts_are_those_of_the_cases_that_the_operator_sees(story: list[Told]) -> None:
    watch, cases, now = OpenCases(SYSTEMS), dict[int, Case](), LIMIT
    for number, told in enumerate(story):
        about = told.about % (number + 1)
        match told.kind:
            case "held":
                one = held(told.system, None if told.due_in is None else LIMIT + told.due_in)
                watch.apply(number, one)
                cases[number] = Case(number, one)
            case "answered":
                watch.apply(number, answered(about))
                if case := cases.get(about):
                    cases[about] = Case(about, case.held, case.handled, (*case.answers, answered(about)))
            case kind:
                one_handled = handled(about, retried=kind == "retried")
                watch.apply(number, one_handled)
                if case := cases.get(about):
                    cases[about] = Case(about, case.held, (*case.handled, one_handled), case.answers)
    expected = {one.system: (one.open_cases, one.overdue) for one in burdens_of(cases.values(), now)}
    assert {system: counts for system, counts in watch.counts(now).items() if counts != (0, 0)} == expected


def test_a_case_is_overdue_at_its_limit_and_not_before() -> None:
    watch = OpenCases(SYSTEMS[:1])
    watch.apply(0, held(SYSTEMS[0], LIMIT))
    watch.apply(7, held(SYSTEMS[1], LIMIT))
    assert watch.counts(LIMIT - 1) == {SYSTEMS[0]: (1, 0)}
    assert watch.counts(LIMIT) == {SYSTEMS[0]: (1, 1)}
    watch.apply(1, answered(0))
    assert watch.counts(LIMIT) == {SYSTEMS[0]: (0, 0)}


def test_it_follows_the_quarantine_over_junk_and_shows_what_is_overdue(hub: Hub) -> None:
    topic = hub.topology.topic_name(QUARANTINE)
    sealer = Sealer(Keys(hub.surroundings.keys, create=True))
    late = HeldBytes(SYSTEMS[0], Origin("dept", 0, 1), b"{}", steward="公安局", answer_due_at=LIMIT)
    producer = open_producer(hub.bootstrap)

    def write(value: bytes) -> None:
        producer.produce(topic, value, SYSTEMS[0])
        assert producer.flush(20) == 0

    def shown(metric: str) -> float:
        line = f'{metric}{{system="{SYSTEMS[0]}"}} '
        found = [one for one in exposition().decode().splitlines() if one.startswith(line)]
        return float(found[0].removeprefix(line)) if found else -1

    write(b"junk")
    write(codec().encode(sealer.hold("connector", "contract", "geo_point[position]", late, LIMIT - 1)))
    stop = threading.Event()
    watch = CaseWatch(hub.bootstrap, topic, codec(), SYSTEMS, now=lambda: LIMIT)
    following = threading.Thread(target=watch.follow, args=(stop,))
    following.start()
    try:
        eventually(lambda: shown("hub_quarantine_overdue_rows") == 1)
        assert shown("hub_quarantine_open_rows") == 1
        write(codec().encode(answered(1)))
        eventually(lambda: shown("hub_quarantine_overdue_rows") == 0)
        assert shown("hub_quarantine_open_rows") == 0
    finally:
        stop.set()
        following.join()
