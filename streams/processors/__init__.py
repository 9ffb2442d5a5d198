"""One pure state machine per log; see `streams/contract.py`."""
