"""Pure domain knowledge: no I/O, no clock, no state."""
