"""What happens in the true city: kinds of happenings, how often, how long, who tells, in which words.

Rates a day and delays follow `connectors/city/happenings.py`. Families are the truth's own: which classes can be said
of one happening. They are no part of what a matcher is given; its own table of families is the city's.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from streams.facts.vocabulary import Urgency
from tests.matching.systems import (
    AMBULANCES,
    BRIGADE,
    CAMERAS,
    CENTRE,
    COMMAND,
    ESTATES,
    FIRE_SENSORS,
    GAS_SENSORS,
    GRIDS,
    HOTLINE,
    NO_CLASS,
    POLICE,
    RESIDENTS,
    SENSORS,
    STREETS,
    TRAFFIC_POLICE,
)

FAMILIES: Mapping[str, tuple[str, ...]] = {
    "fire": ("fire", "rescue", "medical", "gas_leak", "hazardous_chemicals", "hazard"),
    "gas": ("gas_leak", "fire", "rescue", "medical", "hazardous_chemicals", "hazard"),
    "chemicals": ("hazardous_chemicals", "fire", "gas_leak", "rescue", "pollution", "medical"),
    "water": ("burst_main", "flooding", "water_supply", "road_block", "high_water", "manhole", "rescue"),
    "traffic": ("traffic", "medical", "road_block", "rescue"),
    "illness": ("medical", "rescue", "public_security"),
    "order": ("public_security", "crowd", "dispute"),
    "manhole": ("manhole", "street_order", "hazard", "traffic"),
    "light": ("streetlight", "street_order", "hazard"),
    "litter": ("environment", "street_order", "pollution", "property"),
    "noise": ("pollution", "street_order", "property", "public_security"),
    "slope": ("geohazard", "road_block", "rescue"),
    "lift": ("elevator", "rescue", "property"),
    "hazard": ("hazard", "hazardous_goods", "fire"),
    "food": ("food_drug", "consumer", "public_health"),
    "river": ("river", "pollution", "environment"),
}


@dataclass(frozen=True)
class Teller:
    """A department that may tell: with what chance, how many times at most, how many minutes after it began.

    `says` is its word where it has no code for what it is.
    """

    system: str
    chance: float
    most: int
    after_minutes: tuple[float, float]
    says: str = ""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A sort of happening. Each one has one of the `manners`, of which each caller has one wording.

    `effects` are common to all.
    `flood_weight` is its part in what happens in the flood evening.
    """

    name: str
    incident_class: str
    family: str
    per_day: float
    places: tuple[str, ...]
    hours: tuple[float, float]
    urgency: Urgency
    tellers: tuple[Teller, ...]
    manners: tuple[tuple[str, ...], ...]
    effects: tuple[str, ...]
    flood_weight: float = 0
    is_life_threatening: bool = False


KINDS: tuple[Kind, ...] = (
    Kind(
        name="fire",
        incident_class="fire",
        family="fire",
        per_day=4,
        places=("estate", "organisation", "grid"),
        hours=(0.6, 3),
        urgency="critical",
        is_life_threatening=True,
        tellers=(
            Teller(POLICE, 1, 3, (0, 6)),
            Teller(BRIGADE, 0.9, 1, (0, 5)),
            Teller(FIRE_SENSORS, 0.5, 2, (0, 2)),
            Teller(ESTATES, 0.3, 1, (0, 2)),
            Teller(CAMERAS, 0.3, 2, (1, 5)),
            Teller(AMBULANCES, 0.2, 1, (3, 15), "medical"),
            Teller(COMMAND, 0.3, 1, (10, 30)),
            Teller(GRIDS, 0.2, 1, (5, 25)),
            Teller(HOTLINE, 0.1, 1, (3, 20), NO_CLASS),
        ),
        manners=(
            (
                "厨房着火了",
                "油锅起火",
                "灶台烧起来了",
            ),
            (
                "阳台着火",
                "看到火光和黑烟",
                "窗户冒黑烟",
            ),
            (
                "配电箱起火",
                "电表箱冒火花",
            ),
            (
                "电动车充电起火",
                "电瓶车烧起来了",
            ),
            (
                "杂物间着火",
                "楼道堆的东西烧了",
            ),
        ),
        effects=("有老人没出来", "烟很大", "闻到烧焦味", "火往楼上窜", "邻居都跑下来了"),
    ),
    Kind(
        name="gas_leak",
        incident_class="gas_leak",
        family="gas",
        per_day=4,
        places=("organisation", "estate", "grid"),
        hours=(0.8, 4),
        urgency="critical",
        is_life_threatening=True,
        tellers=(
            Teller(POLICE, 0.9, 2, (0, 6)),
            Teller(GAS_SENSORS, 0.6, 3, (0, 4)),
            Teller(HOTLINE, 0.5, 2, (2, 15)),
            Teller(BRIGADE, 0.4, 1, (2, 10), "rescue"),
            Teller(GRIDS, 0.25, 1, (8, 40)),
            Teller(COMMAND, 0.2, 1, (10, 30)),
            Teller(AMBULANCES, 0.1, 1, (5, 20), "medical"),
        ),
        manners=(
            (
                "闻到很浓的煤气味",
                "天然气味道很大",
                "怀疑燃气漏了",
            ),
            (
                "燃气管被挖断",
                "施工挖到气管在喷",
            ),
            (
                "灶台燃气漏气",
                "燃气表嘶嘶响",
                "家里漏气",
            ),
        ),
        effects=("头晕", "整层楼都是味道", "不敢开灯", "商户都出来了"),
    ),
    Kind(
        name="chemicals",
        incident_class="hazardous_chemicals",
        family="chemicals",
        per_day=1.5,
        places=("organisation",),
        hours=(1, 5),
        urgency="critical",
        is_life_threatening=True,
        tellers=(
            Teller("yj_hazchem_iot", 0.9, 3, (0, 5)),
            Teller(BRIGADE, 0.6, 1, (2, 10)),
            Teller(COMMAND, 0.5, 1, (5, 30)),
            Teller("hb_complaint", 0.4, 2, (10, 50), "pollution"),
        ),
        manners=(
            (
                "氨气泄漏",
                "冷库漏氨",
            ),
            (
                "酸罐渗漏",
                "流出来的液体冒烟",
            ),
            (
                "刺鼻白烟",
                "厂里飘出刺鼻气味",
            ),
        ),
        effects=("眼睛刺痛", "工人在撤离"),
    ),
    Kind(
        name="traffic",
        incident_class="traffic",
        family="traffic",
        per_day=50,
        places=("road", "bridge", "grid"),
        hours=(0.4, 1.5),
        urgency="urgent",
        tellers=(
            Teller(POLICE, 1, 3, (0, 8)),
            Teller(TRAFFIC_POLICE, 0.8, 1, (2, 12)),
            Teller(AMBULANCES, 0.25, 1, (1, 10), "medical"),
            Teller(HOTLINE, 0.08, 1, (5, 25), "road_block"),
        ),
        manners=(
            (
                "两车追尾",
                "车撞在一起了",
            ),
            (
                "电动车被撞倒",
                "小车撞了电瓶车",
            ),
            (
                "货车侧翻",
                "大车翻了",
            ),
            (
                "车撞护栏",
                "车子撞到隔离带",
            ),
        ),
        effects=("堵得厉害", "有人受伤", "漏油了"),
    ),
    Kind(
        name="illness",
        incident_class="medical",
        family="illness",
        per_day=25,
        places=("estate", "organisation", "grid"),
        hours=(0.5, 1.5),
        urgency="critical",
        is_life_threatening=True,
        tellers=(
            Teller(AMBULANCES, 1, 2, (0, 5)),
            Teller(POLICE, 0.25, 1, (1, 8), NO_CLASS),
            Teller(GRIDS, 0.15, 1, (3, 20)),
        ),
        manners=(
            (
                "有人晕倒",
                "人突然倒地",
            ),
            (
                "老人摔倒起不来",
                "老人摔了",
            ),
            (
                "胸口痛",
                "喘不上气",
            ),
        ),
        effects=("叫不醒", "呼吸困难"),
    ),
    Kind(
        name="trapped_by_water",
        incident_class="rescue",
        family="water",
        per_day=1.5,
        places=("river_section", "grid"),
        hours=(0.5, 2),
        urgency="critical",
        flood_weight=12,
        is_life_threatening=True,
        tellers=(
            Teller(BRIGADE, 1, 1, (0, 5)),
            Teller(POLICE, 0.8, 2, (0, 5), "flooding"),
            Teller(AMBULANCES, 0.4, 1, (2, 10), "medical"),
            Teller(COMMAND, 0.4, 1, (8, 25)),
            Teller(GRIDS, 0.3, 1, (3, 15), "flooding"),
        ),
        manners=(
            (
                "有人落水",
                "有人掉河里了",
            ),
            (
                "车困在水里",
                "车子泡水人出不来",
            ),
            (
                "被水围住出不来",
                "一楼有人被困",
            ),
        ),
        effects=("水流很急", "在车顶上"),
    ),
    Kind(
        name="public_security",
        incident_class="public_security",
        family="order",
        per_day=60,
        places=("road", "estate", "organisation", "grid"),
        hours=(0.4, 1.5),
        urgency="urgent",
        tellers=(
            Teller(POLICE, 1, 2, (0, 8)),
            Teller("ga_public_order", 0.3, 1, (20, 60)),
            Teller(CAMERAS, 0.1, 1, (1, 8)),
        ),
        manners=(
            (
                "有人打架",
                "几个人打起来了",
            ),
            (
                "店里有人闹事",
                "喝醉了砸东西",
            ),
        ),
        effects=("围了很多人",),
    ),
    Kind(
        name="burst_main",
        incident_class="burst_main",
        family="water",
        per_day=6,
        places=("water_main", "grid"),
        hours=(1.5, 5),
        urgency="urgent",
        flood_weight=8,
        tellers=(
            Teller(SENSORS, 0.8, 3, (0, 6)),
            Teller(RESIDENTS, 0.9, 4, (2, 40)),
            Teller(POLICE, 0.4, 2, (5, 25)),
            Teller(HOTLINE, 0.8, 4, (2, 40)),
            Teller(STREETS, 0.5, 1, (10, 60)),
            Teller(GRIDS, 0.5, 2, (5, 60), "flooding"),
            Teller("sw_water_supply", 0.15, 1, (10, 40)),
        ),
        manners=(
            (
                "水管爆了",
                "自来水管爆裂水柱很高",
                "路面塌了在冒水",
                "家里停水",
                "地下水管漏水",
                "路上全是水",
            ),
        ),
        effects=("水漫到人行道", "路面塌陷", "全楼没水用", "水流到店里"),
    ),
    Kind(
        name="flooding",
        incident_class="flooding",
        family="water",
        per_day=5,
        places=("grid", "estate", "bridge", "organisation"),
        hours=(1.5, 6),
        urgency="urgent",
        flood_weight=60,
        tellers=(
            Teller(SENSORS, 0.4, 3, (0, 6)),
            Teller(RESIDENTS, 0.9, 4, (2, 40)),
            Teller(POLICE, 0.6, 2, (5, 25)),
            Teller(HOTLINE, 0.8, 4, (2, 40)),
            Teller(STREETS, 0.5, 1, (10, 60)),
            Teller(GRIDS, 0.7, 2, (5, 60)),
            Teller(CAMERAS, 0.4, 2, (1, 15)),
            Teller(COMMAND, 0.2, 1, (20, 60)),
            Teller(ESTATES, 0.5, 1, (0, 5)),
        ),
        manners=(
            (
                "地下车库进水",
                "车库被淹",
                "负一楼全是水",
            ),
            (
                "下穿道淹了",
                "桥洞下面积水",
                "涵洞积水过不去",
            ),
            (
                "下水道返水",
                "马桶往外冒水",
            ),
            (
                "店铺进水",
                "门面进水了",
            ),
            (
                "路上积水很深",
                "路面水漫上来了",
                "街上像河一样",
            ),
        ),
        effects=("车开不过去", "水到膝盖", "电梯停了", "井盖冲开了"),
    ),
    Kind(
        name="road_block",
        incident_class="road_block",
        family="water",
        per_day=12,
        places=("road_section", "road", "grid"),
        hours=(1.5, 6),
        urgency="urgent",
        flood_weight=20,
        tellers=(
            Teller("jt_highway", 0.9, 1, (5, 30)),
            Teller(HOTLINE, 0.5, 3, (5, 60)),
            Teller(POLICE, 0.3, 1, (3, 25), "traffic"),
        ),
        manners=(
            (
                "路断了",
                "路基垮了",
            ),
            (
                "树倒了横在路上",
                "大树压在路中间",
            ),
            (
                "落石挡路",
                "路上有大石头",
            ),
        ),
        effects=("过不去", "公交绕行"),
    ),
    Kind(
        name="water_supply",
        incident_class="water_supply",
        family="water",
        per_day=4,
        places=("water_plant", "grid"),
        hours=(2, 6),
        urgency="urgent",
        flood_weight=6,
        tellers=(
            Teller("sw_water_supply", 0.8, 1, (1, 10)),
            Teller(HOTLINE, 0.6, 3, (10, 60), "burst_main"),
            Teller(GRIDS, 0.4, 1, (10, 90)),
        ),
        manners=(
            (
                "停水了",
                "没有自来水",
            ),
            (
                "自来水浑浊",
                "水龙头出来的水是黄的",
            ),
            (
                "水压很小",
                "楼上上不了水",
            ),
        ),
        effects=("没接到通知", "水是黄的"),
    ),
    Kind(
        name="manhole",
        incident_class="manhole",
        family="manhole",
        per_day=25,
        places=("manhole", "grid"),
        hours=(2, 12),
        urgency="urgent",
        flood_weight=20,
        tellers=(
            Teller(RESIDENTS, 0.8, 2, (5, 60)),
            Teller(SENSORS, 0.5, 2, (0, 10)),
            Teller(STREETS, 0.7, 1, (10, 120)),
            Teller(HOTLINE, 0.4, 2, (5, 90)),
            Teller(GRIDS, 0.4, 1, (5, 120)),
            Teller(CENTRE, 0.1, 1, (30, 180)),
        ),
        manners=(
            (
                "井盖不见了",
                "井口没有盖子",
            ),
            (
                "井盖破了",
                "井盖裂成两半",
            ),
            (
                "窨井盖松动",
                "井盖翘起来了",
            ),
        ),
        effects=("差点掉下去", "车压过去响", "旁边没有警示"),
    ),
    Kind(
        name="streetlight",
        incident_class="streetlight",
        family="light",
        per_day=30,
        places=("streetlight", "grid"),
        hours=(3, 14),
        urgency="routine",
        tellers=(
            Teller(RESIDENTS, 0.8, 2, (10, 120)),
            Teller(SENSORS, 0.6, 2, (0, 10)),
            Teller(STREETS, 0.5, 1, (30, 180)),
            Teller(HOTLINE, 0.4, 1, (20, 180)),
        ),
        manners=(
            (
                "路灯不亮",
                "灯全黑了",
            ),
            (
                "路灯一闪一闪",
                "路灯忽明忽暗",
            ),
            (
                "灯杆歪了",
                "路灯杆要倒了",
            ),
        ),
        effects=("晚上看不见路", "好几天了"),
    ),
    Kind(
        name="litter",
        incident_class="environment",
        family="litter",
        per_day=70,
        places=("road", "estate", "grid"),
        hours=(3, 10),
        urgency="routine",
        tellers=(
            Teller(RESIDENTS, 1, 2, (5, 90)),
            Teller(STREETS, 0.5, 1, (10, 120)),
            Teller(GRIDS, 0.5, 1, (10, 180)),
            Teller(HOTLINE, 0.3, 2, (10, 120)),
            Teller(CENTRE, 0.1, 1, (60, 170)),
            Teller(CAMERAS, 0.1, 1, (5, 60)),
        ),
        manners=(
            (
                "垃圾堆满了",
                "垃圾没人收",
            ),
            (
                "建筑垃圾乱倒",
                "偷倒渣土",
            ),
            (
                "垃圾桶翻了",
                "垃圾撒了一地",
            ),
        ),
        effects=("臭得很", "苍蝇多", "占了人行道"),
    ),
    Kind(
        name="noise",
        incident_class="pollution",
        family="noise",
        per_day=20,
        places=("estate", "organisation", "grid"),
        hours=(1.5, 5),
        urgency="routine",
        tellers=(
            Teller(HOTLINE, 1, 5, (5, 80)),
            Teller("hb_complaint", 0.5, 2, (10, 80)),
            Teller(POLICE, 0.3, 1, (5, 60), "public_security"),
            Teller(STREETS, 0.2, 1, (15, 80)),
            Teller(GRIDS, 0.2, 1, (15, 80)),
            Teller("zj_property", 0.1, 1, (20, 80)),
        ),
        manners=(
            (
                "工地半夜施工",
                "工地打桩太吵",
            ),
            (
                "广场舞音响太大",
                "跳舞的音乐太吵",
            ),
            (
                "烧烤店太吵",
                "夜宵摊吵闹",
            ),
            (
                "空调外机噪音",
                "机器嗡嗡响",
            ),
        ),
        effects=("睡不着", "小孩要考试", "窗户都在震"),
    ),
    Kind(
        name="lift",
        incident_class="elevator",
        family="lift",
        per_day=7,
        places=("lift", "estate"),
        hours=(0.4, 1.5),
        urgency="critical",
        flood_weight=8,
        is_life_threatening=True,
        tellers=(
            Teller("sj_special_equipment", 0.9, 1, (0, 3)),
            Teller(ESTATES, 0.5, 1, (0, 1)),
            Teller(BRIGADE, 0.4, 1, (2, 10), "rescue"),
            Teller(POLICE, 0.3, 1, (1, 8), NO_CLASS),
        ),
        manners=(
            (
                "电梯困人",
                "人关在电梯里",
            ),
        ),
        effects=("里面有小孩",),
    ),
    Kind(
        name="slope",
        incident_class="geohazard",
        family="slope",
        per_day=1.5,
        places=("slope",),
        hours=(2, 6),
        urgency="urgent",
        flood_weight=4,
        is_life_threatening=True,
        tellers=(
            Teller("gz_geohazard", 0.9, 3, (0, 6)),
            Teller(GRIDS, 0.6, 2, (5, 60)),
            Teller(COMMAND, 0.5, 1, (10, 40)),
        ),
        manners=(
            (
                "山坡在滑",
                "坡上掉土",
            ),
        ),
        effects=("墙裂了",),
    ),
    Kind(
        name="high_water",
        incident_class="high_water",
        family="water",
        per_day=1.5,
        places=("river_station",),
        hours=(2, 8),
        urgency="urgent",
        flood_weight=3,
        tellers=(Teller("sl_hydrology", 1, 4, (0, 40)), Teller(GRIDS, 0.4, 1, (10, 60), "flooding")),
        manners=(
            (
                "江水涨上来了",
                "河水涨得很快",
            ),
        ),
        effects=("淹到步道",),
    ),
    Kind(
        name="air",
        incident_class="pollution",
        family="noise",
        per_day=6,
        places=("air_station", "organisation"),
        hours=(2, 6),
        urgency="routine",
        tellers=(
            Teller("hb_monitor", 0.7, 3, (0, 40)),
            Teller("hb_complaint", 0.7, 2, (10, 110)),
            Teller(HOTLINE, 0.5, 2, (10, 110)),
        ),
        manners=(
            (
                "烧塑料的味道",
                "有人烧东西味道难闻",
            ),
            (
                "烟囱冒黑烟",
                "厂里冒黑烟",
            ),
        ),
        effects=("呛人", "开不了窗"),
    ),
    Kind(
        name="hazard",
        incident_class="hazard",
        family="hazard",
        per_day=35,
        places=("organisation", "grid"),
        hours=(4, 12),
        urgency="routine",
        tellers=(
            Teller("yj_hazard", 0.6, 1, (30, 200)),
            Teller(GRIDS, 0.7, 1, (5, 120)),
            Teller(CENTRE, 0.2, 1, (60, 220)),
            Teller(FIRE_SENSORS, 0.2, 1, (0, 30)),
        ),
        manners=(
            (
                "消防通道堵了",
                "消防通道停满车",
            ),
            (
                "飞线充电",
                "电线乱拉",
            ),
        ),
        effects=("车位占了",),
    ),
    Kind(
        name="property",
        incident_class="property",
        family="litter",
        per_day=20,
        places=("estate",),
        hours=(4, 12),
        urgency="routine",
        tellers=(
            Teller("zj_property", 0.7, 1, (30, 200)),
            Teller(HOTLINE, 0.6, 3, (10, 200)),
            Teller(CENTRE, 0.2, 1, (60, 220)),
        ),
        manners=(
            (
                "物业不修门禁",
                "门禁坏了没人管",
            ),
            (
                "楼道没人打扫",
                "楼道又脏又臭",
            ),
            (
                "车库抬杆坏了",
                "车库道闸坏了",
            ),
        ),
        effects=("找了几次没人管", "交了费的"),
    ),
    Kind(
        name="food",
        incident_class="food_drug",
        family="food",
        per_day=5,
        places=("organisation",),
        hours=(4, 12),
        urgency="routine",
        tellers=(
            Teller("sj_food_drug", 0.8, 1, (20, 120)),
            Teller(HOTLINE, 0.5, 2, (10, 120), "consumer"),
            Teller(GRIDS, 0.2, 1, (10, 150)),
        ),
        manners=(
            (
                "吃了拉肚子",
                "吃坏肚子",
            ),
            (
                "卖过期食品",
                "东西过期了还在卖",
            ),
        ),
        effects=("几个人都不舒服",),
    ),
    Kind(
        name="river",
        incident_class="river",
        family="river",
        per_day=6,
        places=("river_section",),
        hours=(4, 12),
        urgency="routine",
        tellers=(
            Teller("sl_river_chief", 0.8, 1, (20, 120)),
            Teller(GRIDS, 0.5, 1, (10, 120), "pollution"),
            Teller(HOTLINE, 0.3, 1, (10, 150), "pollution"),
        ),
        manners=(
            (
                "河面漂垃圾",
                "河里全是垃圾",
            ),
            (
                "水发黑",
                "河水又黑又臭",
            ),
        ),
        effects=("有死鱼",),
    ),
)

KIND_OF: Mapping[str, Kind] = {kind.name: kind for kind in KINDS}
