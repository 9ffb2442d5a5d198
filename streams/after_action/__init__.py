"""The after-action record of an incident (事件处置报告): what the logs say of it, in order, with where each stands."""
