"""Governance centre, hotline and government desks: matters, requests, disputes, topics, services."""

from connectors.city.spoken import SAID
from connectors.city.stories import Department, Step, Story, Value, between, one_of, whole

CENTRE = Department(
    system="zz_shzl2",
    prefix="SX",
    placed_later=0.1,
    stories=(
        Story(
            per_day=280,
            places=("estate", "organisation", "road"),
            tells={
                "wage": {"business_class": "23"},
                "property": {"business_class": "22"},
                "dispute": {"business_class": one_of("01", "24")},
                "hazard": {"business_class": one_of("04", "05", "13", "14")},
                "environment": {"business_class": "20"},
                "manhole": {"business_class": "21"},
            },
            row={"business_class": one_of("03", "06", "10", "25", "25"), "origin": "1"},
            steps=(
                Step({"matter_status": "10"}),
                Step({"matter_status": "20"}, (1, 10), 0.95),
                Step({"matter_status": "21"}, (1, 5), 0.95),
                Step({"matter_status": "22"}, (2, 15), 0.95),
                Step({"matter_status": "23"}, (10, 60), 0.8),
                Step({"matter_status": "24"}, (30, 240), 0.9),
                Step({"matter_status": "25"}, (5, 60), 0.95),
                Step({"matter_status": "40"}, (10, 120), 0.95),
            ),
        ),
        Story(
            per_day=20,
            places=("estate", "road"),
            row={"business_class": "25", "origin": "1"},
            steps=(
                Step({"matter_status": "10"}),
                Step({"matter_status": "20"}, (1, 10)),
                Step({"matter_status": "30"}, (10, 60)),
                Step({"matter_status": "20"}, (5, 30)),
                Step({"matter_status": "40"}, (60, 300)),
                Step({"matter_status": "50"}, (60, 600), 0.5),
            ),
        ),
    ),
)

SOLVED_ON_THE_SPOT = one_of("1", "1", "1", "0")

GRIDS = Department(
    system="zz_grid_app",
    prefix="WG",
    late_minutes=90,
    stories=(
        Story(
            tells={
                "burst_main": {"item_code": "0403"},
                "flooding": {"item_code": one_of("0403", "0501")},
                "gas_leak": {"item_code": "0304"},
                "manhole": {"item_code": "0401"},
                "environment": {"item_code": "0404"},
                "geohazard": {"item_code": "0502"},
                "water_supply": {"item_code": "0504"},
                "dispute": {"item_code": one_of("0201", "0202", "0205", "0208")},
                "hazard": {"item_code": one_of("0301", "0302", "0303")},
            },
            row={"self_resolved": one_of("0", "0", "0", "1"), "record_kind": "1"},
            steps=(Step(),),
        ),
        Story(
            per_day=1100,
            places=("estate", "organisation", "road"),
            row={
                "item_code": one_of("0101", "0103", "0104", "0106", "0308", "0405", "0601", "0602", "0605", "0607"),
                "self_resolved": SOLVED_ON_THE_SPOT,
                "record_kind": "1",
            },
            steps=(Step(),),
        ),
        Story(per_day=980, places=("estate", "road"), reports=False, row={"self_resolved": "1", "record_kind": "2"},
              steps=(Step(),)),
        Story(per_day=20, places=("estate", "road"), reports=False, row={"self_resolved": "0", "record_kind": "3"},
              steps=(Step(),)),
    ),
)  # fmt: skip

ASSIGNED = {"revisit_result": None}

COMPLAINED_OF = one_of(*(None,) * 19, "合阳城街道综治中心")
"""Now and then somebody complains of the very unit that would be called."""

ASKED_TO_BE_CONFIDENTIAL = one_of(*("0",) * 19, "1")


def asked(request_class: str, incident_class: str) -> dict[str, Value]:
    """What a caller wants, and in which words."""
    return {"request_class": request_class, "content_masked": one_of(*SAID[incident_class])}


HOTLINE = Department(
    system="zw_hotline12345",
    prefix="GD",
    twice=0.03,
    placed_later=0.1,
    stories=(
        Story(
            per_day=60,
            places=("estate", "organisation", "road"),
            tells={
                "burst_main": asked("0101", "burst_main"),
                "flooding": asked("0102", "flooding"),
                "manhole": asked("0103", "manhole"),
                "streetlight": asked("0104", "streetlight"),
                "environment": asked("0105", "environment"),
                "pollution": asked("0107", "pollution"),
                "property": asked("0108", "property"),
                "gas_leak": asked("0109", "gas_leak"),
                "wage": asked("0110", "wage"),
                "consumer": asked("0111", "consumer"),
                "road_block": asked("0112", "road_block"),
                "water_supply": asked("0101", "water_supply"),
                "service_request": asked("0901", "service_request"),
            },
            row={
                "request_class": one_of("0106", "0901", "0901"),
                "transferred_from": None,
                "origin": "1",
                "complained_dept": COMPLAINED_OF,
                "confidential": ASKED_TO_BE_CONFIDENTIAL,
            },
            steps=(
                Step({"order_status": "10", "dispatch_dept": None, "deadline_at": None, **ASSIGNED}),
                Step({"order_status": "11", **ASSIGNED}, (1, 5), 0.8),
                Step({"order_status": "20", **ASSIGNED}, (2, 15), 0.8),
                Step({"order_status": "30", **ASSIGNED}, (60, 600), 0.6),
                Step({"order_status": "40", "revisit_result": one_of(*"1112334")}, (30, 300), 0.7),
                Step({"order_status": "50"}, (10, 60), 0.9),
            ),
        ),
        Story(
            per_day=12,
            places=("estate",),
            row={
                "request_class": "0901",
                "origin": "1",
                "complained_dept": COMPLAINED_OF,
                "confidential": "0",
                **ASSIGNED,
            },
            steps=(
                Step({"order_status": "10"}),
                Step({"order_status": "20"}, (2, 10)),
                Step({"order_status": "21"}, (10, 90)),
                Step({"order_status": "20"}, (5, 20)),
                Step({"order_status": "50"}, (60, 600)),
                Step({"order_status": "51"}, (30, 300)),
            ),
        ),
        Story(
            per_day=15,
            places=("estate", "road"),
            row={
                "request_class": "0901",
                "origin": "1",
                "complained_dept": COMPLAINED_OF,
                "confidential": "0",
                **ASSIGNED,
            },
            steps=(Step({"order_status": "10"}), Step({"order_status": "60"}, (1, 4))),
        ),
    ),
)

DISPUTES = Department(
    system="zz_hezhou",
    prefix="JF",
    stories=(
        Story(
            per_day=6,
            places=("estate",),
            tells={"dispute": {}},
            row={"party_count": one_of(2, 2, 2, 3, 4, 15)},
            steps=(
                Step({"dispute_status": "10", "confirm_flag": "0"}, event_type="dispute.filed"),
                Step({"dispute_status": "20", "confirm_flag": "0"}, (60, 600), 0.9, "dispute.progressed"),
                Step({"dispute_status": "40", "confirm_flag": one_of("0", "1")}, (600, 4000), 0.8, "dispute.closed"),
            ),
        ),
    ),
)

GRAVE_DISPUTES = Department(
    system="zz_major_mediation",
    prefix="ZD",
    stories=(
        Story(
            per_day=4,
            places=("estate", "organisation"),
            row={"involved_amount": between(50_000, 5_000_000)},
            steps=(
                Step({"resolve_status": "1"}),
                Step({"resolve_status": "2"}, (600, 3000), 0.7),
                Step({"resolve_status": "3"}, (1000, 9000), 0.6),
            ),
        ),
    ),
)

OPINION = Department(
    system="zz_opinion",
    prefix="HT",
    stories=(
        Story(
            per_day=60,
            places=("estate", "road"),
            reports=False,
            steps=(
                Step({"heat_value": between(30, 95)}, event_type="topic.detected"),
                Step({"heat_value": between(60, 100)}, (20, 120), 0.6, "topic.detected"),
                Step({"heat_value": between(1, 20)}, (60, 600), 0.9, "topic.cooled"),
            ),
        ),
    ),
)

EXCHANGE = Department(
    system="zz_data_exchange",
    prefix="ML",
    stories=(
        Story(
            per_day=30,
            reports=False,
            steps=(
                Step({"schema_version": "1.0", "change_kind": "1"}),
                Step({"schema_version": "1.1", "change_kind": "2"}, (600, 3000), 0.9),
            ),
        ),
    ),
)

SERVICES = Department(
    system="zw_service",
    prefix="ZW",
    stories=(
        Story(
            per_day=2200,
            reports=False,
            row={"promise_days": one_of(1, 3, 5, 10)},
            steps=(
                Step({"finish_status": "0"}, event_type="service.applied"),
                Step({"finish_status": one_of("1", "1", "1", "2")}, (30, 2000), 0.9, "service.finished"),
            ),
        ),
    ),
)

VILLAGE_DESKS = Department(
    system="zw_convenience",
    prefix="BM",
    twice=0.03,
    stories=(
        Story(per_day=560, places=("estate",), reports=False, row={"service_class": one_of("1", "2", "3")},
              steps=(Step(),)),
        Story(per_day=60, places=("estate",), row={"service_class": "9"}, steps=(Step(),)),
    ),
)  # fmt: skip

PETITIONS = Department(
    system="xf_petition",
    prefix="XF",
    stories=(
        Story(
            per_day=18,
            row={"people_count": whole(1, 20)},
            steps=(
                Step({"petition_status": "01"}),
                Step({"petition_status": "02"}, (200, 3000), 0.8),
                Step({"petition_status": "04"}, (3000, 20_000), 0.6),
            ),
        ),
    ),
)

DEPARTMENTS = (
    CENTRE, GRIDS, HOTLINE, DISPUTES, GRAVE_DISPUTES, OPINION, EXCHANGE, SERVICES, VILLAGE_DESKS, PETITIONS,
)  # fmt: skip
