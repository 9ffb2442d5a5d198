"""枪爆危化物品管理系统 as simulated: a full dump of all inspections every day, in GB18030."""

from datetime import date, datetime, time, timedelta
from random import Random

from connectors.city.daily_files import DailyFile
from connectors.city.ground import Ground, Spot
from connectors.city.rows import LOCAL_FORMAT

SYSTEM = "ga_dangerous_goods"
COLUMNS = ("记录号", "统一社会信用代码", "物品类别", "库点编码", "检查结果", "许可到期日", "检查时间")
INSPECTED_SHARE, FAILED_SHARE, LEFT_OUT_SHARE = 0.2, 0.1, 0.02
"""Of the stores: inspected on a day; failing an inspection; missing from a day's dump."""
LONGEST_WITHOUT_INSPECTION_DAYS = 60


class Dumps:
    """Its files, one a day."""

    system = SYSTEM
    record_column = COLUMNS[0]
    is_full_dump = True

    def __init__(self, ground: Ground, seed: int) -> None:
        self._ground = ground
        self._seed = seed

    def file_at(self, moment: datetime) -> DailyFile:
        return dump_of(moment.date(), self._ground, self._seed)


def dump_of(day: date, ground: Ground, seed: int) -> DailyFile:
    """The dump uploaded on a day: the last inspection of each store before it. The same for the same day and seed."""
    organisations = {spot.name: spot for spot in ground.of("organisation")}
    lines = {}
    for store in ground.of("storage"):
        if Random(f"{seed}/left out/{store.place_code}/{day}").random() >= LEFT_OUT_SHARE:
            line = _line(store, organisations[store.name.removesuffix("库点")], day, seed)
            lines[line[0]] = line
    return DailyFile(f"危爆物品检查_{day:%Y%m%d}.csv", COLUMNS, lines, {})


def _line(store: Spot, organisation: Spot, day: date, seed: int) -> tuple[str, ...]:
    for days in range(1, LONGEST_WITHOUT_INSPECTION_DAYS + 1):
        inspected = day - timedelta(days=days)
        random = Random(f"{seed}/{store.place_code}/{inspected}")
        if days == LONGEST_WITHOUT_INSPECTION_DAYS or random.random() < INSPECTED_SHARE:
            break
    result = "不合格" if random.random() < FAILED_SHARE else "合格"
    at = datetime.combine(inspected, time(9)) + timedelta(minutes=random.randrange(8 * 60))
    expiry = date(day.year + 1, 1 + int(store.place_code[-4:]) % 12, 28)
    return (
        f"JC{store.place_code}",
        organisation.place_code,
        "烟花爆竹",
        store.place_code,
        result,
        expiry.isoformat(),
        at.strftime(LOCAL_FORMAT),
    )
