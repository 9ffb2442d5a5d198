"""A receipt for each thing that is done with what is known of a person, refusals too, in the partition's one chain."""

from streams.contract import Output, Tables
from streams.facts.audit import Act
from streams.facts.person_access import ActOnPerson, Asked
from streams.facts.person_rights import RightDone
from streams.facts.person_views import PersonRight
from streams.rules.readings import purpose_of
from streams.rules.receipt_chain import Deed, receipt_given


def receipt(
    now: int, act: Act, asked: ActOnPerson, tables: Tables, *, result: str, basis: str = "", second: str = ""
) -> Output:
    """For what an officer asked: by what article or rule (`basis`), with what result, who decided (`second`)."""
    deed = Deed(
        act=act,
        token=asked.token,
        purpose=asked.purpose if isinstance(asked, Asked) else purpose_of(asked.token),
        case_no=_case_of(asked),
        basis=basis,
        actor_unit=asked.actor_unit,
        actor_post=asked.actor_post,
        actor_officer=asked.actor_officer,
        actor_shift=asked.actor_shift,
        actor_role=asked.actor_role,
        second=second,
        result=result,
        happened_at=now,
    )
    return receipt_given(tables, asked.id, deed)


def receipt_of_right(
    now: int, act: Act, right: PersonRight, tables: Tables, *, result: str, second: str = ""
) -> Output:
    """For a right that a person uses, or a review: who asked, and who decided (`second`)."""
    deed = Deed(
        act=act,
        token=right.token,
        purpose=purpose_of(right.token),
        case_no=right.request_no,
        basis=right.document,
        actor_unit=right.actor_unit,
        actor_post=right.actor_post,
        actor_officer=right.actor_officer,
        actor_shift=right.actor_shift,
        actor_role=right.actor_role,
        second=second,
        result=result,
        happened_at=now,
    )
    return receipt_given(tables, right.request_no, deed)


def _case_of(asked: ActOnPerson) -> str:
    """The matter or request under which it was done."""
    match asked:
        case Asked():
            return asked.case_no
        case RightDone():
            return asked.request_no
    return ""
