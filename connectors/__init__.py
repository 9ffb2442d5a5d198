"""The department side: readers of five media, one file per department system, and what carries rows into Kafka."""
