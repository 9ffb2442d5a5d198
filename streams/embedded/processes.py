"""A small supervisor: keeps a hub's processes running, and ends them all, in reverse order, when it ends."""

import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self

from streams.embedded.errors import EmbeddedError


class Service(Protocol):
    """What can be supervised: `Child`, `KafkaBroker`, `RedisServer`, a cluster named from outside."""

    name: str

    def start(self) -> None: ...
    def stop(self) -> None: ...
    def kill(self) -> None: ...
    def wait(self, within_seconds: float | None = None) -> int | None: ...
    def why_ended(self) -> str: ...


@dataclass(frozen=True)
class Restart:
    """When a service that ended by itself is started again, and after what pause.

    The pause doubles from `first_pause_seconds` to `longest_pause_seconds` with each end in a row; a run of
    `calm_seconds` ends the row. The end after `limit` restarts in a row (None: no limit) stops everything.
    `after_success` False: an end with exit code 0 is neither restarted nor a reason to stop.
    """

    limit: int | None = None
    after_success: bool = True
    first_pause_seconds: float = 0.5
    longest_pause_seconds: float = 30.0
    calm_seconds: float = 60.0

    def pause_seconds(self, ends_in_a_row: int) -> float | None:
        """The pause before the next start, None where there is to be none."""
        if self.limit is not None and ends_in_a_row > self.limit:
            return None
        doubled = self.first_pause_seconds * 2.0 ** min(ends_in_a_row - 1, 30)
        return min(doubled, self.longest_pause_seconds)


ALWAYS = Restart()
NEVER = Restart(limit=0)
ONCE_THROUGH = Restart(limit=0, after_success=False)


@dataclass(frozen=True)
class Ended:
    """A service ended by itself, or could not be started again.

    `exit_code` is minus the signal's number for a signal, None where it did not start;
    `restart_in_seconds` is None where it is not started again.
    """

    name: str
    exit_code: int | None
    why: str
    restart_in_seconds: float | None


class Supervisor:
    """Starts services in order, restarts what ends by itself, stops all in reverse order.

    A context manager; leaving it stops everything. Entered in the main thread, it makes SIGTERM and SIGHUP act as
    Ctrl-C does, also in a background job of a script, which begins with SIGINT ignored: they raise KeyboardInterrupt,
    so that a start is interrupted too. A second one while it stops kills what is left. `on_exit` is called from a
    thread of the supervisor's own.
    """

    def __init__(self, *, on_exit: Callable[[Ended], None] = lambda _: None) -> None:
        self._on_exit = on_exit
        self._keepers: list[_Keeper] = []
        self._stopping = threading.Event()
        self._reason = ""
        self._handlers: dict[signal.Signals, object] = {}

    def start(self, service: Service, restart: Restart = ALWAYS) -> None:
        """Start it, raising what its own start raises, and keep it running from then on."""
        keeper = _Keeper(self, service, restart)
        self._keepers.append(keeper)
        service.start()
        keeper.start()

    def run(self, for_seconds: float | None = None) -> str:
        """Wait until a signal, `request_stop`, or the end of `for_seconds`; says why, '' for the last."""
        try:
            self._stopping.wait(for_seconds)
        except KeyboardInterrupt:
            self.request_stop("stopped by a signal")
        return self._reason

    def request_stop(self, reason: str) -> None:
        """Make `run` return this reason; the first one counts. From any thread."""
        if not self._stopping.is_set():
            self._reason = reason
            self._stopping.set()

    def stop(self) -> None:
        """Stop all services, the last started first."""
        self.request_stop("stopped")
        try:
            for keeper in reversed(self._keepers):
                keeper.end()
        except KeyboardInterrupt:
            for keeper in reversed(self._keepers):
                keeper.service.kill()
            raise

    def end(self, service: Service) -> None:
        """Stop one service for good, before the others."""
        for keeper in self._keepers:
            if keeper.service is service:
                keeper.end()

    def ends_in_a_row(self, service: Service) -> int:
        """How often it has ended by itself since it last ran calmly."""
        return next((keeper.ends_in_a_row for keeper in self._keepers if keeper.service is service), 0)

    def ended(self, end: Ended) -> None:
        """A keeper's report of an end that was not asked for."""
        self._on_exit(end)

    def pause(self, seconds: float) -> bool:
        """Wait; False as soon as everything is to stop."""
        return not self._stopping.wait(seconds)

    @property
    def stopping(self) -> bool:
        return self._stopping.is_set()

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                self._handlers[number] = signal.signal(number, signal.default_int_handler)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.stop()
        finally:
            for number, handler in self._handlers.items():
                signal.signal(number, handler)  # type: ignore[arg-type]


class _Keeper(threading.Thread):
    """Waits for the end of one service and starts it again as its policy says."""

    def __init__(self, supervisor: Supervisor, service: Service, restart: Restart) -> None:
        super().__init__(name=f"keeper of {service.name}", daemon=True)
        self.service = service
        self.ends_in_a_row = 0
        self._supervisor = supervisor
        self._restart = restart
        self._starting = threading.Lock()
        self._over = threading.Event()

    def run(self) -> None:
        exit_code, why, ran_seconds = self._wait()
        while not self._is_over:
            if exit_code == 0 and not self._restart.after_success:
                self._supervisor.ended(Ended(self.service.name, exit_code, why, None))
                return
            self.ends_in_a_row = 1 if ran_seconds >= self._restart.calm_seconds else self.ends_in_a_row + 1
            pause_seconds = self._restart.pause_seconds(self.ends_in_a_row)
            self._supervisor.ended(Ended(self.service.name, exit_code, why, pause_seconds))
            if pause_seconds is None:
                self._supervisor.request_stop(why)
            elif not self._over.wait(pause_seconds):
                exit_code, why, ran_seconds = self._start_and_wait()

    def end(self) -> None:
        """Stop the service, also one that is just being started again."""
        self._over.set()
        with self._starting:
            self.service.stop()
        if self.ident is not None:
            self.join()

    @property
    def _is_over(self) -> bool:
        return self._over.is_set() or self._supervisor.stopping

    def _start_and_wait(self) -> tuple[int | None, str, float]:
        with self._starting:
            if self._is_over:
                return None, "", 0.0
            try:
                self.service.start()
            except (EmbeddedError, OSError) as error:
                return None, str(error), 0.0
        return self._wait()

    def _wait(self) -> tuple[int | None, str, float]:
        """Exit code, reason and seconds run of a service that is running."""
        started_at = time.monotonic()
        exit_code = self.service.wait()
        return exit_code, self.service.why_ended(), time.monotonic() - started_at
