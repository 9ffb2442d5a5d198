"""The wall: what the cache in Redis holds, the gateway that serves it, and the page that shows it."""
