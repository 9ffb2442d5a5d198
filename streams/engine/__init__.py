"""Runs processors exactly once over their logs: live on Kafka, or in memory with a manual clock."""
