"""The simulated city: departments that hand rows over on their real media, units that answer, and a ledger of both.

A script says, from a seed, what happens in the city and which departments tell of it; nobody but the ledger knows which
rows tell of the same happening. `python -m connectors.city --help` plays it against a running hub.
"""
