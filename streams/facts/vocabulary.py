"""Words that several facts share."""

from typing import Literal

Urgency = Literal["critical", "urgent", "routine"]
"""特急, 紧急, 一般: decides who must be reached and be there, and how soon (domain rule F7)."""
