"""The life of an incident as everybody sees it: open, assigned, in hand, resolved, closed, and worked on again."""

from itertools import groupby

from streams.facts.incidents import MasterOrder
from streams.facts.matters import Mirrored, MirroredState
from tests.processors.ending import city, delivered, judge
from tests.processors.kit import DISTRICT, INCIDENT_VIEW, MATTERS, MINUTE, Centre


def states(centre: Centre) -> list[tuple[str, int]]:
    """Each state that the only incident was shown in, and how often it had been reopened by then."""
    shown = [(one.state, one.reopened) for one in centre.hub.values(INCIDENT_VIEW) if one is not None]
    return [state for state, _ in groupby(shown)]


def mirrored(centre: Centre, state: MirroredState) -> None:
    """The department says how its own order stands."""
    centre.wait(MINUTE)
    said = Mirrored(
        key=DISTRICT, occurred_at=centre.now, system="cg_digital", order_no="CG1", state=state, recorded_at=centre.now
    )
    centre.append(MATTERS, said)
    centre.hub.settle()


def test_it_goes_from_open_to_closed_and_is_seen_to_be_worked_on_again() -> None:
    centre = delivered()
    for word in ("acknowledge", "arrive"):
        centre.answer(word)
    centre.answer("resolve", result="solved")
    centre.answer("reply", result="solved")
    judge(centre, "verify")
    judge(centre, "rework", reason="recurred")
    life = [("open", 0), ("assigned", 0), ("in_hand", 0), ("resolved", 0), ("closed", 0), ("in_hand", 1)]
    assert states(centre) == life


def test_what_is_sent_back_before_it_was_closed_was_not_reopened() -> None:
    centre = delivered()
    centre.answer("resolve", result="solved")
    judge(centre, "rework")
    assert (centre.incident().state, centre.incident().reopened) == ("in_hand", 0)


def test_a_department_that_takes_its_closed_order_up_again_reopens_the_incident_each_time() -> None:
    centre = Centre(items=city())
    centre.report("1", system="cg_digital", order=MasterOrder(order_no="CG1", unit="城管中队"))
    for state in ("acknowledged", "closed", "reopened", "closed", "reopened"):
        mirrored(centre, state)
    assert states(centre)[-4:] == [("closed", 0), ("in_hand", 1), ("closed", 1), ("in_hand", 2)]
