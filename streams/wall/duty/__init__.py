"""What a unit on duty reads of its own orders, and how its answers reach the front door."""
