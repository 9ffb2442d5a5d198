"""`hub up`: a whole hub on one machine, started in order, watched, ended in reverse order."""
