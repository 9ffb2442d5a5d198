"""Files that people write, read so that every error can be shown at its file and line, all of them at once."""
