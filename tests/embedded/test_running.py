"""What a running hub says of itself: it counts as long as that hub runs, and looking disturbs nobody."""

import signal
import subprocess
import sys
import threading
from pathlib import Path

from streams.embedded.home import Home
from streams.embedded.running import Running, announced, running_hub

RUNNING = Running("127.0.0.1:9092", "redis://127.0.0.1:6379/0", "http://127.0.0.1:8080", "http://127.0.0.1:8081")
ANNOUNCE = """
import sys, time
from pathlib import Path
from streams.embedded.home import Home
from streams.embedded.running import Running, announced
with Home(Path(sys.argv[1])) as home, announced(home.root, Running("other:9092", "", "", "")):
    print("announced", flush=True)
    time.sleep(600)
"""


def test_a_hub_is_found_while_it_runs(tmp_path: Path) -> None:
    with Home(tmp_path) as home:
        assert running_hub(tmp_path) is None
        with announced(home.root, RUNNING):
            assert running_hub(tmp_path) == RUNNING
            assert running_hub(tmp_path) == RUNNING
        assert running_hub(tmp_path) is None


def test_where_no_hub_ever_was_none_runs(tmp_path: Path) -> None:
    assert running_hub(tmp_path / "nowhere") is None


def test_a_hub_that_starts_is_not_taken_for_the_one_before(tmp_path: Path) -> None:
    before = subprocess.Popen([sys.executable, "-c", ANNOUNCE, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert before.stdout is not None
    assert before.stdout.readline() == "announced\n"
    assert running_hub(tmp_path) == Running("other:9092", "", "", "")
    before.send_signal(signal.SIGKILL)
    before.communicate()
    assert running_hub(tmp_path) is None
    with Home(tmp_path) as home:
        assert running_hub(tmp_path) is None
        with announced(home.root, RUNNING):
            assert running_hub(tmp_path) == RUNNING


def test_who_looks_keeps_no_hub_from_its_folder(tmp_path: Path) -> None:
    done = threading.Event()

    def look() -> None:
        while not done.is_set():
            running_hub(tmp_path)

    watchers = [threading.Thread(target=look) for _ in range(2)]
    for watcher in watchers:
        watcher.start()
    try:
        for _ in range(50):
            with Home(tmp_path) as home, announced(home.root, RUNNING):
                assert running_hub(tmp_path) == RUNNING
    finally:
        done.set()
        for watcher in watchers:
            watcher.join()
