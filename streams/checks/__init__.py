"""What `hub check` holds against the topology, the code it names and the schemas; every rule yields all its faults."""
