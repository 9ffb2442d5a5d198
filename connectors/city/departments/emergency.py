"""Emergency management, fire brigade, ambulances: incidents of their own commands, hazards, equipment, health."""

from connectors.city.stories import Department, Step, Story, one_of, whole

COMMAND = Department(
    system="yj_command",
    prefix="TF",
    placed_later=0.1,
    stories=(
        Story(
            per_day=4,
            places=("road", "organisation"),
            tells={
                "fire": {"incident_code": "12C00"},
                "flooding": {"incident_code": "11A00"},
                "geohazard": {"incident_code": "11B00"},
                "hazardous_chemicals": {"incident_code": "12B00"},
                "gas_leak": {"incident_code": "12E00"},
            },
            row={"incident_code": one_of("12A00", "12D00"), "level": one_of("3", "4"), "response_level": "0"},
            steps=(
                Step({"incident_status": "10", "force_status": "0"}),
                Step({"incident_status": "11", "force_status": "1"}, (1, 5), 0.9),
                Step({"incident_status": "20", "force_status": "2"}, (10, 40), 0.9),
                Step({"incident_status": "30", "force_status": "3"}, (30, 200), 0.8),
                Step({"incident_status": "40", "force_status": "3"}, (10, 60), 0.9),
            ),
        ),
        Story(
            per_day=1,
            places=("road",),
            row={"incident_code": "11A00", "level": "3", "response_level": "0", "force_status": "1"},
            steps=(
                Step({"incident_status": "10"}),
                Step({"incident_status": "21"}, (5, 20)),
                Step({"incident_status": "40"}, (60, 200)),
                Step({"incident_status": "50"}, (60, 200)),
            ),
        ),
        Story(
            per_day=1,
            places=("road",),
            reports=False,
            row={"incident_code": "11A00", "level": "3", "incident_status": "90", "force_status": "0"},
            steps=(Step({"response_level": one_of("3", "4")}), Step({"response_level": "0"}, (200, 600))),
        ),
    ),
)

BRIGADE = Department(
    system="xj_alarm119",
    prefix="XF",
    out_of_order=0.05,
    stories=(
        Story(
            per_day=4,
            places=("road", "estate"),
            tells={
                "fire": {"disaster_class": "1"},
                "gas_leak": {"disaster_class": "2"},
                "elevator": {"disaster_class": "2"},
                "hazardous_chemicals": {"disaster_class": "3"},
            },
            row={"disaster_class": one_of("2", "4", "4"), "force_count": whole(4, 30)},
            steps=(
                Step({"alarm_status": "1"}),
                Step({"alarm_status": "2"}, (1, 3), 0.95),
                Step({"alarm_status": "3"}, (5, 15), 0.95),
                Step({"alarm_status": "4"}, (20, 120), 0.9),
            ),
        ),
    ),
)

AMBULANCES = Department(
    system="wj_ambulance120",
    prefix="JJ",
    out_of_order=0.05,
    stories=(
        Story(
            per_day=12,
            places=("estate", "road"),
            tells={"traffic": {}, "fire": {}},
            steps=(
                Step({"dispatch_status": "1"}),
                Step({"dispatch_status": "2"}, (1, 3), 0.95),
                Step({"dispatch_status": "3"}, (8, 20), 0.9),
                Step({"dispatch_status": "5"}, (20, 60), 0.9),
            ),
        ),
    ),
)

HAZARDS = Department(
    system="yj_hazard",
    prefix="YH",
    stories=(
        Story(
            per_day=10,
            tells={"hazard": {}},
            row={"hazard_level": one_of("1", "2", "2", "2")},
            steps=(
                Step({"rectify_status": "1", "is_deleted": 0}),
                Step({"rectify_status": "2", "is_deleted": 0}, (600, 5000), 0.7),
                Step({"rectify_status": one_of("3", "3", "2"), "is_deleted": one_of(0, 0, 0, 1)}, (3000, 20_000), 0.7),
            ),
        ),
    ),
)

EQUIPMENT = Department(
    system="sj_special_equipment",
    prefix="TS",
    stories=(
        Story(
            per_day=1,
            places=("lift",),
            tells={"elevator": {}},
            row={"equipment_class": "1", "alarm_kind": one_of("1", "2"), "trapped_flag": one_of("0", "1", "1")},
            steps=(
                Step({"rescue_status": "1"}, event_type="incident.reported"),
                Step({"rescue_status": "3"}, (10, 40), 0.95, "incident.closed"),
            ),
        ),
    ),
)

PUBLIC_HEALTH = Department(
    system="wj_public_health",
    prefix="GW",
    stories=(
        Story(per_day=2, row={"病例数": whole(3, 40), "响应级别": "未启动"}, steps=(Step({"报告类型": "初报"}),)),
        Story(per_day=2, reports=False, row={"病例数": whole(10, 60), "响应级别": one_of("未启动", "Ⅳ级")},
              steps=(Step({"报告类型": "续报"}),)),
    ),
)  # fmt: skip

DEPARTMENTS = (COMMAND, BRIGADE, AMBULANCES, HAZARDS, EQUIPMENT, PUBLIC_HEALTH)
