"""What both camera platforms say of a point and of a scene. Scenes are of places and things, never of a person."""

from streams.facts.vocabulary import Urgency

ONLINE, OFFLINE = "1", "0"
ONLINE_STATUSES = {ONLINE: "在线", OFFLINE: "离线"}

SCENE_CLASSES = {
    "01": "明火或浓烟",
    "02": "路面积水",
    "03": "场所聚集(只计规模)",
    "04": "占道堆物",
    "05": "垃圾暴露",
    "99": "无事件",
}
INCIDENT_OF_SCENE: dict[str | None, tuple[str, Urgency]] = {
    "01": ("fire", "critical"),
    "02": ("flooding", "urgent"),
    "03": ("crowd", "urgent"),
    "04": ("street_order", "routine"),
    "05": ("environment", "routine"),
}
