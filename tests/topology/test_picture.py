"""The picture of the data flow, and the README that holds it."""

from pathlib import Path

import pytest

from streams.picture import BEGIN, END, NoPlaceForPicture, draw, write_into, written_into
from streams.topology import TOPOLOGY, load_topology
from tests.topology.small import small

PICTURE_OF_THE_SMALL_ONE = """\
flowchart LR
    departments(["departments"])
    kafka[/"kafka<br>1 connectors"/]
    hub_source___v1[("hub.source.*.v1")]
    hub_log_matters_v1[("hub.log.matters.v1")]
    units(["units"])
    gateway[/"gateway"/]
    work["work"]
    hub_log_deliveries_v1[("hub.log.deliveries.v1")]
    hub_view_matters_v1[("hub.view.matters.v1")]
    bring["bring"]
    hub_notice_attempts_v1[("hub.notice.attempts.v1")]
    show("show")
    wall(["wall"])
    departments --> kafka
    kafka --> hub_source___v1
    kafka --> hub_log_matters_v1
    units --> gateway
    gateway --> hub_log_matters_v1
    hub_log_matters_v1 --> work
    work --> hub_log_deliveries_v1
    work --> hub_view_matters_v1
    hub_log_deliveries_v1 --> bring
    bring -.-> hub_log_matters_v1
    bring --> hub_notice_attempts_v1
    hub_view_matters_v1 --> show
    show --> wall
"""


def test_data_flows_from_the_departments_to_the_wall_and_back_dotted(tmp_path: Path) -> None:
    assert draw(load_topology(small(tmp_path), {})) == PICTURE_OF_THE_SMALL_ONE


def test_connectors_of_one_reader_are_one_node_however_many(tmp_path: Path) -> None:
    path = small(tmp_path)
    names = [f"shop{number}" for number in range(1, 12)]
    wiring = "{reader: kafka, settings: {}, publishes: [hub.log.matters.v1]}"
    more = "".join(f"  {name}: {wiring}\n" for name in names)
    path.write_text(path.read_text().replace("connectors:\n", "connectors:\n" + more))
    picture = draw(load_topology(path, {}))
    assert '    kafka[/"kafka<br>12 connectors"/]' in picture
    assert picture.count("departments -->") == 1


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_the_readme_holds_the_picture_of_the_topology_as_it_is(name: str) -> None:
    text = (TOPOLOGY.parent / name).read_text(encoding="utf-8")
    assert written_into(text, draw(load_topology(environment={}))) == text, f"run: hub graph --write {name}"


def test_writing_the_picture_leaves_the_rest_as_it_is_and_twice_is_once(tmp_path: Path) -> None:
    path = tmp_path / "README.md"
    path.write_text(f"# hub\n\n{BEGIN}\nold\n{END}\n\nmore\n")
    write_into(path, "flowchart LR\n")
    once = path.read_text()
    assert once == f"# hub\n\n{BEGIN}\n```mermaid\nflowchart LR\n```\n{END}\n\nmore\n"
    write_into(path, "flowchart LR\n")
    assert path.read_text() == once


@pytest.mark.parametrize("text", ["", BEGIN, END, f"{END}\n{BEGIN}"])
def test_a_file_without_a_place_for_the_picture_is_left_alone(text: str, tmp_path: Path) -> None:
    path = tmp_path / "README.md"
    path.write_text(text)
    with pytest.raises(NoPlaceForPicture):
        write_into(path, "flowchart LR\n")
    assert path.read_text() == text
