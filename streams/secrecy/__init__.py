"""What must not be read by everybody: keys outside Kafka, payloads sealed with them, secrets by name, signatures."""
