"""What callers say of what happens in the simulated city, by its class; where it is stands beside it."""

from collections.abc import Mapping

SAID: Mapping[str, tuple[str, ...]] = {
    "burst_main": ("水管爆了,水漫到路面", "路面在冒水,家里停水了", "自来水管爆裂,水柱很高"),
    "flooding": ("路面积水很深,车过不去", "车库进水了", "下水道返水,店铺进水"),
    "manhole": ("井盖缺了一块,请尽快处理", "井盖不见了,差点掉下去", "窨井盖松动,车压过去哐当响"),
    "streetlight": ("路灯不亮,晚上很黑", "路灯一闪一闪", "灯杆歪了"),
    "environment": ("垃圾堆放几天没清", "垃圾桶满了,臭得很", "有人偷倒渣土"),
    "pollution": ("工地半夜施工,吵得睡不着", "烧烤店油烟大", "闻到刺鼻气味"),
    "property": ("物业不修门禁", "楼道没人打扫", "电梯坏了物业不管"),
    "gas_leak": ("闻到煤气味,很浓", "施工挖断气管在漏气"),
    "wage": ("工地拖欠工资", "几个月没发工资"),
    "consumer": ("办卡不退款", "买到过期食品"),
    "road_block": ("树倒了,车过不去", "路上有落石", "路断了,公交绕行"),
    "water_supply": ("停水了没有通知", "自来水发黄", "水压很小,楼上没水"),
    "service_request": ("想咨询办事流程", "希望有人上门帮忙"),
}
