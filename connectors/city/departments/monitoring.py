"""Devices and stations: chemicals, fire alarms, rivers, slopes, gas, environment; weather warnings, drinking water."""

from connectors.city.stories import Department, Step, Story, between, one_of, whole

CHEMICALS = Department(
    system="yj_hazchem_iot",
    prefix="WH",
    out_of_order=0.02,
    stories=(
        Story(per_day=45_900, reports=False,
              row={"metric_code": "pressure", "metric_value": between(0.6, 1.0), "alarm_level": 0}, steps=(Step(),)),
        Story(tells={"hazardous_chemicals": {}}, row={"metric_code": "concentration", "metric_value": between(40, 90),
                                                     "alarm_level": one_of(2, 3)}, steps=(Step(),)),
    ),
)  # fmt: skip

QUIET_ALARM = {"alarm_kind": "0", "alarm_time": None, "confirm_result": None}

FIRE_ALARMS = Department(
    system="xj_fire_iot",
    prefix="YG",
    twice=0.02,
    stories=(
        Story(per_day=39_700, reports=False, row={**QUIET_ALARM, "device_status": "1"}, steps=(Step(),)),
        Story(per_day=200, reports=False, row={**QUIET_ALARM, "device_status": one_of("2", "3")}, steps=(Step(),)),
        Story(
            per_day=6,
            tells={"fire": {"alarm_kind": one_of("1", "2", "4")}},
            row={"alarm_kind": "3", "confirm_result": one_of("0", "1"), "device_status": "1"},
            steps=(Step(),),
        ),
    ),
)

RIVERS = Department(
    system="sl_hydrology",
    prefix="SW",
    out_of_order=0.02,
    stories=(
        Story(per_day=16_900, places=("river_station",), reports=False,
              row={"water_level": between(188, 196), "flow_rate": between(300, 2500), "warning_level": 0},
              steps=(Step(),)),
        Story(places=("river_station",), tells={"high_water": {}},
              row={"water_level": between(199, 208), "flow_rate": between(9000, 30_000), "warning_level": one_of(2, 3)},
              steps=(Step(),)),
    ),
)  # fmt: skip

SLOPES = Department(
    system="gz_geohazard",
    prefix="DZ",
    out_of_order=0.02,
    stories=(
        Story(per_day=8950, places=("slope",), reports=False,
              row={"displacement": between(0, 3), "alarm_level": 0, "threatened_households": whole(2, 40)},
              steps=(Step(),)),
        Story(places=("slope",), tells={"geohazard": {}},
              row={"displacement": between(40, 200), "alarm_level": one_of(2, 3),
                   "threatened_households": whole(2, 40)},
              steps=(Step(),)),
    ),
)  # fmt: skip

GAS = Department(
    system="cg_gas",
    prefix="RQ",
    stories=(
        Story(per_day=51_900, reports=False,
              row={"gas_concentration": between(0, 0.5), "alarm_level": 0, "valve_status": "1"}, steps=(Step(),)),
        Story(tells={"gas_leak": {}},
              row={"gas_concentration": between(20, 80), "alarm_level": one_of(2, 3), "valve_status": one_of("0", "1")},
              steps=(Step(),)),
    ),
)  # fmt: skip

ENVIRONMENT = Department(
    system="hb_monitor",
    prefix="HB",
    out_of_order=0.02,
    stories=(
        Story(per_day=20_900, places=("air_station",), reports=False,
              row={"measure_value": between(5, 60), "standard_limit": 75, "exceed_flag": "0"}, steps=(Step(),)),
        Story(places=("air_station",), tells={"pollution": {}},
              row={"measure_value": between(80, 260), "standard_limit": 75, "exceed_flag": "1"}, steps=(Step(),)),
    ),
)  # fmt: skip

WEATHER = Department(
    system="qx_warning",
    prefix="CAP",
    stories=(
        Story(
            per_day=5,
            places=("road",),
            reports=False,
            row={"event_code": one_of("11B03", "11B05", "11B09", "11B17")},
            steps=(
                Step({"severity": one_of("yellow", "blue")}, event_type="warning.issued"),
                Step({"severity": one_of("orange", "yellow")}, (60, 300), 0.6, "warning.updated"),
                Step({"severity": "blue"}, (100, 600), 0.7, "warning.cancelled"),
            ),
        ),
    ),
)

WATER = Department(
    system="sw_water_supply",
    prefix="GS",
    stories=(
        Story(per_day=285, places=("water_plant",), reports=False,
              row={"quality_index": between(0.1, 0.9), "outage_area": None, "outage_start": None, "outage_end": None},
              steps=(Step(),)),
        Story(places=("water_plant",), tells={"water_supply": {}},
              row={"quality_index": between(1.1, 4), "outage_area": None, "outage_start": None, "outage_end": None},
              steps=(Step(),)),
        Story(per_day=8, places=("water_plant",), reports=False, row={"quality_index": None}, steps=(Step(),)),
    ),
)  # fmt: skip

DEPARTMENTS = (CHEMICALS, FIRE_ALARMS, RIVERS, SLOPES, GAS, ENVIRONMENT, WEATHER, WATER)
