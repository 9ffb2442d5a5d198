"""The metrics of how the hub hears each system, from the view `hub.view.sources.v1`.

Every process that follows the view shows all systems, so that one which has died takes nothing away.
"""

from collections.abc import Iterable

from connectors.catalogue import SECONDS_A_DAY, listed
from connectors.contract import Contract
from streams.facts.views import Source
from streams.metrics import HearingMetrics

LEAST_PERIOD_SECONDS = 60
CALLS_IN_A_PERIOD = 4.6
PERIODS = 3
"""As the judgement has it that the view shows (decision 0078), but for the rhythm: of that nothing is known yet."""


class SourceFigures:
    """The metrics of some systems."""

    def __init__(self, contracts: Iterable[Contract]) -> None:
        self._contracts = {contract.system: contract for contract in contracts}
        self._figures = {
            system: HearingMetrics(system, len(contract.items)) for system, contract in self._contracts.items()
        }

    def show(self, source: Source) -> None:
        """The view has this of a system now; one that is not under contract here is passed over."""
        figures = self._figures.get(source.system)
        if figures is not None:
            figures.show(source)

    def await_first(self) -> None:
        """The view has been read: from now on those that it says nothing of are waited for."""
        for system, figures in self._figures.items():
            figures.await_first(patience_seconds(self._contracts[system]))


def patience_seconds(contract: Contract) -> float:
    """How long a system that was never heard may stay so: three periods as the catalogue promises them."""
    entry = listed(contract.system)
    period = max(LEAST_PERIOD_SECONDS, contract.fresh_seconds)
    if entry and entry.every_seconds:
        period = max(period, entry.every_seconds)
    elif entry and entry.per_day:
        period = max(period, round(CALLS_IN_A_PERIOD * SECONDS_A_DAY / entry.per_day))
    return PERIODS * period
