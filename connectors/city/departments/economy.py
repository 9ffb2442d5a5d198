"""Markets, labour, taxes, schools, land: registers, complaints, clues, signals on enterprises, never on persons."""

from connectors.city.stories import Department, Step, Story, between, one_of, whole

ENTITIES = Department(
    system="sj_entity",
    prefix="SJ",
    stories=(
        Story(per_day=130, reports=False, row={"industry_code": one_of("C3039", "F5299", "H6210"),
                                               "register_status": one_of(*"111112")}, steps=(Step(),)),
    ),
)  # fmt: skip

CONSUMERS = Department(
    system="sj_consumer12315",
    prefix="XFZ",
    twice=0.04,
    stories=(
        Story(
            per_day=30,
            tells={"consumer": {}},
            steps=(
                Step({"mediation_result": "0"}, event_type="request.submitted"),
                Step({"mediation_result": one_of("1", "1", "2")}, (300, 3000), 0.7, "dispute.closed"),
            ),
        ),
    ),
)

FOOD = Department(
    system="sj_food_drug",
    prefix="CY",
    stories=(
        Story(per_day=36, reports=False, row={"抽检结果": "合格", "召回状态": "无需召回"}, steps=(Step(),)),
        Story(per_day=4, row={"抽检结果": "不合格", "召回状态": "召回中"}, steps=(Step(),)),
    ),
)

WAGES = Department(
    system="rs_wage_clue",
    prefix="QX",
    twice=0.03,
    stories=(
        Story(per_day=6, reports=False, row={"clue_source": "3", "wage_amount": between(10_000, 900_000),
                                             "worker_count": whole(1, 60)},
              steps=(Step({"handle_status": "1"}), Step({"handle_status": "3"}, (2000, 9000), 0.6))),
        Story(
            per_day=2,
            tells={"wage": {}},
            row={"clue_source": one_of("1", "2"), "wage_amount": between(5_000, 300_000), "worker_count": whole(1, 40)},
            steps=(Step({"handle_status": "1"}), Step({"handle_status": "3"}, (2000, 9000), 0.6)),
        ),
    ),
)  # fmt: skip

ARBITRATION = Department(
    system="rs_arbitration",
    prefix="ZC",
    stories=(
        Story(
            per_day=6, steps=(Step({"arb_status": "1"}), Step({"arb_status": one_of("4", "5")}, (3000, 20_000), 0.8))
        ),
    ),
)

FUND = Department(
    system="yb_fund_clue",
    prefix="YB",
    stories=(
        Story(per_day=3, row={"线索类别": "投诉", "线索状态": "待核查"}, steps=(Step(),)),
        Story(per_day=2, reports=False, row={"线索类别": "检查"}, steps=(Step(),)),
    ),
)

TAXES = Department(
    system="sw_enterprise_signal",
    prefix="TS",
    stories=(Story(per_day=20, reports=False, steps=(Step(),)),),
)

SCHOOLS = Department(
    system="jy_school",
    prefix="XY",
    stories=(
        Story(
            per_day=4,
            tells={"campus": {}},
            row={"event_class": one_of("1", "2", "3")},
            steps=(Step({"handle_status": "1"}), Step({"handle_status": "3"}, (300, 3000), 0.7)),
        ),
        Story(per_day=6, reports=False, row={"event_class": "9", "handle_status": "1"}, steps=(Step(),)),
    ),
)

LAND = Department(
    system="ny_rural_land",
    prefix="NT",
    stories=(
        Story(
            per_day=6,
            places=("estate",),
            row={"record_class": one_of("1", "2", "3"), "involved_amount": between(500, 80_000)},
            steps=(
                Step({"handle_status": "1", "is_deleted": 0}),
                Step({"handle_status": one_of("2", "3"), "is_deleted": one_of(0, 0, 1)}, (2000, 9000), 0.6),
            ),
        ),
        Story(per_day=3, places=("estate",), reports=False,
              row={"record_class": one_of("4", "5"), "handle_status": "1", "is_deleted": 0}, steps=(Step(),)),
    ),
)  # fmt: skip

UNIONS = Department(
    system="gh_union12351",
    prefix="GH",
    stories=(
        Story(per_day=6, row={"维权类别": one_of("劳动报酬", "工伤", "解除", "集体")}, steps=(Step(),)),
        Story(per_day=3, reports=False, row={"维权类别": "咨询"}, steps=(Step(),)),
    ),
)

SOCIAL_ORGANISATIONS = Department(
    system="mz_social_org",
    prefix="SZ",
    stories=(Story(per_day=4, reports=False, steps=(Step(),)),),
)

DEPARTMENTS = (
    ENTITIES, CONSUMERS, FOOD, WAGES, ARBITRATION, FUND, TAXES, SCHOOLS, LAND, UNIONS, SOCIAL_ORGANISATIONS,
)  # fmt: skip
