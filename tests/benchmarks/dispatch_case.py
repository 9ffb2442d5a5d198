"""What the figures of `dispatch` have in common."""

CASE, ENGINE = "dispatch", "hub"
