"""A key for each person: what is destroyed stays destroyed whatever else is done, in every process, and on disk."""

import multiprocessing
import os
import signal
import sqlite3
import stat
import threading
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from streams.secrecy import person_key_store
from streams.secrecy.person_key_store import DATABASE, PersonKeyStore, StillWrapping
from streams.secrecy.person_keys import (
    ContentBroken,
    MemoryPersonKeys,
    PersonKeyMissing,
    PersonKeys,
    Proof,
    digest_of,
)
from streams.secrecy.sealing import KeyMissing

ANNA, BERT = "services:1:0a", "services:1:0b"
NOW = 1_795_305_600_000
WRAPPING_KEY_OF_BEFORE = "f6a72f92adc9334f685417446066269552278179dcab45571c8cc041b9a00713"
DATABASE_OF_BEFORE = """PRAGMA journal_mode = WAL;
CREATE TABLE keys (
    token TEXT NOT NULL, generation INTEGER NOT NULL, version INTEGER, wrapped BLOB, destroyed_at INTEGER, digest TEXT,
    request_no TEXT,
    PRIMARY KEY (token, generation)) WITHOUT ROWID;
INSERT INTO keys VALUES ('services:1:0a', 1, 1,
    X'EB5564EDF46F312747F1C2197D0890AC97958AAD6F3878D5B4279BF4EF1B2CCB945E95150BB44E96ADD32C72991CF6EA6116236AC91B47B50F5F5017',
    NULL, NULL, NULL);
INSERT INTO keys VALUES ('services:1:0b', 1, NULL, NULL, 1795305600000,
    '510ff6af551f9429d3cf9bab7d7d64738e5944d06c6d5444116a1acb8759c7ad', '');"""
SEALED_BEFORE = "0100018178d1ffd1709a3762deefb43bc0d51e7e97988977820dfc088995ecec6e7f5c"
"""What ANNA's key sealed, of the kind of store that read and wrote each key on its own; BERT's was destroyed."""


def store(folder: Path, *, renews: bool = True, create: bool = True) -> PersonKeyStore:
    return PersonKeyStore(folder, create=create, renews=renews, now=lambda: NOW)


@pytest.fixture(params=["memory", "disk"])
def keys(request: pytest.FixtureRequest, tmp_path: Path) -> PersonKeys:
    return MemoryPersonKeys() if request.param == "memory" else store(tmp_path)


def sealed(keys: PersonKeys, token: str, content: bytes = b"said") -> bytes:
    data = keys.seal(token, content)
    assert data is not None
    return data


def test_what_is_sealed_opens_and_the_same_again_is_the_same_bytes(keys: PersonKeys) -> None:
    data = sealed(keys, ANNA)
    assert keys.open(ANNA, data) == b"said"
    assert sealed(keys, ANNA) == data
    assert sealed(keys, BERT) != data
    assert b"said" not in data


def test_nobody_elses_key_opens_it(keys: PersonKeys) -> None:
    data = sealed(keys, ANNA)
    sealed(keys, BERT)
    with pytest.raises(ContentBroken):
        keys.open(BERT, data)


@pytest.mark.parametrize("place", [0, 3, 20, -1])
def test_what_was_changed_does_not_open(keys: PersonKeys, place: int) -> None:
    data = bytearray(sealed(keys, ANNA))
    data[place] ^= 1
    with pytest.raises(ContentBroken):
        keys.open(ANNA, bytes(data))
    with pytest.raises(ContentBroken):
        keys.open(ANNA, bytes(data[:10]))


def test_a_key_that_never_was_is_missing_and_not_destroyed(keys: PersonKeys) -> None:
    data = sealed(keys, ANNA)
    with pytest.raises(PersonKeyMissing):
        keys.open(BERT, data)
    later = data[:1] + b"\0\2" + data[3:]
    with pytest.raises(PersonKeyMissing):
        keys.open(ANNA, later)


def test_what_is_no_token_has_no_key(keys: PersonKeys) -> None:
    for text in ("", "anna", "services:1:", "services:one:0a", "../services:1:0a"):
        with pytest.raises(ValueError, match="not a token"):
            keys.seal(text, b"said")


def test_a_destroyed_key_opens_nothing_and_what_is_said_anew_has_another(keys: PersonKeys) -> None:
    before = sealed(keys, ANNA)
    first = keys.destroy(ANNA)
    assert keys.open(ANNA, before) is None
    assert keys.destroy(ANNA) == first
    after = sealed(keys, ANNA)
    assert after != before
    assert keys.open(ANNA, after) == b"said"
    second = keys.destroy(ANNA)
    assert [one.generation for one in second.keys] == [1, 2]
    assert second.keys[0] == first.keys[0]
    assert (keys.open(ANNA, before), keys.open(ANNA, after)) == (None, None)


def test_for_one_request_a_key_is_destroyed_once_whatever_was_said_since(keys: PersonKeys) -> None:
    keys.seal(ANNA, b"before")
    proof = keys.destroy(ANNA, "right:1")
    sealed = keys.seal(ANNA, b"since")
    assert sealed is not None
    assert keys.destroy(ANNA, "right:1") == proof
    assert keys.open(ANNA, sealed) == b"since"
    assert [one.generation for one in keys.destroy(ANNA, "right:2").keys] == [1, 2]
    assert keys.open(ANNA, sealed) is None


def test_nothing_is_destroyed_of_whom_nothing_is_known(keys: PersonKeys) -> None:
    assert keys.destroy(ANNA) == Proof(ANNA, ())


# On disk.


def test_another_process_opens_it_and_sees_at_once_that_it_is_destroyed(tmp_path: Path) -> None:
    ours, theirs = store(tmp_path), store(tmp_path, renews=False)
    data = sealed(ours, ANNA)
    assert theirs.open(ANNA, data) == b"said"
    ours.destroy(ANNA)
    assert theirs.open(ANNA, data) is None
    assert theirs.seal(ANNA, b"said") is None, "who only reads what was said begins no new key"
    again = sealed(ours, ANNA)
    assert theirs.open(ANNA, again) == b"said"
    assert theirs.open(ANNA, data) is None


def test_the_proof_tells_which_wrapped_key_it_was_and_no_file_holds_it_any_more(tmp_path: Path) -> None:
    keys = store(tmp_path)
    sealed(keys, ANNA)
    sealed(keys, BERT)
    with sqlite3.connect(tmp_path / DATABASE) as database:
        wrapped = {token: bytes(key) for token, key in database.execute("SELECT token, wrapped FROM keys")}
    database.close()
    (proof,) = keys.destroy(ANNA).keys
    assert proof == (1, NOW, digest_of(ANNA, 1, wrapped[ANNA]))
    held = [path for path in tmp_path.iterdir() if wrapped[ANNA] in path.read_bytes()]
    assert held == []
    assert any(wrapped[BERT] in path.read_bytes() for path in tmp_path.iterdir())


def test_the_files_are_the_owners_alone(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    sealed(store(folder), ANNA)
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_purpose_without_a_key_gets_none_where_somebody_else_fills_the_folder(tmp_path: Path) -> None:
    keys = store(tmp_path, create=False)
    with pytest.raises(KeyMissing, match=r"person\.services"):
        keys.seal(ANNA, b"said")
    other = sqlite3.connect(tmp_path / DATABASE, timeout=0)
    other.execute("BEGIN IMMEDIATE")  # nobody is left writing
    other.close()
    (tmp_path / "person.services.1").write_text("0" * 64)
    assert keys.open(ANNA, sealed(keys, ANNA)) == b"said"


def test_keys_of_a_batch_are_kept_when_it_ends_and_outlive_the_process(tmp_path: Path) -> None:
    keys = store(tmp_path)
    with keys.batch():
        data = {f"services:1:{number:02x}": sealed(keys, f"services:1:{number:02x}") for number in range(50)}
        assert count(tmp_path) == 0
    assert count(tmp_path) == 50
    keys.close()
    assert all(store(tmp_path).open(token, one) == b"said" for token, one in data.items())


def test_a_process_that_is_killed_within_a_batch_leaves_keys_without_contents_and_never_the_other_way(
    tmp_path: Path,
) -> None:
    told = multiprocessing.get_context("spawn").SimpleQueue()
    maker = multiprocessing.get_context("spawn").Process(target=_seals_and_dies, args=(str(tmp_path), told))
    maker.start()
    maker.join(60)
    assert maker.exitcode == -signal.SIGKILL
    published, sealed_only = told.get()
    assert store(tmp_path).open(ANNA, published) == b"said"
    with pytest.raises(PersonKeyMissing):
        store(tmp_path).open(BERT, sealed_only)


def _seals_and_dies(folder: str, told: Any) -> None:
    """What the first batch has sealed may be published; the second one does not come to its end."""
    keys = store(Path(folder))
    with keys.batch():
        published = sealed(keys, ANNA)
    with keys.batch():
        told.put((published, sealed(keys, BERT)))
        os.kill(os.getpid(), signal.SIGKILL)


def test_more_keys_than_one_write_takes_are_all_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(person_key_store, "MOST_TOGETHER", 7)
    keys = store(tmp_path)
    with keys.batch():
        data = {f"services:1:{number:02x}": sealed(keys, f"services:1:{number:02x}") for number in range(20)}
        assert count(tmp_path) == 14
    assert all(store(tmp_path).open(token, one) == b"said" for token, one in data.items())


# Expected together.


def test_keys_that_are_expected_open_what_they_open_without_a_look_up_of_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(person_key_store, "MOST_EXPECTED", 4)
    makers = store(tmp_path)
    data = {f"services:1:{number:02x}": sealed(makers, f"services:1:{number:02x}") for number in range(10)}
    keys = store(tmp_path)
    keys.expect([*data, *data, "services:1:ff", "no token", "", "'] --"])
    with sqlite3.connect(tmp_path / DATABASE) as other:
        other.execute("DELETE FROM keys")
    other.close()
    assert [keys.open(token, one) for token, one in data.items()] == [b"said"] * 10
    with pytest.raises(PersonKeyMissing):
        keys.open("services:1:ff", data["services:1:00"])


def test_nobody_gets_a_key_by_being_expected(tmp_path: Path) -> None:
    keys = store(tmp_path)
    keys.expect([ANNA, BERT])
    with keys.batch():
        keys.expect([ANNA])
    assert count(tmp_path) == 0
    assert keys.open(ANNA, sealed(keys, ANNA)) == b"said", "and who was not there when expected has one when needed"


def test_a_key_that_another_process_destroys_after_it_was_expected_opens_nothing(tmp_path: Path) -> None:
    ours, theirs = store(tmp_path, renews=False), store(tmp_path)
    data = {token: sealed(theirs, token) for token in (ANNA, BERT)}
    ours.expect([ANNA, BERT])
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        pool.apply(_destroys, (str(tmp_path), ANNA))
    assert ours.open(ANNA, data[ANNA]) is None
    assert ours.seal(ANNA, b"said") is None
    assert ours.open(BERT, data[BERT]) == b"said"
    ours.expect([ANNA])
    assert ours.open(ANNA, data[ANNA]) is None


def _destroys(folder: str, token: str) -> None:
    store(Path(folder)).destroy(token)


def test_a_key_that_was_expected_opens_when_it_was_wrapped_anew_meanwhile(tmp_path: Path) -> None:
    ours, theirs = store(tmp_path), store(tmp_path)
    data = sealed(theirs, ANNA)
    ours.expect([ANNA])
    theirs.rotate("services")
    rewrap_all(theirs)
    theirs.retire("services")
    assert ours.open(ANNA, data) == b"said"


def test_a_folder_that_cannot_be_used_is_told_when_keys_are_expected(tmp_path: Path) -> None:
    keys = store(tmp_path)
    sealed(keys, ANNA)
    other = sqlite3.connect(tmp_path / DATABASE)
    other.execute("DROP TABLE keys")
    other.close()
    with pytest.raises(KeyMissing, match="cannot be used: no such table"):
        keys.expect([BERT])


def test_keys_and_contents_of_before_still_open(tmp_path: Path) -> None:
    database = sqlite3.connect(tmp_path / DATABASE)
    database.executescript(DATABASE_OF_BEFORE)
    database.close()
    (tmp_path / "person.services.1").write_text(WRAPPING_KEY_OF_BEFORE)
    data = bytes.fromhex(SEALED_BEFORE)
    for keys in (store(tmp_path, create=False), store(tmp_path, create=False, renews=False)):
        keys.expect([ANNA])
        assert keys.open(ANNA, data) == b"said"
        assert sealed(keys, ANNA) == data
        assert keys.open(BERT, data[:1] + b"\0\1" + data[3:]) is None, "destroyed before"


def test_a_key_outside_of_a_batch_is_kept_at_once(tmp_path: Path) -> None:
    sealed(store(tmp_path), ANNA)
    assert count(tmp_path) == 1


def test_two_that_make_a_persons_key_at_once_have_the_same(tmp_path: Path) -> None:
    first, second = store(tmp_path), store(tmp_path)
    begun, made = threading.Event(), list[bytes]()

    def beside() -> None:
        begun.set()
        made.append(sealed(second, ANNA))

    with first.batch():
        ours = sealed(first, ANNA)
        thread = threading.Thread(target=beside)
        thread.start()
        begun.wait(10)
    thread.join(30)
    assert made == [ours]


def test_several_processes_work_on_one_folder(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    with context.Pool(3) as pool:
        said = pool.map(_seals_all, [(str(tmp_path), number) for number in range(3)])
    assert said[0] == said[1] == said[2]
    assert count(tmp_path) == 40


def _seals_all(told: tuple[str, int]) -> list[bytes]:
    folder, number = told
    keys = store(Path(folder))
    tokens = [f"services:1:{(place * 7 + number) % 40:02x}" for place in range(40)]
    made = {token: sealed(keys, token) for token in tokens}
    return [made[token] for token in sorted(made)]


def count(folder: Path) -> int:
    database = sqlite3.connect(folder / DATABASE)
    (found,) = database.execute("SELECT count(*) FROM keys WHERE wrapped IS NOT NULL").fetchone()
    database.close()
    return int(found)


def test_a_database_that_cannot_be_written_is_told_as_such_and_nothing_is_sealed(tmp_path: Path) -> None:
    keys = store(tmp_path)
    data = sealed(keys, ANNA)
    other = sqlite3.connect(tmp_path / DATABASE)
    other.execute("DROP TABLE keys")
    other.close()
    with pytest.raises(KeyMissing, match="cannot be used: no such table"):
        keys.seal(BERT, b"said")
    assert keys.open(ANNA, data) == b"said", "what is at hand goes on"
    with pytest.raises(KeyMissing), keys.batch():
        keys.seal(BERT, b"said")


def test_keys_that_another_purposes_key_has_wrapped_are_told_as_such(tmp_path: Path) -> None:
    data = sealed(store(tmp_path), ANNA)
    (tmp_path / "person.services.1").write_text("00" * 32)
    with pytest.raises(KeyMissing, match="cannot be used"):
        store(tmp_path).seal(ANNA, b"said")
    with pytest.raises(KeyMissing, match="cannot be used"):
        store(tmp_path).open(ANNA, data)


def test_rewrapped_keys_open_what_they_opened_and_the_old_wrapping_key_can_go(tmp_path: Path) -> None:
    keys, other = store(tmp_path), store(tmp_path)
    tokens = [f"services:1:{number:02x}" for number in range(7)]
    said = {token: sealed(other, token) for token in tokens}
    copy = {path.name: path.read_bytes() for path in tmp_path.glob("persons.db*")}
    foreign = sealed(keys, "population:1:00")
    keys.rotate("services")
    with pytest.raises(StillWrapping):
        keys.retire("services")
    assert sealed(other, "services:1:0f") != b"", "the other process wraps new ones by the new key at once"
    assert keys.wrapped_keys("services") == {1: 7, 2: 1}
    rewrap_all(keys, most=3)
    assert keys.wrapped_keys("services") == {2: 8}
    assert keys.retire("services") == [1]
    assert not (tmp_path / "person.services.1").exists()
    for reader in (keys, other, store(tmp_path)):
        assert [reader.open(token, data) for token, data in said.items()] == [b"said"] * 7
        assert reader.open("population:1:00", foreign) == b"said"
    assert {token: sealed(other, token) for token in tokens} == said
    stolen = tmp_path / "stolen"
    stolen.mkdir()
    for name, data in copy.items():
        (stolen / name).write_bytes(data)
    (stolen / "person.services.2").write_bytes((tmp_path / "person.services.2").read_bytes())
    with pytest.raises(KeyMissing):
        store(stolen, create=False).open(tokens[0], said[tokens[0]])


def test_rewrapping_goes_on_where_it_stopped_while_others_write(tmp_path: Path) -> None:
    keys, other = store(tmp_path), store(tmp_path)
    said = [(f"services:1:{number:02x}", sealed(keys, f"services:1:{number:02x}")) for number in range(6)]
    keys.rotate("services")
    last = keys.rewrap("services", "", 2)
    said.append(("services:1:00a", sealed(other, "services:1:00a")))
    other.destroy("services:1:04")
    while last is not None:
        last = keys.rewrap("services", last, 2)
    assert keys.wrapped_keys("services") == {2: 6}
    opened = {token: other.open(token, data) for token, data in said}
    assert opened == {**dict.fromkeys(opened, b"said"), "services:1:04": None}


class Persons(RuleBasedStateMachine):
    """Several processes seal, open and destroy in any order; a plain list says what must open and what must not."""

    @initialize()
    def begin(self) -> None:
        self.folder = TemporaryDirectory()
        self.said: list[tuple[str, bytes, bytes, int]] = []
        self.ended = {ANNA: 0, BERT: 0}
        self.makers = [store(Path(self.folder.name)) for _ in range(2)]
        self.reader = store(Path(self.folder.name), renews=False)

    @rule(maker=st.integers(0, 1), token=st.sampled_from([ANNA, BERT]), content=st.binary(max_size=30))
    def seal(self, maker: int, token: str, content: bytes) -> None:
        self.said.append((token, content, sealed(self.makers[maker], token, content), self.ended[token]))

    @rule(maker=st.integers(0, 1), token=st.sampled_from([ANNA, BERT]))
    def destroy(self, maker: int, token: str) -> None:
        had = {generation for said_of, *_, generation in self.said if said_of == token}
        self.makers[maker].destroy(token)
        self.ended[token] += self.ended[token] in had

    @rule()
    def expect(self) -> None:
        for keys in (*self.makers, self.reader):
            keys.expect([ANNA, BERT])

    @rule(maker=st.integers(0, 1))
    def rotate(self, maker: int) -> None:
        if self.said:
            self.makers[maker].rotate("services")

    @rule(maker=st.integers(0, 1), retires=st.booleans())
    def rewrap(self, maker: int, *, retires: bool) -> None:
        if self.said:
            rewrap_all(self.makers[maker])
            if retires:
                self.makers[maker].retire("services")

    @rule(maker=st.integers(0, 1))
    def start_again(self, maker: int) -> None:
        self.makers[maker].close()

    @invariant()
    def what_was_destroyed_never_opens_and_all_else_does(self) -> None:
        for token, content, data, generation in getattr(self, "said", ()):
            expected = content if generation == self.ended[token] else None
            assert [keys.open(token, data) for keys in (*self.makers, self.reader)] == [expected] * 3
            other = BERT if token == ANNA else ANNA
            assert cannot_open(lambda other=other, data=data: self.reader.open(other, data))  # type: ignore[misc]

    def teardown(self) -> None:
        for keys in (*getattr(self, "makers", ()), *([self.reader] if hasattr(self, "reader") else ())):
            keys.close()
        if hasattr(self, "folder"):
            self.folder.cleanup()


def rewrap_all(keys: PersonKeyStore, most: int = 1) -> None:
    last: str | None = ""
    while last is not None:
        last = keys.rewrap("services", last, most)


def cannot_open(attempt: Callable[[], bytes | None]) -> bool:
    try:
        return attempt() is None
    except (ContentBroken, PersonKeyMissing):
        return True


TestPersons = Persons.TestCase
TestPersons.settings = settings(max_examples=20, stateful_step_count=12, deadline=None)
