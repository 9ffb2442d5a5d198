"""City management, construction, transport, environment: cases of the streets, sites, roads, vehicles, addresses."""

from connectors.city.stories import Department, Step, Story, between, one_of

UNCHECKED = {"check_result": "0"}

DIGITAL = Department(
    system="cg_digital",
    prefix="CG",
    stories=(
        Story(
            per_day=60,
            places=("road",),
            tells={
                "burst_main": {"category_code": "010301"},
                "flooding": {"category_code": "020105"},
                "manhole": {"category_code": one_of("010101", "010103")},
                "streetlight": {"category_code": "010501"},
                "environment": {"category_code": "020101"},
            },
            row={"category_code": one_of("020103", "020201", "020203", "020301"), "origin": "1"},
            steps=(
                Step({"case_status": "1", "dispose_dept": None, "deadline_at": None, **UNCHECKED}),
                Step({"case_status": "2", **UNCHECKED}, (2, 15), 0.95),
                Step({"case_status": "3", **UNCHECKED}, (2, 20), 0.95),
                Step({"case_status": "5", **UNCHECKED}, (60, 600), 0.8),
                Step({"case_status": "6", "check_result": "1"}, (10, 120), 0.9),
            ),
        ),
        Story(
            per_day=10,
            places=("road",),
            row={"category_code": "020201", "origin": "1", **UNCHECKED},
            steps=(
                Step({"case_status": "1"}),
                Step({"case_status": "3"}, (2, 20)),
                Step({"case_status": "4"}, (20, 90)),
                Step({"case_status": "3"}, (5, 30)),
                Step({"case_status": "5"}, (60, 300)),
                Step({"case_status": "7", "check_result": "2"}, (10, 60)),
            ),
        ),
    ),
)

RIVER_CHIEFS = Department(
    system="sl_river_chief",
    prefix="XH",
    stories=(
        Story(per_day=16, places=("river_section",), reports=False, row={"problem_class": "00", "handle_status": "3"},
              steps=(Step(),)),
        Story(per_day=4, places=("river_section",), row={"problem_class": one_of("01", "02", "04")},
              steps=(Step({"handle_status": "1"}), Step({"handle_status": "3"}, (600, 5000), 0.8))),
    ),
)  # fmt: skip

ADDRESSES = Department(
    system="gz_std_address",
    prefix="BZ",
    stories=(
        Story(per_day=32, places=("estate", "road"), reports=False, row={"change_kind": one_of("1", "2", "2", "3")},
              steps=(Step(event_type="ref.address.upserted"),)),
        Story(per_day=6, places=("grid",), reports=False, row={"change_kind": "2"},
              steps=(Step(event_type="ref.grid.changed"),)),
    ),
)  # fmt: skip

PROPERTY = Department(
    system="zj_property",
    prefix="WY",
    stories=(
        Story(
            per_day=10,
            places=("estate",),
            tells={"property": {}},
            steps=(
                Step({"complaint_status": "1"}),
                Step({"complaint_status": "2"}, (200, 2000), 0.7),
                Step({"complaint_status": "3"}, (600, 6000), 0.7),
            ),
        ),
    ),
)

SITES = Department(
    system="zj_site",
    prefix="GD",
    twice=0.03,
    stories=(
        Story(per_day=2550, places=("construction_site",), reports=False,
              row={"alarm_kind": one_of("0", "0", "1"), "dust_value": between(20, 200), "wage_account_status": "1"},
              steps=(Step(event_type="facility.alarm"),)),
        Story(per_day=12, places=("construction_site",),
              row={"alarm_kind": one_of("2", "3", "4"), "wage_account_status": "1"},
              steps=(Step(event_type="facility.alarm"),)),
        Story(per_day=30, places=("construction_site",), reports=False, row={"alarm_kind": "0", "dust_value": None},
              steps=(Step(event_type="org.wage_signal"),)),
    ),
)  # fmt: skip

UNSAFE_HOUSES = Department(
    system="zj_house_safety",
    prefix="WF",
    stories=(
        Story(per_day=10, places=("rented_house",), steps=(Step({"危险等级": one_of("C", "D"), "搬离状态": "0"}),)),
        Story(per_day=5, places=("rented_house",), reports=False,
              steps=(Step({"危险等级": one_of("A", "B"), "搬离状态": "3"}),)),
    ),
)  # fmt: skip

VEHICLES = Department(
    system="jt_transport",
    prefix="YS",
    twice=0.02,
    out_of_order=0.02,
    stories=(
        Story(
            per_day=5150,
            reports=False,
            row={
                "vehicle_code": lambda random: f"{random.getrandbits(128):032x}",
                "overspeed_flag": one_of("0", "1", "1"),
                "fatigue_flag": one_of("0", "0", "1"),
            },
            steps=(Step(event_type="facility.alarm"),),
        ),
        Story(per_day=30, reports=False, row={"vehicle_code": None, "overspeed_flag": "0", "fatigue_flag": "0"},
              steps=(Step(event_type="org.inspected"),)),
    ),
)  # fmt: skip

HIGHWAYS = Department(
    system="jt_highway",
    prefix="LK",
    stories=(
        Story(
            per_day=6,
            places=("road_section",),
            tells={"road_block": {}},
            steps=(
                Step({"block_status": one_of("1", "2")}),
                Step({"block_status": "0"}, (60, 600), 0.9),
            ),
        ),
    ),
)

POLLUTION = Department(
    system="hb_complaint",
    prefix="HT",
    twice=0.04,
    stories=(
        Story(
            per_day=4,
            places=("estate", "road"),
            tells={"pollution": {}},
            steps=(
                Step({"handle_status": "1"}, event_type="request.submitted"),
                Step({"handle_status": "2"}, (20, 200), 0.8, "request.routed"),
            ),
        ),
    ),
)

DEPARTMENTS = (
    DIGITAL, RIVER_CHIEFS, ADDRESSES, PROPERTY, SITES, UNSAFE_HOUSES, VEHICLES, HIGHWAYS, POLLUTION,
)  # fmt: skip
