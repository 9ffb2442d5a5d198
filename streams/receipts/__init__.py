"""Receipts outside their processor: read from their topic, exported for auditors, anchored outside Kafka."""
