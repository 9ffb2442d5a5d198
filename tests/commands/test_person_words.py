"""A reading as officers see it: Chinese words for codes, and nothing that was left out."""

from typing import Any

import pytest

from streams.commands.person_words import print_context

TOLD: dict[str, Any] = {
    "state_name": "可以查阅", "reason": "", "request_no": "asked:1", "purpose": "services",
    "case_no": "50011720260921M00001",
    "basis_name": "在办事项", "article": "个人信息保护法第三十四条", "until_at": "2026-09-21T09:00:00+08:00",
    "sections": ["matters", "services"], "watermark": "FW-017 asked:1",
    "shown": {
        "matters": [{"matter_no": "50011720260921M00001", "incident_class": "service_due", "units": []}],
        "services": [{"system": "cl_disability_service", "record_no": "FW1", "kind": "disability", "state": "due"}],
    },
}  # fmt: skip


def test_codes_are_told_in_chinese_and_what_is_not_shown_has_no_column(capsys: pytest.CaptureFixture[str]) -> None:
    print_context(TOLD)
    told = capsys.readouterr().out.replace("cl_disability_service", "")
    assert all(word in told for word in ("残疾人服务", "待办", "应办服务", "FW-017 asked:1"))
    assert not any(word in told for word in ("disability", "service_due", "应办日期", "未满十四周岁"))
