"""`hub person suggestions`: what may be one person stands there until it is linked, and nothing else happens."""

import json
import uuid
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from streams.commands.person import person
from streams.facts.person_views import PersonLink, Suggestion
from tests.commands.conftest import HELD_AT
from tests.conftest import Cluster
from tests.hosting.stage import Stage

pytestmark = pytest.mark.timeout(300)

ONE, OTHER, THIRD = (f"services:1:0{number}" for number in range(3))


@pytest.fixture
def stage(kafka_broker: Cluster, tmp_path: Path) -> Stage:
    return Stage(kafka_broker.bootstrap_servers, f"t{uuid.uuid4().hex[:8]}.", tmp_path, "mz_social_aid")


def listed(stage: Stage, *arguments: str) -> Result:
    variables = {"HUB_KAFKA": stage.topics.bootstrap, "HUB_NAMESPACE": stage.topology.namespace}
    return CliRunner().invoke(person, ["suggestions", *arguments], env=variables)


def test_what_may_be_one_person_is_listed_until_it_is_linked(stage: Stage) -> None:
    assert listed(stage).exit_code == 0
    for token, other in ((ONE, OTHER), (ONE, THIRD)):
        told = Suggestion(token=token, other=other, resemblance="household_and_phone", suggested_at=HELD_AT)
        stage.topics.append("hub.view.suggestions.v1", f"{token}/{other}", told)
    found = listed(stage)
    assert found.exit_code == 1
    assert all(word in found.stdout for word in (OTHER, THIRD, "同户且同一联系电话"))
    link = PersonLink(
        token=OTHER, other=ONE, kind="same_person", state="linked", request_no="link:1", article="第四十六条",
        until_at=HELD_AT, asked_by="FW-017", changed_at=HELD_AT,
    )  # fmt: skip
    stage.topics.append("hub.view.links.v1", f"{OTHER}/{ONE}", link)
    (left,) = json.loads(listed(stage, "--json").stdout)["suggestions"]
    assert (left["token"], left["other"]) == (ONE, THIRD)
