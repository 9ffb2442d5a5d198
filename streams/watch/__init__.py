"""Watches over what the hub tells, from its notices alone: they share no code with those who tell it."""
