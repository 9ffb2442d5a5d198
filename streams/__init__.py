"""The hub's stream side: logs, processors, clocks, the wall."""
