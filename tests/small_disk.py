"""A disk of a test's own that is soon full."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


class SmallDisk:
    """A file system in memory, mounted at `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def mount(self, size_bytes: int) -> None:
        self.folder.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size_bytes}", "tmpfs", self.folder], check=True)

    def resize(self, size_bytes: int) -> None:
        """Space is freed, or taken."""
        subprocess.run(["mount", "-o", f"remount,size={size_bytes}", self.folder], check=True)

    def unmount(self) -> None:
        subprocess.run(["umount", "--lazy", self.folder], check=True)


@contextmanager
def small_disk(folder: Path, size_bytes: int) -> Iterator[SmallDisk]:
    """A disk of that size at `folder`, which must not be there yet; gone when the block ends."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount a disk of its own")
    disk = SmallDisk(folder)
    disk.mount(size_bytes)
    try:
        yield disk
    finally:
        disk.unmount()
