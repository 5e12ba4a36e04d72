"""So many failures in a sliding window, by key."""

from central.api.throttle import Throttle


class Steps:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_blocked_by_the_last_failure_of_the_window_until_the_first_leaves_it() -> None:
    clock = Steps()
    throttle = Throttle(3, 600, clock)
    for _ in range(3):
        assert not throttle.blocked("a")
        throttle.failed("a")
        clock.now += 100
    assert throttle.blocked("a")
    assert not throttle.blocked("b")
    clock.now = 1599.9
    assert throttle.blocked("a")
    clock.now = 1600
    assert not throttle.blocked("a")
    throttle.failed("a")
    assert throttle.blocked("a")


def test_it_remembers_the_most_recent_ten_thousand_only() -> None:
    throttle = Throttle(1, 600, Steps())
    throttle.failed("first")
    for number in range(9_999):
        throttle.failed(str(number))
    assert throttle.blocked("first")
    throttle.failed("one more")
    assert not throttle.blocked("first")
    assert throttle.blocked("0")
