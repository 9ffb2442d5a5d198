"""What lies in the quarantine, and its way back: for `hub quarantine`."""
