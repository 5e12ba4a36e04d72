import asyncio
import threading

from kiosk.bridge import Bridge


async def test_values_of_a_thread_arrive_in_the_loop_in_order() -> None:
    arrived: list[tuple[int, int]] = []
    done = asyncio.Event()

    def deliver(value: int) -> None:
        arrived.append((value, threading.get_ident()))
        if value == 499:
            done.set()

    bridge = Bridge[int](asyncio.get_running_loop(), deliver)
    thread = threading.Thread(target=lambda: [bridge.post(n) for n in range(500)])
    thread.start()
    await asyncio.wait_for(done.wait(), 5)
    thread.join()
    assert [value for value, _ in arrived] == list(range(500))
    assert {ident for _, ident in arrived} == {threading.get_ident()}


async def test_nothing_arrives_after_close_not_even_what_was_on_its_way() -> None:
    arrived: list[str] = []
    bridge = Bridge[str](asyncio.get_running_loop(), arrived.append)
    assert bridge.post("under way")
    bridge.close()
    assert not bridge.post("late")
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert arrived == []


def test_a_thread_that_outlives_the_loop_is_told_so() -> None:
    loop = asyncio.new_event_loop()
    bridge = Bridge[str](loop, lambda _: None)
    loop.close()
    assert bridge.post("late") is False
