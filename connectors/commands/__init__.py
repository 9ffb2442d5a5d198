"""The commands of the department side, entry points of `hub`."""
