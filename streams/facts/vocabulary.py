"""Words that several facts share."""

from typing import Literal

Urgency = Literal["critical", "urgent", "routine"]
"""特急, 紧急, 一般: decides who must be reached and be there, and how soon (domain rule F7)."""

Complexity = Literal["simple", "ordinary", "difficult"]
"""简易, 普通, 疑难: decides by when it must be done and said (domain rule F7)."""

AnyComplexity = Literal["any", "simple", "ordinary", "difficult"]
"""Which complexity a time is for."""

ClockKind = Literal["assign", "acknowledge", "accept", "arrive", "first_contact", "resolve", "reply"]
"""派单, which is the centre's; 签收, 受理, 到场, 首次联系, 办结, 答复, which are a unit's."""
