"""Large parts of a cursor as short text: JSON, compressed, in Base64."""

import base64
import json
import zlib
from typing import Any


def packed(value: object) -> str:
    """The text of a JSON value."""
    return base64.b64encode(zlib.compress(json.dumps(value, ensure_ascii=False).encode())).decode()


def unpacked(text: str) -> Any:
    """The value again."""
    return json.loads(zlib.decompress(base64.b64decode(text)))
