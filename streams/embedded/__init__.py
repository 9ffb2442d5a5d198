"""The embedded platform: data folder, Kafka, Redis and child processes of a hub that brings everything itself."""
