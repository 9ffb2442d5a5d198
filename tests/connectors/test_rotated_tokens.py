"""After a new key of tokens a person who is seen is linked to it, and rows that come again are known again."""

import os
import threading
import time
from pathlib import Path

import pytest

from connectors.contract import Batch
from connectors.thinning import Thinning
from connectors.tokens import TAKEN_UP_SECONDS
from streams.facts.people import Service
from streams.facts.person_access import Linked
from streams.secrecy.sealing import Keys
from tests.connectors.conftest import Hub, Publishers
from tests.connectors.fleet_samples import AFTERWARDS, NOW, accepted, codec, intake, samples

AID, REQUEST = samples()["mz_social_aid"], samples()["zz_community_e"]


def rotate(keys: Path, purpose: str) -> None:
    """As if it had been done a while ago."""
    version = Keys(keys, create=False).make_next(f"token.{purpose}")
    made_at = time.time() - TAKEN_UP_SECONDS - 1
    os.utime(keys / f"token.{purpose}.{version}", (made_at, made_at))


def test_what_is_said_after_it_is_said_under_the_new_token_and_the_older_is_linked(tmp_path: Path) -> None:
    before = accepted(intake("mz_social_aid", tmp_path).take(AID.row(contact_phone=None), NOW))
    (said,) = before.facts
    assert isinstance(said, Service)
    rotate(tmp_path, "services")
    after = accepted(intake("mz_social_aid", tmp_path).take(AID.row(contact_phone=None), NOW))
    anew, link = after.facts
    assert isinstance(anew, Service)
    assert isinstance(link, Linked)
    assert (anew.content, anew.token.split(":")[1]) == (said.content, "2")
    assert (link.key, link.token, link.other) == (said.token, said.token, anew.token)
    assert (link.kind, link.undo, link.id) == ("rotated", False, f"{after.row.id}#2")
    assert codec().decode(codec().encode(link)) == link
    assert [*intake("mz_social_aid", tmp_path).earlier_values(AID.row(contact_phone=None), NOW)] == [before.value]


def test_a_row_that_says_nothing_in_the_people_log_links_nobody(tmp_path: Path) -> None:
    intake("zz_community_e", tmp_path).take(REQUEST.row(), NOW)
    rotate(tmp_path, "requests")
    facts = accepted(intake("zz_community_e", tmp_path).take(REQUEST.row(), NOW)).facts
    assert not [fact for fact in facts if isinstance(fact, Linked)]


def test_a_link_is_told_once(tmp_path: Path) -> None:
    intake("mz_social_aid", tmp_path).take(AID.row(contact_phone=None), NOW)
    rotate(tmp_path, "services")
    thinning, taking = Thinning(), intake("mz_social_aid", tmp_path)
    told = [
        thinning.is_news(fact)
        for _ in range(3)
        for fact in accepted(taking.take(AID.row(contact_phone=None), AFTERWARDS)).facts
        if isinstance(fact, Linked)
    ]
    assert told == [True, False, False]


@pytest.mark.parametrize("changed", [False, True])
def test_a_row_that_comes_again_after_it_is_a_duplicate_unless_it_says_something_else(
    hub: Hub, publishers: Publishers, *, changed: bool
) -> None:
    go, publisher = threading.Event(), publishers.of(hub, "zz_community_e")
    publisher.publish(Batch([REQUEST.row()]), go)
    rotate(hub.surroundings.keys, "requests")
    later = publishers.of(hub, "zz_community_e")
    later.recall(hub.records("hub.source.zz_community_e.v1"))
    (receipt,) = later.publish(Batch([REQUEST.row(**({"request_class": "A2"} if changed else {}))]), go)
    assert receipt.status == ("quarantined" if changed else "duplicate")
    assert len(hub.rows("zz_community_e")) == 1
