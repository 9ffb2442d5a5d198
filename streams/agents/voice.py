"""语音电话: a call that reads the order out and asks for a key. The key is the proof: a machine takes calls as well."""

from streams.agents.provider import Provider

VOICE = Provider(
    name="voice_provider",
    under_way=frozenset({"accepted", "ringing", "talking"}),
    endings={
        "confirmed": "delivered",
        "unconfirmed": "sent",
        "busy": "failed",
        "unanswered": "failed",
        "failed": "failed",
    },
    unproven="timeout",
    added="收到请按1确认。",
)
