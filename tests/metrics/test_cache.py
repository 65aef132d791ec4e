"""The rules of the cache of derived values: two levels, versions, single flight, and Valkey away."""

import contextlib
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import caches

from chsh_project.stack.data_dirs import choose
from chsh_project.stack.environment import SavedState
from chsh_project.stack.valkey import Valkey
from game import cache, tunables
from game.models import Game
from game.realtime import emergency
from metrics.cache import care, levels, shared
from metrics.cache.domains import DOMAINS, lifetime_seconds
from metrics.cache.levels import Levels
from metrics.cache.local import ENTRIES, Entry
from tests.support.server import eventually
from tests.support.servers import running, temporary_folder


class Making:
    """Return 1, 2, 3 and so on: the number of calls."""

    def __init__(self) -> None:
        self.made = 0

    def __call__(self) -> int:
        self.made += 1
        return self.made


# -- Two levels -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("domain", DOMAINS)
def test_a_value_is_made_once_for_all_processes(here: Levels, there: Levels, tag: str, domain: str) -> None:
    make = Making()
    assert [process.read(f"{domain}:{tag}", make) for process in (here, here, there, there)] == [1, 1, 1, 1]


def test_nothing_is_not_kept(here: Levels, tag: str) -> None:
    assert here.read(f"game:{tag}", lambda: None) is None
    assert here.read(f"game:{tag}", lambda: 1) == 1


@pytest.mark.parametrize("key", ["round:1", "secret:1", "snapshot", "snapshot:", ""])
def test_what_belongs_to_no_domain_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="use <domain>:<tag>"):
        caches["derived"].get_or_set(key, 1)


def test_a_lifetime_of_ones_own_is_refused() -> None:
    with pytest.raises(ValueError, match="the domain of the key has a lifetime"):
        caches["derived"].get_or_set("qr:1", 1, 60)


def test_a_process_holds_a_bounded_number_of_entries_and_counts_who_made_room(here: Levels, tag: str) -> None:
    for n in range(ENTRIES + 5):
        here.local.put(f"qr:{tag}{n}", "v", Entry(time.time() + 60, 0, n))
    assert here.local.sizes() == {"qr": ENTRIES}
    assert here.counters._new["qr:evictions:local"] == 5
    assert here.local.get(f"qr:{tag}0", "v") is None
    assert here.local.get(f"qr:{tag}{ENTRIES + 4}", "v") is not None


def test_a_process_holds_one_version_of_a_key(here: Levels, tag: str) -> None:
    for n in range(5):
        here.read(f"snapshot:{tag}", lambda n=n: n)
        here.shared.renew([f"snapshot:{tag}"])
    assert here.local.sizes() == {"snapshot": 1}


@pytest.mark.django_db
def test_an_entry_ends_with_its_lifetime_on_both_levels(here: Levels, tag: str, no_tuning: None) -> None:
    tunables.put(DOMAINS["team"].tunable, 100, "a test")
    here.read(f"team:{tag}", Making())
    (key,) = here.shared.client.scan_iter(match=f"team:{tag}@*")
    assert 90 < here.shared.client.ttl(key) <= 100
    here.local.put(f"team:{tag}", "v", Entry(time.time() - 1, 0, 1))
    assert here.local.get(f"team:{tag}", "v") is None


# -- Versions ---------------------------------------------------------------------------------------------------------
def test_all_below_a_tag_is_made_anew_in_every_process_after_a_write(here: Levels, there: Levels, tag: str) -> None:
    make = Making()
    names = [f"snapshot:{tag}:watch", f"snapshot:{tag}:dashboard"]
    for name in names:
        there.read(name, make)
    here.shared.renew([f"snapshot:{tag}"])
    # At once: readers are told after this, and must not see what stood before.
    assert [there.read(name, make) for name in names] == [3, 4]


def test_a_version_that_a_process_remembers_ends_within_seconds(here: Levels, there: Levels, tag: str) -> None:
    make = Making()
    assert there.read(f"game:{tag}", make) == 1
    here.shared.renew([f"game:{tag}"])
    assert here.read(f"game:{tag}", make) == 2
    eventually(lambda: there.read(f"game:{tag}", make) == 2, DOMAINS["game"].version_seconds + 5)


@pytest.mark.parametrize("domain", ["snapshot", "game"])
def test_what_was_read_before_a_write_is_not_kept_after_it(here: Levels, there: Levels, tag: str, domain: str) -> None:
    def make_slowly() -> str:
        here.shared.renew([f"{domain}:{tag}"])
        return "before"

    assert here.read(f"{domain}:{tag}", make_slowly) == "before"
    assert [process.read(f"{domain}:{tag}", lambda: "after") for process in (here, there)] == ["after", "after"]


def test_a_version_asked_for_before_a_write_is_not_remembered_after_it(
    here: Levels, tag: str, monkeypatch: Any
) -> None:
    ask = here.shared._ask

    def ask_slowly(name: Any) -> str:
        version = ask(name)
        monkeypatch.setattr(here.shared, "_ask", ask)
        here.shared.renew([f"game:{tag}"])
        return version

    monkeypatch.setattr(here.shared, "_ask", ask_slowly)
    assert here.read(f"game:{tag}", lambda: "before") == "before"
    assert here.read(f"game:{tag}", lambda: "after") == "after"


def test_a_domain_is_cleared_and_the_others_stay(here: Levels, there: Levels, tag: str) -> None:
    make = Making()
    for domain in ("team", "room"):
        there.read(f"{domain}:{tag}", make)
    here.shared.renew(["team"])
    assert [there.read(f"{domain}:{tag}", make) for domain in ("team", "room")] == [3, 2]


def test_a_valkey_that_lost_its_keys_repeats_no_version(here: Levels, tag: str) -> None:
    make = Making()
    assert here.read(f"snapshot:{tag}", make) == 1
    here.shared.client.delete("version:snapshot", f"version:snapshot:{tag}")
    assert here.read(f"snapshot:{tag}", make) == 2


def test_values_of_another_release_are_not_shown(here: Levels, there: Levels, tag: str, monkeypatch: Any) -> None:
    assert here.read(f"rules:{tag}", lambda: "before") == "before"
    monkeypatch.setattr(shared, "_release", lambda: "another")
    assert there.read(f"rules:{tag}", lambda: "after") == "after"


# -- Single flight ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("away", [False, True])
def test_many_who_ask_at_once_wait_for_one_that_makes(here: Levels, tag: str, away: bool) -> None:
    if away:
        here.shared._trusted_at = time.monotonic() + 60
    together = threading.Barrier(8)
    make = Making()

    def read() -> Any:
        together.wait(10)
        return here.read(f"room:{tag}", make)

    found: list[Any] = []
    readers = [threading.Thread(target=lambda: found.append(read())) for _ in range(8)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join(10)
    assert (found, make.made) == ([1] * 8, 1)


def test_who_asks_after_a_write_does_not_wait_for_what_began_before_it(here: Levels, tag: str) -> None:
    began, may_end = threading.Event(), threading.Event()

    def make_slowly() -> str:
        began.set()
        may_end.wait(10)
        return "before"

    slow = threading.Thread(target=here.read, args=(f"snapshot:{tag}", make_slowly))
    slow.start()
    began.wait(10)
    here.shared.renew([f"snapshot:{tag}"])
    assert here.read(f"snapshot:{tag}", lambda: "after") == "after"
    may_end.set()
    slow.join(10)
    assert here.read(f"snapshot:{tag}", lambda: "later") == "after"


def test_a_failure_to_make_reaches_everybody_who_waits_and_is_not_kept(here: Levels, tag: str) -> None:
    def fail() -> None:
        raise LookupError("no rows")

    with pytest.raises(LookupError):
        here.read(f"room:{tag}", fail)
    assert here.read(f"room:{tag}", lambda: 1) == 1


# -- Valkey away ------------------------------------------------------------------------------------------------------
@contextlib.contextmanager
def own_valkey(folder: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    saved = SavedState.read(folder / "none")
    valkey = Valkey(choose(folder), saved.valkey_port, saved.valkey_password)
    valkey.prepare()
    with running(valkey.component(), folder) as process:
        yield f"{valkey.url}/3", process


def test_reads_and_writes_go_on_while_valkey_is_dead(make_levels: Any, tag: str) -> None:
    here = make_levels("redis://127.0.0.1:1/3")
    make = Making()
    for domain in ("snapshot", "qr"):
        first = make.made + 1
        assert [here.read(f"{domain}:{tag}", make), here.read(f"{domain}:{tag}", make)] == [first, first]
        here.shared.renew([f"{domain}:{tag}"])
        assert here.read(f"{domain}:{tag}", make) == first + 1
        assert here.shared.away
        entry = here.local.get(f"{domain}:{tag}", f"alone {here.shared.writes}")
        assert entry is not None and entry.until <= time.time() + levels.AWAY_SECONDS <= time.time() + 2


def test_a_write_that_was_missed_is_made_known_when_valkey_is_back(make_levels: Any, tag: str) -> None:
    with temporary_folder() as folder, own_valkey(folder) as (url, valkey):
        here, there = make_levels(url), make_levels(url)
        make = Making()
        assert [process.read(f"snapshot:{tag}", make) for process in (here, there)] == [1, 1]
        valkey.send_signal(signal.SIGSTOP)
        here.shared.renew([f"snapshot:{tag}"])
        assert here.shared.away
        assert here.read(f"snapshot:{tag}", make) == 2
        valkey.send_signal(signal.SIGCONT)
        eventually(lambda: not here.shared.away)
        assert not here.shared._missed
        # What stood before the write is still there, and nobody takes it once Valkey is back for him too.
        eventually(lambda: there.read(f"snapshot:{tag}", make) > 1)
        for process in (here, there):
            eventually(lambda process=process: process.shared.trusted)
        assert here.read(f"snapshot:{tag}", make) == there.read(f"snapshot:{tag}", make) > 1


# -- Counting ---------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_hits_and_misses_are_counted_with_the_queries_that_they_saved(game: Game) -> None:
    before = {found.domain: found for found in care.statistics()}["game"]
    for _ in range(3):
        cache.find_game(game.code)
    after = {found.domain: found for found in care.statistics()}["game"]
    assert after.misses - before.misses == 1
    assert after.hits_local + after.hits_shared - before.hits_local - before.hits_shared == 2
    assert after.queries_saved - before.queries_saved == 2
    assert after.entries_local >= 1
    assert after.entries_shared >= 1
    assert after.hit_rate is not None


@pytest.mark.django_db
def test_a_wrong_code_is_no_miss_and_one_that_no_game_can_have_is_not_asked_for() -> None:
    here = caches["derived"].levels
    before = here.sums()
    assert [cache.find_game(code) for code in ("ZZZZZZ", "WRONG0", "ZZZZZ", "zzzzzz")] == [None] * 4
    assert here.sums().get("game:misses:shared") == before.get("game:misses:shared")
    assert here.shared.client.exists("version:game:ZZZZZZ") == 1
    assert here.shared.client.exists(*(f"version:game:{code}" for code in ("WRONG0", "ZZZZZ", "zzzzzz"))) == 0


def test_looking_at_the_cache_stops_nobody(here: Levels) -> None:
    care.statistics()
    assert "cmdstat_keys" not in here.shared.client.info("commandstats")


# -- Tuning -----------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_a_lifetime_is_tuned_within_its_bounds(no_tuning: None) -> None:
    room = DOMAINS["room"]
    tunables.put(room.tunable, 120, "a test")
    assert lifetime_seconds(room) == 120
    tunables.put(room.tunable, 10**6, "a test")
    assert lifetime_seconds(room) == room.highest


@pytest.mark.django_db
def test_an_emergency_keeps_values_longer_and_ends_by_itself(no_tuning: None) -> None:
    emergency.begin(60, "a test")
    assert lifetime_seconds(DOMAINS["room"]) == 4 * DOMAINS["room"].seconds
    assert emergency.dashboard_interval() == 2.0
    tunables._copy.values[emergency.UNTIL] = time.time() - 1
    assert (emergency.until(), lifetime_seconds(DOMAINS["room"])) == (0.0, DOMAINS["room"].seconds)


@pytest.mark.django_db
def test_no_emergency_is_longer_than_four_hours(no_tuning: None) -> None:
    assert emergency.begin(10**9, "a test") <= time.time() + emergency.LONGEST_SECONDS
    assert emergency.until()
    tunables.put(emergency.UNTIL, time.time() + 10**9, "entered in the admin")
    assert emergency.until() == 0
