"""What every refusal of the embedded platform has in common."""


class EmbeddedError(Exception):
    """The embedded platform cannot do what was asked; the text is one line for the operator, with the way out."""
