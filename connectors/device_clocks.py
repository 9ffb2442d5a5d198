"""How far the clocks of a system's devices are off, judged by what their readings say and when they come.

What a device says is kept as said; here it is only measured. A reading that waited (a phone without network, a broker
that was away) comes late whatever the clock says, and waiting only ever adds: so the lower quartile of a device's
last delays counts, not their median.
"""

from bisect import bisect_left, bisect_right, insort
from collections import OrderedDict, deque
from dataclasses import dataclass, field

READINGS = 15
"""The last ones of a device."""
FEWEST_READINGS = 3
MOST_DEVICES = 5_000
SKEWED_SECONDS = 60.0


@dataclass(frozen=True)
class Skew:
    """Of all devices with enough readings: the median and the largest deviation, and how many are off beyond bounds."""

    median_seconds: float = 0.0
    largest_seconds: float = 0.0
    devices: int = 0


NO_SKEW = Skew()


@dataclass
class _Device:
    delays: deque[int] = field(default_factory=lambda: deque(maxlen=READINGS))
    seconds: float | None = None
    """Its delay, negative where its clock is ahead; None while too little has come."""


class DeviceClocks:
    """The devices of one system that were heard last. After a restart each is measured anew."""

    def __init__(self) -> None:
        self._devices: OrderedDict[str, _Device] = OrderedDict()
        self._seconds: list[float] = []
        """Sorted, so that a push of one row costs the same however many devices there are."""

    def note(self, device: str, observed_at: int, received_at: int) -> None:
        """One reading; both in milliseconds, by the device's clock and by ours."""
        known = self._devices.setdefault(device, _Device())
        self._devices.move_to_end(device)
        known.delays.append(received_at - observed_at)
        if len(known.delays) >= FEWEST_READINGS:
            self._forget(known)
            known.seconds = sorted(known.delays)[len(known.delays) // 4] / 1000
            insort(self._seconds, known.seconds)
        if len(self._devices) > MOST_DEVICES:
            self._forget(self._devices.popitem(last=False)[1])

    def _forget(self, device: _Device) -> None:
        if device.seconds is not None:
            del self._seconds[bisect_left(self._seconds, device.seconds)]

    def skew(self) -> Skew:
        """How the clocks stand; nothing but zeros where none is known."""
        delays = self._seconds
        if not delays:
            return NO_SKEW
        off = bisect_left(delays, -SKEWED_SECONDS) + len(delays) - bisect_right(delays, SKEWED_SECONDS)
        return Skew(delays[len(delays) // 2], max(delays[0], delays[-1], key=abs), off)
