"""短信: a message to the duty mobile of a unit. Its reading is the proof, its sending is none."""

from streams.agents.provider import Provider

SMS = Provider(
    name="sms_provider",
    under_way=frozenset({"accepted", "sent", "arrived"}),
    endings={"read": "delivered", "failed": "failed"},
    unproven="sent",
)
