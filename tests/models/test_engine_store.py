"""The folder of compiled engines: only what is whole and this installation's own is found, whatever happens to it."""

import json
import os
import random
import signal
import stat
import threading
import time
from dataclasses import replace

import pytest
from test_engine_key import KEY

from models.errors import EngineError
from models.runtime.engine_store import EngineStore, Health

ENGINE = bytes(range(256)) * 40
KILLS = 50


@pytest.fixture
def store(tmp_path):
    return EngineStore(tmp_path / "engines")


def test_an_engine_is_found_as_it_was_kept(store):
    assert store.find(KEY) is None
    path = store.keep(KEY, ENGINE, 1.5)
    assert store.find(KEY) == ENGINE
    (kept,) = store.list()
    assert (kept.file, kept.health, kept.key, kept.engine_bytes) == (path, Health.GOOD, KEY, len(ENGINE))
    assert kept.built_s == 1.5


def test_another_process_of_this_installation_finds_it(store):
    store.keep(KEY, ENGINE, 1.0)
    assert EngineStore(store.folder).find(KEY) == ENGINE


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: content[:-1],
        lambda content: b"",
        lambda content: content + b"\0",
        lambda content: content[:100] + bytes([content[100] ^ 1]) + content[101:],
    ],
)
def test_a_damaged_engine_is_not_found_and_the_operator_is_told(store, damage, caplog):
    path = store.keep(KEY, ENGINE, 1.0)
    path.write_bytes(damage(ENGINE))
    assert store.find(KEY) is None
    assert f"the engine {path.name} is damaged: it is built anew" in caplog.text
    assert store.list()[0].health is Health.DAMAGED


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b"\xff\xfe", b'{"record": "{}"}', b"9" * 70_000])
def test_a_damaged_record_is_not_believed(store, content, caplog):
    path = store.keep(KEY, ENGINE, 1.0)
    path.with_suffix(".json").write_bytes(content)
    assert store.find(KEY) is None
    assert "is damaged" in caplog.text
    assert store.list()[0].health is Health.DAMAGED


def test_an_engine_that_nobody_recorded_is_foreign(store, caplog):
    path = store.keep(KEY, ENGINE, 1.0)
    path.with_suffix(".json").unlink()
    assert store.find(KEY) is None
    assert "is foreign (nobody recorded it): it is built anew" in caplog.text
    assert store.list()[0].health is Health.FOREIGN


def test_an_engine_of_another_installation_is_foreign(store, tmp_path, caplog):
    other = EngineStore(tmp_path / "other")
    path = other.keep(KEY, ENGINE, 1.0)
    store.keep(replace(KEY, model="mine"), ENGINE, 1.0)
    for suffix in (".engine", ".json"):
        path.with_suffix(suffix).rename(store.folder / path.with_suffix(suffix).name)
    assert store.find(KEY) is None
    assert "is foreign (another installation recorded it, or its record was changed)" in caplog.text


def test_a_record_that_was_changed_to_fit_other_bytes_is_foreign(store):
    path = store.keep(KEY, ENGINE, 1.0)
    record = path.with_suffix(".json")
    outer = json.loads(record.read_text())
    inner = json.loads(outer["record"]) | {"built_s": 0.0}
    record.write_text(json.dumps(outer | {"record": json.dumps(inner)}))
    assert store.find(KEY) is None
    assert store.list()[0].health is Health.FOREIGN


def test_an_engine_under_another_ones_name_is_not_found(store):
    other = replace(KEY, version="11.2.1")
    path, there = store.keep(KEY, ENGINE, 1.0), store.keep(other, b"another engine", 1.0)
    for suffix in (".engine", ".json"):
        path.with_suffix(suffix).replace(there.with_suffix(suffix))
    assert store.find(other) is None


def test_an_engine_of_an_older_version_is_named_as_outdated_with_what_changed(store, caplog):
    old = replace(KEY, version="10.16.0", cuda="12.9")
    store.keep(old, ENGINE, 1.0)
    assert store.find(KEY) is None
    assert f"{old.file_name}.engine is outdated (its version, cuda changed): a new one is built" in caplog.text
    store.keep(KEY, ENGINE, 1.0)
    store.drop_outdated(KEY)
    assert [kept.key for kept in store.list()] == [KEY]


def test_engines_for_other_cards_and_models_are_left_alone(store):
    others = [replace(KEY, model="swift"), replace(KEY, compute_capability=120), replace(KEY, flavour="tensorrt_rtx")]
    for key in (*others, KEY):
        store.keep(key, ENGINE, 1.0)
    store.drop_outdated(KEY)
    assert len(store.list()) == 4


def test_the_installations_key_is_its_own_and_for_nobody_elses_eyes(store, tmp_path):
    other = EngineStore(tmp_path / "other")
    for one in (store, other):
        one.keep(KEY, ENGINE, 1.0)
    keys = [(one.folder / "installation.key") for one in (store, other)]
    assert keys[0].read_bytes() != keys[1].read_bytes()
    assert stat.S_IMODE(keys[0].stat().st_mode) == 0o600


def test_an_installations_key_that_is_damaged_is_named(store):
    store.keep(KEY, ENGINE, 1.0)
    (store.folder / "installation.key").write_bytes(b"short")
    with pytest.raises(EngineError, match=r"expected 32 bytes in .*installation\.key, got 5: delete it and build anew"):
        store.find(KEY)


def test_many_who_need_the_first_key_at_once_get_the_same(store):
    threads = [threading.Thread(target=store.keep, args=(replace(KEY, model=f"m{n}"), ENGINE, 1.0)) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [kept.health for kept in store.list()] == [Health.GOOD] * 12


def test_a_cache_is_found_as_it_was_kept_and_only_for_its_engine(store):
    assert store.find_cache(KEY) == b""
    store.keep_cache(KEY, b"kernels")
    assert store.find_cache(KEY) == b"kernels"
    other = replace(KEY, version="11.2.1")
    (store.folder / f"{KEY.file_name}.cache").rename(store.folder / f"{other.file_name}.cache")
    assert store.find_cache(other) == b""


@pytest.mark.parametrize("content", [b"", b"short", bytes(32) + b"kernels"])
def test_a_cache_that_this_installation_did_not_write_is_not_found(store, content, caplog):
    store.keep_cache(KEY, b"kernels")
    (store.folder / f"{KEY.file_name}.cache").write_bytes(content)
    assert store.find_cache(KEY) == b""
    assert "is damaged, or another installation's" in caplog.text


def test_an_engine_goes_with_its_record_and_its_cache(store):
    store.keep(KEY, ENGINE, 1.0)
    store.keep_cache(KEY, b"kernels")
    store.drop(KEY)
    assert [path.name for path in store.folder.iterdir()] == ["installation.key"]


def test_a_lock_is_one_processs_at_a_time_and_others_may_wait_or_not(store):
    with store.lock(KEY):
        with (
            pytest.raises(EngineError, match="is being built by another process"),
            EngineStore(store.folder).lock(KEY, 0),
        ):
            pass
        with store.lock(replace(KEY, model="swift"), 0):
            pass
    with store.lock(KEY, 0):
        pass


def test_whoever_dies_has_given_the_lock_back(store):
    child = _child(lambda: _hold(store))
    deadline_s = time.monotonic() + 60
    while not (store.folder / "held").exists():
        assert time.monotonic() < deadline_s
        time.sleep(0.01)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with store.lock(KEY, 0):
        pass


def test_what_a_build_left_goes_but_not_while_it_is_under_way(store):
    store.folder.mkdir()
    left = [store.folder / f"{KEY.file_name}{suffix}.12345678.part" for suffix in (".engine", ".json")]
    for path in left:
        path.touch()
    with store.lock(KEY):
        EngineStore(store.folder).sweep_all()
        assert all(path.exists() for path in left)
    store.sweep_all()
    assert not any(path.exists() for path in left)


@pytest.mark.slow
def test_killed_at_any_moment_of_its_writing_no_torn_engine_is_ever_found(store):
    """What is found is whole: every engine is one byte many times over, and as long as that byte says."""
    draw = random.Random(4)
    found = torn = 0
    for _ in range(KILLS):
        child = _child(lambda: _write_on(store))
        time.sleep(draw.uniform(0.0, 0.04))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        engine = store.find(KEY)
        if engine is not None:
            found += 1
            assert engine == _engine(engine[0])
        torn += bool(list(store.folder.glob("*.part")))
        with store.lock(KEY, 0):
            store.sweep(KEY)
    assert found > 0
    assert torn > 0  # otherwise the moments were no test; how many depends on the disk
    assert not list(store.folder.glob(f"{KEY.file_name}*.part"))


def _engine(number):
    return bytes([number]) * (200_000 + 40_000 * number)


def _write_on(store):
    for turn in range(10**6):
        with store.lock(KEY):
            store.keep(KEY, _engine(1 + (os.getpid() + turn) % 50), 1.0)


def _hold(store):
    with store.lock(KEY):
        (store.folder / "held").touch()
        time.sleep(600)


def _child(work):
    """A process that does the work and does not come back here."""
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(1)
    return child
