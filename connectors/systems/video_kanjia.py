"""看家天眼接入平台: states of private camera points and events of scenes, pushed as CloudEvents, now and then twice.

As the public platform, without pictures and without sweeps. A point is known by its code alone.
"""

from collections.abc import Sequence

from connectors.contract import Connector, Contract, Item, Row, Whereabouts
from connectors.meanings.incidents import reported
from connectors.meanings.scenes import INCIDENT_OF_SCENE, OFFLINE, ONLINE_STATUSES, SCENE_CLASSES
from connectors.meanings.situation import condition
from connectors.standard_items import EVENT_NO, NUMBER, VERSION
from connectors.values import Code, ZonedTime
from streams.contract import Fact

CONTRACT = Contract(
    system="video_kanjia",
    name="看家天眼接入平台",
    department="政法委(雪亮办)",
    purpose="社会面点位在线状态与场景事件",
    zone="internet",
    passage="front_machine",
    agreement_no="合数协〔2025〕010号",
    authorisation="authorised",
    event_types=("facility.status", "facility.scene_event"),
    fresh_seconds=180,
    late_seconds=900,
    items=(
        Item("camera_code", "点位编码", "inner", NUMBER),
        Item("online_status", "在线状态", "inner", Code(ONLINE_STATUSES)),
        Item("scene_class", "场景事件类别", "inner", Code(SCENE_CLASSES), required=False),
        Item("observe_time", "观测时间", "inner", ZonedTime()),
    ),
    additions=(EVENT_NO, VERSION),
    record=("event_no",),
    version=("version",),
    occurred="observe_time",
    recorded="observe_time",
    whereabouts=Whereabouts(place_codes=("camera_code",)),
)


def facts(row: Row) -> Sequence[Fact]:
    if row.event_type == "facility.scene_event" and (incident := INCIDENT_OF_SCENE.get(row.values["scene_class"])):
        return [reported(row, *incident)]
    offline = row.values["online_status"] == OFFLINE
    return [condition(row, "camera_offline", row.values["camera_code"], holds=offline)]


CONNECTOR = Connector(CONTRACT, facts)
