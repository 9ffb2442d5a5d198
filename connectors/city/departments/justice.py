"""Justice, court and prosecutors: mediation, legal advice and aid, entrusted disputes, suggestions."""

from connectors.city.stories import Department, Step, Story, between, one_of

MEDIATION = Department(
    system="sf_mediation",
    prefix="TJ",
    stories=(
        Story(
            per_day=25,
            places=("estate",),
            tells={"dispute": {}},
            steps=(
                Step({"mediation_result": "0", "agreement_amount": None}),
                Step({"mediation_result": one_of("1", "1", "2"), "agreement_amount": between(0, 50_000)}, (600, 6000)),
            ),
        ),
    ),
)

ADVICE = Department(
    system="sf_legal12348",
    prefix="ZX",
    stories=(Story(per_day=70, places=("estate",), reports=False, steps=(Step(event_type="service.applied"),)),),
)

AID = Department(
    system="sf_legal_aid",
    prefix="YZ",
    stories=(
        Story(
            per_day=5,
            reports=False,
            steps=(Step({"aid_status": "1"}), Step({"aid_status": one_of("3", "4")}, (3000, 20_000), 0.8)),
        ),
    ),
)

COURT = Department(
    system="fy_pre_litigation",
    prefix="SQ",
    stories=(
        Story(
            per_day=14,
            row={"cause_code": one_of("9001", "9012", "9105", "9210")},
            steps=(
                Step({"confirm_result": "0"}, event_type="dispute.entrusted"),
                Step({"confirm_result": one_of("1", "1", "3")}, (2000, 20_000), 0.8, "dispute.confirmed"),
            ),
        ),
    ),
)

PROSECUTORS = Department(
    system="jcy_public_interest",
    prefix="GY",
    stories=(
        Story(per_day=2, steps=(Step({"回复状态": "0"}),)),
        Story(per_day=1, reports=False, steps=(Step({"回复状态": "1"}),)),
    ),
)

DEPARTMENTS = (MEDIATION, ADVICE, AID, COURT, PROSECUTORS)
