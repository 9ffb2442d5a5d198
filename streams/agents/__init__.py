"""Work that waits on the outside world: one file an agent, none of them knows Faust. `streams/app.py` hosts them."""
