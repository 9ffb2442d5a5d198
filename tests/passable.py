"""Folders of tests that another account may pass through: as root, an SFTP server runs under one without rights."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def passable_folder() -> Iterator[Path]:
    """A new folder that everybody may pass through and nobody else may list; gone when the block ends.

    It does not lie in pytest's own: any other pytest of this account closes that one again at its start.
    """
    with tempfile.TemporaryDirectory(prefix="hub-", ignore_cleanup_errors=True) as made:
        folder = Path(made)
        folder.chmod(0o711)
        yield folder
