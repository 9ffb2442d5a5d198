"""What a city is made of: its files under `ops/cities`, read and checked, as the facts that rules are published as."""
