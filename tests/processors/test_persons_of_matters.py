"""Whoever told of a matter: the owner of their token hears how it stands, and of nobody else."""

from streams.facts.person_access import MatterMoved
from tests.processors.kit import DAY, WATER, Centre
from tests.processors.one_and_two import HERE, THERE, centre_of_two, deliver, fold, separate
from tests.processors.persons import PEOPLE
from tests.processors.test_confidentiality import RULES, seal

CALLER, NEIGHBOUR = "requests:1:00ca11e4", "requests:1:00ca11e5"


def moved(centre: Centre, token: str = CALLER) -> list[MatterMoved]:
    """What the token's owner was told, in order."""
    centre.wait(0)
    told = centre.hub.values(PEOPLE)
    return [fact for fact in told if isinstance(fact, MatterMoved) and fact.token == token]


def told(centre: Centre, token: str = CALLER) -> list[tuple[bool, tuple[str, ...] | None]]:
    """Whether the matter was open and who worked on it, each time."""
    return [(fact.open, fact.content.units if fact.content else None) for fact in moved(centre, token)]


def stands(centre: Centre, token: str) -> dict[str, bool]:
    """Which of the token's matters are open, by the last word on each."""
    return {fact.matter_no: fact.open for fact in moved(centre, token)}


def end(centre: Centre) -> None:
    """The unit does all that it has to, which nobody has to verify."""
    order_no = centre.matters()[0].orders[0].order_no
    deliver(centre, order_no)
    for answer in ("acknowledge", "arrive", "resolve", "reply"):
        centre.answer(answer, order_no=order_no)
    assert centre.matters()[0].state == "closed"


def test_the_owner_is_told_that_it_is_open_with_whom_and_that_it_is_closed() -> None:
    centre = centre_of_two()
    centre.report("1", HERE, reporter=CALLER)
    assert told(centre) == [(True, (WATER,))]
    end(centre)
    assert told(centre)[-1] == (False, None)


def test_the_owner_is_told_which_records_are_the_persons_own() -> None:
    centre = centre_of_two()
    centre.report("1", HERE, reporter=CALLER)
    centre.report("2", HERE, reporter=NEIGHBOUR)
    centre.report("3", HERE, reporter=CALLER)
    last = moved(centre)[-1].content
    assert last is not None
    assert last.records == ("ga_alarm110/1", "ga_alarm110/3")


def test_each_who_tells_of_it_is_told_and_nobody_twice() -> None:
    centre = centre_of_two()
    centre.report("1", HERE, reporter=CALLER)
    centre.report("2", HERE, reporter=NEIGHBOUR)
    assert told(centre) == told(centre, NEIGHBOUR) == [(True, (WATER,))]


def test_of_whoever_asks_for_confidentiality_and_where_nobody_asked_nothing_is_told() -> None:
    centre = centre_of_two()
    centre.report("1", HERE, reporter=CALLER, confidential=True)
    centre.report("2", THERE)
    centre.wait(0)
    assert not [fact for fact in centre.hub.values(PEOPLE) if isinstance(fact, MatterMoved)]


def test_a_matter_that_is_made_confidential_is_told_as_ended() -> None:
    centre = Centre(items=RULES)
    centre.report("1", HERE, reporter=CALLER)
    seal(centre)
    assert told(centre)[-1] == (False, None)


def test_where_two_matters_become_one_a_report_is_of_the_one_that_goes_on_and_back_again() -> None:
    centre = centre_of_two()
    centre.report("1", HERE, reporter=CALLER)
    centre.report("2", THERE, reporter=NEIGHBOUR)
    one, other = centre.matters()
    fold(centre)
    assert stands(centre, NEIGHBOUR) == {other.matter_no: False, one.matter_no: True}
    separate(centre, one.incident_no, other.incident_no, "ga_alarm110/2")
    assert stands(centre, NEIGHBOUR) == {other.matter_no: True, one.matter_no: False}
    assert stands(centre, CALLER) == {one.matter_no: True}


def test_a_matter_long_closed_is_forgotten_with_whoever_told_of_it() -> None:
    centre = centre_of_two()
    centre.report("1", HERE, reporter=CALLER)
    end(centre)
    assert len(centre.kept("dispatch", "reporters")) == 1
    centre.wait(31 * DAY)
    assert centre.kept("dispatch", "reporters") == {}
