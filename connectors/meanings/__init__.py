"""What rows say, as facts. Mappings of systems call these; the ids of facts follow from their row."""
