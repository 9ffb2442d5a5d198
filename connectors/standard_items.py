"""Items that many sources deliver beside their shared ones, each said once; `additions.yaml` says who has which."""

from connectors.contract import Item
from connectors.values import Code, EpochTime, LocalTime, Masked, Real, Text, Whole, ZonedTime
from connectors.vocabulary import CHANGES, DELETION_MARKS, ORIGINS

NUMBER = Text(40)
"""A number or code that a department has given."""
REGION = Text(15, r"\d{6}|\d{9}|\d{12}|\d{15}")
"""The code of a district, town, village or grid."""

# Of messages on a topic: versions are counted, times are Beijing time without a zone.
SEQ = Item("seq", "版本序号", "inner", Whole(1))
RECORD_TIME = Item("record_time", "登记时间", "inner", LocalTime())

# Of events that are pushed: versions are counted, times have their offset.
VERSION = Item("version", "版本序号", "inner", Whole(1))
UPDATED_AT = Item("updated_at", "更新时间", "inner", ZonedTime())
EVENT_NO = Item("event_no", "事件编号", "inner", NUMBER)

# Of tables and files: a row changes in place, its update time is its version.
UPDATE_TIME = Item("update_time", "更新时间", "inner", LocalTime())
IS_DELETED = Item("is_deleted", "删除标志", "inner", Code(DELETION_MARKS))
CHANGE = Item("change", "与上次全量相比", "inner", Code(CHANGES))

ADDRESS = Item("address", "地址描述", "pii", Masked(200), required=False)
"""A free text of where it is; a place only where the registry knows it."""
ACCURACY = Item("accuracy_metres", "定位误差米数", "inner", Real(0, 100_000), required=False)
"""Within how many metres two positions of three lie, as telephones say it of theirs; 0 where they cannot tell."""
TOWN_CODE = Item("town_code", "镇街代码", "inner", REGION, required=False)
VILLAGE_CODE = Item("village_code", "村社区代码", "inner", REGION, required=False)

ORIGIN = Item("origin", "数据来源", "inner", Code(ORIGINS))
"""Of orders that the hub writes back to: its own rows mean nothing to it."""

# Of files with Chinese headers.
FILE_RECORD_NO = Item("record_no", "记录号", "inner", NUMBER, field="记录号")
FILE_UPDATE_TIME = Item("update_time", "更新时间", "inner", LocalTime(), field="更新时间")

# Of devices: their own instant and their own count.
OBSERVED_AT = Item("observed_at", "设备观测时间", "inner", EpochTime())
SEQUENCE = Item("sequence", "设备序号", "inner", Whole(0))
