"""Calls in lanes: one dead destination holds up nobody else, and an empty lane is forgotten."""

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from streams.agents.lanes import CALLS_AT_ONCE, Lanes


async def settle() -> None:
    """Let every task run until all of them wait."""
    for _ in range(50):
        await asyncio.sleep(0)


@given(calls=st.lists(st.sampled_from("abc"), max_size=40))
def test_each_lane_makes_a_few_calls_at_once_in_their_order_whatever_the_others_do(calls: list[str]) -> None:
    async def story() -> None:
        lanes: Lanes[str] = Lanes()
        began: list[tuple[str, int]] = []
        end = asyncio.Event()

        async def call(name: str, number: int) -> None:
            async with lanes.turn(name):
                began.append((name, number))
                await end.wait()

        tasks = [asyncio.create_task(call(name, number)) for number, name in enumerate(calls)]
        await settle()
        for name in "abc":
            mine = [number for number, other in enumerate(calls) if other == name]
            assert lanes.in_hand(name) == len(mine)
            assert [number for other, number in began if other == name] == mine[:CALLS_AT_ONCE]
        end.set()
        await asyncio.gather(*tasks)
        for name in "abc":
            mine = [number for number, other in enumerate(calls) if other == name]
            assert [number for other, number in began if other == name] == mine
            assert lanes.in_hand(name) == 0

    asyncio.run(story())


def test_a_call_that_fails_or_is_given_up_leaves_its_lane() -> None:
    async def story() -> list[int]:
        lanes: Lanes[str] = Lanes()
        in_hand: list[int] = []

        async def call(*, fails: bool) -> None:
            async with lanes.turn("dead"):
                if fails:
                    raise OSError
                await asyncio.Event().wait()

        hanging = [asyncio.create_task(call(fails=False)) for _ in range(CALLS_AT_ONCE)]
        waiting = asyncio.create_task(call(fails=False))
        await settle()
        in_hand.append(lanes.in_hand("dead"))
        waiting.cancel()
        await settle()
        in_hand.append(lanes.in_hand("dead"))
        for one in hanging:
            one.cancel()
        await settle()
        failed = await asyncio.gather(call(fails=True), return_exceptions=True)
        assert isinstance(failed[0], OSError)
        in_hand.append(lanes.in_hand("dead"))
        return in_hand

    assert asyncio.run(story()) == [CALLS_AT_ONCE + 1, CALLS_AT_ONCE, 0]
