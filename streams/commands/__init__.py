"""One file per `hub` command of the stream side."""
