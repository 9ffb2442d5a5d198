"""Why a worker stops by itself. The code goes into metrics, the sentence to whoever is on duty."""


class WorkerStopped(Exception):
    """A worker cannot go on; `code` is stable, the message says what to do."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


def fenced(slot: str, by: str) -> WorkerStopped:
    return WorkerStopped("fenced", f"another worker, {by}, runs as slot {slot}: give each worker a slot of its own")


def topic_recreated(topic: str, expected: str, found: str) -> WorkerStopped:
    return WorkerStopped(
        "topic_recreated",
        f"{topic} is another topic now (id {found}, the tables belong to {expected}): it was deleted and made again; "
        "restore it, or start a new state version of the processor",
    )


def position_beyond_end(topic: str, partition: int, position: int, end: int) -> WorkerStopped:
    return WorkerStopped(
        "position_beyond_end",
        f"{topic}[{partition}] ends at {end} but its tables have applied up to {position}: the log lost records",
    )


def position_behind(topic: str, partition: int, position: int, committed: int) -> WorkerStopped:
    return WorkerStopped(
        "position_behind",
        f"{topic}[{partition}]: the tables have applied up to {position} but {committed} is committed: "
        "the changelog lost rows",
    )


def log_begins_late(topic: str, partition: int, wanted: int, first: int) -> WorkerStopped:
    return WorkerStopped(
        "log_begins_late", f"{topic}[{partition}] begins at {first} but {wanted} has to be read next: records are gone"
    )


def offset_missing(topic: str, partition: int, detail: str) -> WorkerStopped:
    return WorkerStopped("offset_missing", f"{topic}[{partition}]: {detail}")


def damaged(what: str) -> WorkerStopped:
    return WorkerStopped(
        "damaged",
        f"damaged: {what}; nothing was served from it: restore the topic from a copy, or rebuild the tables with a new "
        "state version of the processor",
    )


def wrong_time_type(topic: str, wanted: str, found: str) -> WorkerStopped:
    return WorkerStopped(
        "wrong_time_type", f"{topic} has message.timestamp.type {found or 'unset'}, the hub needs {wanted}"
    )


def topic_missing(topic: str) -> WorkerStopped:
    return WorkerStopped("topic_missing", f"{topic} does not exist: run `hub topics`")


def clock_ahead(topic: str, partition: int, seconds: float) -> WorkerStopped:
    return WorkerStopped(
        "clock_ahead",
        f"{topic}[{partition}]: append times run {seconds:.1f} s ahead of this machine's clock; going on would fire "
        "clocks early and for good: check the broker's clock",
    )


def too_many_unexpected(sentence: str) -> WorkerStopped:
    return WorkerStopped("too_many_unexpected", sentence)
