"""How much a connection may ask: the bucket, what is over it, junk, and strangers."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringofire import Reason
from ringofire.protocol.closing import CloseCode
from ringofire.protocol.errors import ErrorReason
from ringofire.protocol.limits import Guard, Limits, PerMinute
from ringofire.protocol.replies import Accepted, Error, Pong, Rejected, Reply

NOW = 1_700_000_000_000
LIMITS = Limits()

RATE_LIMITED = Error(None, ErrorReason.RATE_LIMITED)
JUNK = Error(None, ErrorReason.BAD_JSON)
STRANGER = Error("i", ErrorReason.UNAUTHORIZED)

small = st.builds(
    Limits, rate=st.integers(1, 50), burst=st.integers(1, 20), excess=st.integers(1, 20)
)
gaps = st.lists(st.one_of(st.just(0), st.integers(0, 60), st.integers(0, 5_000)), max_size=80)


def admitted(limits: Limits, times: list[int]) -> list[bool]:
    """Whether the frames that come at these times are admitted."""
    guard = Guard(limits, NOW)
    return [guard.admit(NOW + at) for at in times]


def times_of(gaps: list[int]) -> list[int]:
    """Times from the gaps between them."""
    return [sum(gaps[: number + 1]) for number in range(len(gaps))]


# ------------------------------------------------------------------ the bucket


def test_the_limits_are_those_of_the_protocol() -> None:
    """20 frames a second, 60 at once; 5 frames of junk in 10 s; 10 wrong tokens; 10 min unbound."""
    assert (20, 60, 60) == (LIMITS.rate, LIMITS.burst, LIMITS.excess)
    assert (5, 10_000, 10, 600_000) == (
        LIMITS.junk,
        LIMITS.junk_ms,
        LIMITS.strangers,
        LIMITS.unbound_ms,
    )


def test_close_codes_are_those_of_the_registry() -> None:
    """What RFC 6455 and IANA call them, in their numbers; players go by the numbers."""
    assert {
        "GOING_AWAY": 1001,
        "UNSUPPORTED_DATA": 1003,
        "POLICY_VIOLATION": 1008,
        "SERVICE_RESTART": 1012,
        "TRY_AGAIN_LATER": 1013,
    } == {code.name: code.value for code in CloseCode}


def test_a_burst_is_admitted_and_no_frame_more() -> None:
    """At one moment just `burst` frames are admitted."""
    assert [True] * 60 + [False] * 5 == admitted(LIMITS, [0] * 65)


def test_the_bucket_fills_with_time() -> None:
    """After a burst a frame is admitted every 50 ms, and none a millisecond sooner."""
    assert [False, True, False, False, True] == admitted(LIMITS, [0] * 60 + [49, 50, 50, 99, 100])[
        60:
    ]


def test_the_bucket_never_holds_more_than_a_burst() -> None:
    """However long nothing came, a burst is all that is admitted at once."""
    assert 60 == sum(admitted(LIMITS, [10**9] * 100))


@given(small, gaps)
def test_no_more_is_admitted_than_the_rate_allows(limits: Limits, gaps: list[int]) -> None:
    """Within any stretch of time there are at most a burst and what the rate gives."""
    times = times_of(gaps)
    there = [at for at, ok in zip(times, admitted(limits, times), strict=True) if ok]

    for first, start in enumerate(there):
        for last, end in enumerate(there[first:], start=first):
            assert (last - first + 1) * 1000 <= limits.burst * 1000 + (end - start) * limits.rate


@given(small, gaps)
def test_nothing_within_the_rate_is_refused(limits: Limits, gaps: list[int]) -> None:
    """A frame is refused only if, with the others that were admitted, it is one too many."""
    times = times_of(gaps)
    there: list[int] = []
    for at, ok in zip(times, admitted(limits, times), strict=True):
        fits = all(
            (len(there) - first + 1) * 1000 <= limits.burst * 1000 + (at - start) * limits.rate
            for first, start in enumerate(there)
        )
        assert fits == ok
        if ok:
            there.append(at)


@given(small, gaps, st.data())
def test_a_clock_that_goes_back_only_delays(
    limits: Limits, gaps: list[int], data: st.DataObject
) -> None:
    """Whatever the clock says, no more frames are admitted than its highest time would allow."""
    times = times_of(gaps)
    jumps = [at - data.draw(st.sampled_from([0, 0, 0, 1_000, 10**12])) for at in times]
    highest = [max(0, *jumps[: number + 1]) for number in range(len(jumps))]

    assert admitted(limits, highest) == admitted(limits, jumps)


def test_a_clock_that_swings_fills_nothing() -> None:
    """Time that was counted once is not counted again when the clock comes back to it."""
    assert [False] * 6 == admitted(LIMITS, [10_000] * 60 + [5_000, 10_000] * 3)[60:]


# ------------------------------------------------------------------ who goes on


def test_who_goes_on_is_closed() -> None:
    """The 60th frame over the rate closes the connection."""
    guard = Guard(LIMITS, NOW)
    closed = [(guard.admit(NOW), guard.must_close(RATE_LIMITED, NOW)) for _ in range(60 + 60)]

    assert [(True, False)] * 60 + [(False, False)] * 59 + [(False, True)] == closed


def test_who_waits_until_the_bucket_is_full_may_go_on() -> None:
    """After a pause of as long as a full bucket takes, what was over the rate is forgotten."""
    guard = Guard(LIMITS, NOW)
    for pause in range(5):
        at = NOW + 3_000 * pause
        for _ in range(60 + 59):
            guard.admit(at)
        assert not guard.must_close(RATE_LIMITED, at)


def test_who_waits_less_may_not() -> None:
    """A shorter pause forgets nothing."""
    guard = Guard(LIMITS, NOW)
    for _ in range(60 + 59):
        guard.admit(NOW)
    for _ in range(60):
        guard.admit(NOW + 2_999)

    assert guard.must_close(RATE_LIMITED, NOW + 2_999)


# ------------------------------------------------------------------ answers that close


def test_what_is_too_large_closes() -> None:
    """The first frame that is too large closes the connection."""
    assert Guard(LIMITS, NOW).must_close(Error(None, ErrorReason.TOO_LARGE), NOW)


@pytest.mark.parametrize("reason", [ErrorReason.BAD_JSON, ErrorReason.BAD_ENCODING])
def test_junk_closes(reason: ErrorReason) -> None:
    """The fifth frame within ten seconds that is no JSON closes the connection."""
    guard = Guard(LIMITS, NOW)
    junk = Error(None, reason)
    closed = [guard.must_close(junk, NOW + at) for at in (0, 2_500, 5_000, 7_500, 10_000)]

    assert [False] * 4 + [True] == closed


def test_junk_now_and_then_does_not() -> None:
    """Of what came before the last ten seconds nothing counts."""
    guard = Guard(LIMITS, NOW)

    assert not any(guard.must_close(JUNK, NOW + 2_501 * number) for number in range(100))


def test_junk_within_no_time_is_what_comes_at_once() -> None:
    """With no window only junk of the same millisecond counts."""
    guard = Guard(Limits(junk=2, junk_ms=0), NOW)
    closed = [guard.must_close(JUNK, NOW + at) for at in (0, 1, 2, 2)]

    assert [False, False, False, True] == closed


@given(st.lists(st.integers(-(10**6), 10**6), max_size=40))
def test_junk_is_counted_by_any_clock(times: list[int]) -> None:
    """A clock that goes back makes nobody raise, and no more than all junk counts."""
    guard = Guard(LIMITS, NOW)
    closed = [guard.must_close(JUNK, NOW + at) for at in times]

    assert not any(closed[:4])


def test_strangers_are_closed() -> None:
    """The tenth answer `unauthorized` closes the connection, however long it takes."""
    guard = Guard(LIMITS, NOW)
    closed = [guard.must_close(STRANGER, NOW + 10**8 * number) for number in range(10)]

    assert [False] * 9 + [True] == closed


def test_other_answers_close_nothing() -> None:
    """No other answer closes a connection, however often it is given."""
    guard = Guard(LIMITS, NOW)
    counted = {
        *(ErrorReason.BAD_ENCODING, ErrorReason.BAD_JSON, ErrorReason.RATE_LIMITED),
        *(ErrorReason.TOO_LARGE, ErrorReason.UNAUTHORIZED),
    }
    answers: list[Reply] = [Error("i", reason) for reason in ErrorReason if reason not in counted]
    others: list[Reply] = [Pong("i", 1), Accepted("i", 1), Rejected("i", Reason.NOT_HOST, {}, 1)]

    assert not any(guard.must_close(one, NOW) for one in [*answers, *others] * 100)


# ------------------------------------------------------------------ counts of a minute


def test_a_key_has_enough_at_the_limit() -> None:
    """A key is full once as many were added as the limit says, and no other key with it."""
    counts = PerMinute(3)
    seen = []
    for _ in range(4):
        seen.append(counts.full("a", NOW))
        counts.add("a", NOW)

    assert [False, False, False, True] == seen
    assert not counts.full("b", NOW)


def test_the_next_minute_begins_with_nothing() -> None:
    """A minute is that of the clock; nothing of it is kept in the next."""
    counts = PerMinute(1)
    counts.add("a", 59_999)

    assert counts.full("a", 59_999)
    assert not counts.full("a", 60_000)
    counts.add("a", 60_000)
    assert counts.full("a", 119_999)


def test_no_limit_is_none() -> None:
    """With a limit of 0 no key is ever full."""
    counts = PerMinute(0)
    for _ in range(100):
        counts.add("a", NOW)

    assert not counts.full("a", NOW)


@given(st.integers(1, 5), st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 200_000))))
def test_counts_are_those_since_the_minute_began(limit: int, added: list[tuple[str, int]]) -> None:
    """By any clock, a key is full if it was added so often since the minute last changed."""
    counts = PerMinute(limit)
    minute, there = 0, Counter[str]()
    for key, now in added:
        if now // 60_000 != minute:
            minute, there = now // 60_000, Counter()
        assert (there[key] >= limit) == counts.full(key, now)
        counts.add(key, now)
        there[key] += 1
