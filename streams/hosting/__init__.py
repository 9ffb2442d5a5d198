"""What a worker process has around its processors and agents: its surroundings, health, threads, waiting for Kafka."""
