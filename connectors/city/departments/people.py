"""Those who serve persons: registration, correction, aid, elders, disability, women, youth."""

from connectors.city.stories import Department, Step, Story, one_of

POPULATION = Department(
    system="ga_population",
    prefix="RK",
    twice=0.03,
    stories=(
        Story(per_day=300, places=("estate",), reports=False, row={"is_deleted": 0}, steps=(Step({"move_flag": "0"}),)),
        Story(per_day=60, places=("estate",), reports=False, row={"is_deleted": 0},
              steps=(Step({"move_flag": one_of("1", "2")}),)),
        Story(per_day=8, places=("estate",), reports=False, row={"move_flag": "0"},
              steps=(Step({"is_deleted": 0}), Step({"is_deleted": 1}, (300, 3000)))),
    ),
)  # fmt: skip

CORRECTION = Department(
    system="sf_correction_service",
    prefix="BF",
    stories=(
        Story(
            per_day=12,
            reports=False,
            row={"帮扶阶段": one_of("入矫", "日常", "日常", "日常", "解矫前", "解除")},
            steps=(Step(),),
        ),
    ),
)

AID = Department(
    system="mz_social_aid",
    prefix="JZ",
    stories=(
        Story(per_day=22, places=("estate",), reports=False, steps=(Step({"is_deleted": 0}),)),
        Story(per_day=4, places=("estate",), reports=False,
              steps=(Step({"is_deleted": 0}), Step({"is_deleted": 1}, (1000, 9000)))),
    ),
)  # fmt: skip

ELDERS = Department(
    system="mz_elder_call",
    prefix="HJ",
    twice=0.04,
    stories=(
        Story(
            per_day=58,
            places=("estate",),
            reports=False,
            steps=(
                Step({"response_status": "0"}, event_type="person.help_called"),
                Step({"response_status": one_of("2", "3")}, (5, 30), 0.9, "person.help_answered"),
            ),
        ),
    ),
)

DISABILITY = Department(
    system="cl_disability_service",
    prefix="CJ",
    stories=(
        Story(
            per_day=9,
            places=("estate",),
            reports=False,
            row={"服务状态": one_of("待服务", "待服务", "已完成")},
            steps=(Step(),),
        ),
    ),
)

WOMEN = Department(
    system="fl_women12338",
    prefix="FL",
    stories=(
        Story(
            per_day=4,
            places=("estate",),
            reports=False,
            steps=(
                Step(event_type="dispute.filed"),
                Step(after_minutes=(30, 300), event_type="request.routed"),
            ),
        ),
    ),
)

YOUTH = Department(
    system="tw_youth12355",
    prefix="QS",
    stories=(Story(per_day=6, places=("estate",), reports=False, steps=(Step(),)),),
)

DEPARTMENTS = (POPULATION, CORRECTION, AID, ELDERS, DISABILITY, WOMEN, YOUTH)
