"""Readers, one a medium. They know how to fetch and how to go on; what a row means they do not know."""
