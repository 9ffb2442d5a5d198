"""What an arrival can be checked by, as a unit says it: numbers and positions, no free text, so no persons."""

import re
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, model_validator

REFERENCE = r"[0-9A-Za-z_-]{1,64}"
POINT = r"-?\d{1,3}(\.\d{1,7})?,-?\d{1,2}(\.\d{1,7})?"
"""Longitude and latitude in degrees (WGS 84)."""


class Evidence(BaseModel):
    """What an arrival can be checked by: a caller's or a photo's number, or a position."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["caller", "place", "photo"]
    reference: str

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if not re.fullmatch(POINT if self.kind == "place" else REFERENCE, self.reference, re.ASCII):
            raise ValueError("the reference does not fit its kind")
        return self
