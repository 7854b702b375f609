"""One writer a table: tokens that only grow, and a dead holder's lease that expires by the taker's own clock."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from copperline.errors import CopperlineError, LeaseHeld
from copperline.files.leases import LeaseLost, Leases
from tests.copperline.files.world import DYNAMODB, STACK, FakeClock, Tapped


class Beating(FakeClock):
    """A clock in whose every second another holder beats."""

    def __init__(self, beat: Any) -> None:
        super().__init__()
        self._beat = beat

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        self._beat()


def leases(clock: FakeClock | None = None, **more: Any) -> Leases:
    return Leases(DYNAMODB, STACK, clock or FakeClock(), **more)


def settled(table: str) -> bool:
    key = {"table_name": {"S": table}}
    return bool(DYNAMODB.get_item(TableName=f"{STACK}-leases", Key=key)["Item"]["settled"]["BOOL"])


@pytest.mark.usefixtures("aws")
class TestTaking:
    def test_gives_tokens_that_only_grow(self) -> None:
        for token in (1, 2, 3):
            held = leases().take(["silver.b", "silver.a", "silver.a"], f"run{token}")
            assert held == {"silver.a": token, "silver.b": token}
            leases().release(held, settled=True)

    def test_is_done_in_the_order_of_names(self) -> None:
        order: list[str] = []

        class Noting(Leases):
            def _seize(self, table: str, *rest: Any) -> int:
                order.append(table)
                return super()._seize(table, *rest)

        Noting(DYNAMODB, STACK, FakeClock()).take(["c", "a", "b"], "run")
        assert order == ["a", "b", "c"]

    def test_waits_for_a_release(self) -> None:
        first = leases().take(["t"], "one")
        clock = Beating(lambda: leases().release(first, settled=True))
        assert leases(clock).take(["t"], "two") == {"t": 2}
        assert clock.seconds == 1

    def test_gives_up_on_a_holder_who_is_alive(self) -> None:
        token = leases().take(["t"], "one")["t"]
        beats = iter(range(1, 1000))
        clock = Beating(lambda: leases().beat("t", token, next(beats)))
        with pytest.raises(LeaseHeld, match="t: one writes it and is alive; start again") as raised:
            leases(clock).take(["a", "t"], "two", wait_seconds=100)
        assert isinstance(raised.value, CopperlineError)
        assert clock.seconds == 100
        assert leases().take(["a"], "three") == {"a": 2}
        leases().check("t", token)

    def test_that_gives_up_leaves_what_it_found_unsettled(self) -> None:
        for table in ("b", "c"):
            leases().release(leases().take([table], "before"), settled=table == "c")
        leases().take(["d"], "dead")
        token = leases().take(["t"], "alive")["t"]
        beats = iter(range(1, 1000))
        clock = Beating(lambda: leases().beat("t", token, next(beats)))
        with pytest.raises(LeaseHeld, match="t: alive writes it"):
            leases(clock).take(["a", "b", "c", "d", "t"], "two")
        assert {table: settled(table) for table in "abcd"} == {"a": True, "b": False, "c": True, "d": False}
        assert leases().take(["a", "b", "c", "d"], "three", wait_seconds=0) == {"a": 2, "b": 3, "c": 3, "d": 3}

    def test_takes_over_from_a_dead_holder_after_a_whole_lease_time(self) -> None:
        leases().take(["t"], "dead")
        clock = FakeClock()
        assert leases(clock).take(["t"], "two") == {"t": 2}
        assert clock.seconds == 60

    def test_waits_for_all_of_a_dead_holders_leases_at_once(self) -> None:
        leases().take(["a", "b", "c"], "dead")
        clock = FakeClock()
        assert leases(clock, lease_seconds=20).take(["a", "b", "c"], "two") == dict.fromkeys("abc", 2)
        assert clock.seconds == 20

    def test_is_won_by_one(self) -> None:
        won: list[int] = []
        ready = threading.Barrier(2)
        seen = threading.Barrier(2)

        def hold_at_read(name: str, after: bool) -> None:
            if name == "get_item" and after and seen.n_waiting < 2 and not won:
                seen.wait(timeout=10)

        def run(holder: str) -> None:
            ready.wait(timeout=10)
            try:
                own = Leases(Tapped(DYNAMODB, hold_at_read), STACK, FakeClock(), poll_seconds=0)
                won.append(own.take(["t"], holder, wait_seconds=0)["t"])
            except LeaseHeld:
                pass

        threads = [threading.Thread(target=run, args=(f"run{number}",)) for number in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert won == [1]


@pytest.mark.usefixtures("aws")
class TestALostLease:
    def test_is_noticed(self) -> None:
        old = leases().take(["t"], "slow")["t"]
        leases().take(["t"], "fast")
        with pytest.raises(LeaseLost, match="t: the lease 1 has passed to another holder"):
            leases().check("t", old)
        with pytest.raises(LeaseLost, match="t: the lease 1 has passed to another holder"):
            leases().beat("t", old, 5)

    def test_is_not_released_for_its_new_holder(self) -> None:
        old = leases().take(["t"], "slow")
        new = leases().take(["t"], "fast")["t"]
        leases().release(old, settled=True)
        leases().check("t", new)

    def test_one_that_nobody_took_is_not_held(self) -> None:
        with pytest.raises(LeaseLost):
            leases().check("t", 1)


@pytest.mark.usefixtures("aws")
class TestHolding:
    def test_releases_at_the_end(self) -> None:
        with leases().hold(["a", "b"], "run") as held:
            held.check()
            assert (held.token("a"), held.tokens) == (1, {"a": 1, "b": 1})
            assert not settled("a")
        assert settled("a")
        clock = FakeClock()
        leases(clock).take(["a", "b"], "next")
        assert clock.seconds == 0

    def test_says_when_a_run_left_something(self) -> None:
        with pytest.raises(OSError, match="broken"), leases().hold(["a"], "run"):
            raise OSError("broken")
        assert not settled("a")

    def test_keeps_a_heartbeat(self) -> None:
        beats: list[str] = []
        heard = threading.Event()

        def note(name: str, after: bool) -> None:
            if name == "update_item" and after:
                beats.append(threading.current_thread().name)
                heard.set()

        own = Leases(Tapped(DYNAMODB, note), STACK, FakeClock(), beat_seconds=0.01)
        with own.hold(["a"], "run"):
            assert heard.wait(timeout=20)
        assert beats[0] == "leases"

    def test_a_beat_that_cannot_be_sent_is_tried_again(self, caplog: pytest.LogCaptureFixture) -> None:
        heard = threading.Event()
        failing = iter([True])

        def once(name: str, after: bool) -> None:
            if name == "update_item" and not after and next(failing, False):
                raise OSError("the network is down")
            if name == "update_item" and after:
                heard.set()

        with Leases(Tapped(DYNAMODB, once), STACK, FakeClock(), beat_seconds=0.01).hold(["a"], "run"):
            assert heard.wait(timeout=20)
        assert "a: beat 1 was not sent" in caplog.text

    def test_no_beat_revives_a_lost_lease(self, caplog: pytest.LogCaptureFixture) -> None:
        own = Leases(DYNAMODB, STACK, FakeClock(), beat_seconds=0.01)
        with own.hold(["a"], "run") as held:
            leases(lease_seconds=0).take(["a"], "thief")
            lost = threading.Event()
            for _ in range(2000):
                if "has passed to another holder" in caplog.text or lost.wait(0.01):
                    break
            with pytest.raises(LeaseLost):
                held.check()
        leases().check("a", 2)
