"""What waits for a person of the centre (中心席): read and decided on a page of its own, under a token."""
