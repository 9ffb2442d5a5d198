"""By what a report is known for one of the same happening, beside its class, time and place: its words and who tells.

Of every contract alike, so that no connector has to do anything for it: words of all its free texts, and the caller
where exactly one of its persons is a token of the purpose `requests`.
"""

from collections.abc import Mapping
from typing import Any

from connectors.contract import Contract
from connectors.values import Masked, PersonToken
from connectors.vocabulary import Purpose
from connectors.words import Lexicon
from streams.contract import Fact, replace
from streams.facts.incidents import Reported

PURPOSE: Purpose = "requests"


class Recognition:
    """What rows of one contract give their reports."""

    def __init__(self, contract: Contract, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._texts = [item.name for item in contract.all_items if isinstance(item.type, Masked)]
        self._reporter = reporter_item(contract)

    def carried(self, fact: Fact, values: Mapping[str, Any]) -> Fact:
        """The fact with what its row's checked and tokenised `values` tell of it.

        Whoever asks for confidentiality is not known by anything: neither a token nor words go with that.
        """
        if not isinstance(fact, Reported) or fact.confidential:
            return fact
        text = " ".join(values[name] for name in self._texts if values[name])
        reporter = values[self._reporter] if self._reporter else None
        return replace(fact, words=self._lexicon.words(text), reporter=reporter) if text or reporter else fact


def reporter_item(contract: Contract) -> str | None:
    """The item with the caller's token; None where no person's token may be used for requests, or several may."""
    callers = [
        item.name for item in contract.all_items if isinstance(item.type, PersonToken) and item.type.purpose == PURPOSE
    ]
    return callers[0] if len(callers) == 1 else None
