"""雪亮工程视频共享平台: states of camera points, events of scenes and sums of sweeps, pushed as CloudEvents.

No picture, no face and no track comes through the hub: a point is up or down, a scene shows smoke, water or rubbish, a
sweep of three minutes says how many points it reached. Camera clocks may be off by minutes, and a storm brings bursts.
"""

from collections.abc import Sequence

from connectors.contract import Connector, Contract, Item, Row, Whereabouts
from connectors.meanings.incidents import reported
from connectors.meanings.scenes import INCIDENT_OF_SCENE, OFFLINE, ONLINE_STATUSES, SCENE_CLASSES
from connectors.meanings.situation import condition, counted
from connectors.standard_items import EVENT_NO, NUMBER, VERSION
from connectors.values import Code, Position, Whole, ZonedTime
from streams.contract import Fact

CONTRACT = Contract(
    system="video_xueliang",
    name="雪亮工程视频共享平台",
    department="政法委(雪亮办)",
    purpose="点位在线状态、场景事件与三分钟扫描小结;无人脸无轨迹",
    zone="government",
    passage="exchange",
    agreement_no="合数协〔2025〕009号",
    authorisation="authorised",
    event_types=("facility.status", "facility.scene_event", "facility.sweep_summary"),
    fresh_seconds=180,
    late_seconds=300,
    items=(
        Item("camera_code", "点位编码", "inner", NUMBER),
        Item("geo_point", "坐标", "inner", Position("CGCS2000"), required=False),
        Item("place_code", "标准地址编码", "inner", NUMBER, required=False),
        Item("online_status", "在线状态", "inner", Code(ONLINE_STATUSES)),
        Item("scene_class", "场景事件类别", "inner", Code(SCENE_CLASSES), required=False),
        Item("observe_time", "观测时间", "inner", ZonedTime()),
    ),
    additions=(
        EVENT_NO,
        VERSION,
        Item("points_swept", "扫描点位数", "inner", Whole(0, 1_000_000), required=False),
        Item("points_online", "在线点位数", "inner", Whole(0, 1_000_000), required=False),
    ),
    record=("event_no",),
    version=("version",),
    occurred="observe_time",
    recorded="observe_time",
    whereabouts=Whereabouts(point="geo_point", point_by="camera", place_codes=("place_code", "camera_code")),
)


def facts(row: Row) -> Sequence[Fact]:
    values = row.values
    if row.event_type == "facility.scene_event" and (incident := INCIDENT_OF_SCENE.get(values["scene_class"])):
        return [reported(row, *incident)]
    if row.event_type == "facility.sweep_summary":
        return [
            counted(row, "points_swept", values["points_swept"] or 0),
            counted(row, "points_online", values["points_online"] or 0),
        ]
    return [condition(row, "camera_offline", values["camera_code"], holds=values["online_status"] == OFFLINE)]


CONNECTOR = Connector(CONTRACT, facts)
