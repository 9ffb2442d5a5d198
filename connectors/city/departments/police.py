"""Public security and its cameras: houses, accidents, estates, fraud, camera points."""

from connectors.city.stories import Department, Step, Story, one_of, whole

ALL_CLEAR = {"alarm_kind": "00", "device_status": "1"}

RENTAL = Department(
    system="ga_rental",
    prefix="FW",
    stories=(
        Story(per_day=85, places=("rented_house",), reports=False, row={"hazard_no": None},
              steps=(Step({"hazard_flag": "0"}),)),
        Story(per_day=12, places=("rented_house",), row={"hazard_no": lambda random: f"YH{random.randrange(10**9)}"},
              steps=(Step({"hazard_flag": "1"}), Step({"hazard_flag": "0"}, (600, 4000), 0.7))),
    ),
)  # fmt: skip

ACCIDENTS = Department(
    system="ga_traffic_accident",
    prefix="SG",
    twice=0.05,
    stories=(
        Story(
            tells={"traffic": {"severity": one_of("1", "2", "3", "3", "3")}},
            steps=(
                Step({"clear_status": "0"}, event_type="incident.reported"),
                Step({"clear_status": "1"}, (5, 20), 0.5, "incident.updated"),
                Step({"clear_status": "2"}, (15, 60), 0.9, "incident.closed"),
            ),
        ),
    ),
)

ESTATES = Department(
    system="ga_estate_security",
    prefix="XQ",
    twice=0.04,
    late_minutes=2,
    stories=(
        Story(
            per_day=20,
            places=("estate",),
            tells={"elevator": {"alarm_kind": "03"}, "fire": {"alarm_kind": "01"}},
            row={"alarm_kind": one_of("02", "04", "05"), "device_status": "1"},
            steps=(Step(event_type="facility.alarm"),),
        ),
        Story(per_day=180, places=("estate",), reports=False, row={"alarm_kind": "00"},
              steps=(Step({"device_status": one_of("1", "1", "1", "2")}, event_type="facility.status"),)),
    ),
)  # fmt: skip

FRAUD = Department(
    system="ga_antifraud",
    prefix="FZ",
    stories=(
        Story(
            per_day=70,
            places=("estate",),
            reports=False,
            steps=(
                Step({"dissuade_status": "N"}, event_type="area.risk_signal"),
                Step({"dissuade_status": "P"}, (3, 15), 0.7, "area.risk_signal"),
                Step({"dissuade_status": "Y"}, (10, 60), 0.9, "area.risk_signal"),
            ),
        ),
    ),
)

NO_SWEEP = {"points_swept": None, "points_online": None}

PUBLIC_CAMERAS = Department(
    system="video_xueliang",
    prefix="XL",
    twice=0.02,
    late_minutes=1,
    stories=(
        Story(per_day=29_400, places=("camera",), reports=False, row={"scene_class": None, **NO_SWEEP},
              steps=(Step({"online_status": one_of(*"1111111110")}, event_type="facility.status"),)),
        Story(
            per_day=60,
            places=("camera",),
            tells={"fire": {"scene_class": "01"}, "flooding": {"scene_class": "02"}},
            row={"scene_class": one_of("03", "04", "05"), "online_status": "1", **NO_SWEEP},
            steps=(Step(event_type="facility.scene_event"),),
        ),
        Story(per_day=480, places=("camera",), reports=False,
              row={"scene_class": None, "online_status": "1", "points_swept": 120, "points_online": whole(110, 120)},
              steps=(Step(event_type="facility.sweep_summary"),)),
    ),
)  # fmt: skip

PRIVATE_CAMERAS = Department(
    system="video_kanjia",
    prefix="KJ",
    twice=0.02,
    late_minutes=5,
    stories=(
        Story(per_day=11_950, places=("private_camera",), reports=False, row={"scene_class": None},
              steps=(Step({"online_status": one_of(*"111111110")}, event_type="facility.status"),)),
        Story(per_day=50, places=("private_camera",), row={"scene_class": one_of("04", "05"), "online_status": "1"},
              steps=(Step(event_type="facility.scene_event"),)),
    ),
)  # fmt: skip

DEPARTMENTS = (RENTAL, ACCIDENTS, ESTATES, FRAUD, PUBLIC_CAMERAS, PRIVATE_CAMERAS)
