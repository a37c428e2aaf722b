"""When a feed is asked again, and where."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.collect import rhythm
from pipeline.model import Dated, Drop, Entry, Feed, FeedState

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def feed(name="rafid", url="", **more) -> Feed:
    return Feed(id=name, url=url or f"https://{name}.example/feed", outlet=name, **more)


def state(**more) -> FeedState:
    return FeedState(feed="rafid", **more)


def entries(*hours_ago: float) -> list[Entry]:
    return [
        Entry(
            feed="rafid",
            guid=f"{h}",
            url=None,
            published=Dated(at=NOW - h * HOUR, precision="second", source="feed"),
        )
        for h in hours_ago
    ]


def pause_after(before: FeedState, of: Feed | None = None, **more) -> timedelta:
    after = rhythm.after_success(of or feed(), before, NOW, **more)
    assert after.next is not None
    return after.next - NOW


def within(pause: timedelta, wanted: timedelta) -> bool:
    """The pause, or a little less of it."""
    return wanted * (1 - rhythm.JITTER) <= pause <= wanted


# ---------------------------------------------------------------- habits
@pytest.mark.parametrize(
    ("a_day", "pause"),
    [
        (1000, 5 * MINUTE),
        (144, 5 * MINUTE),
        (48, 15 * MINUTE),
        (24, 30 * MINUTE),
        (8, 90 * MINUTE),
        (1, 3 * HOUR),
        (0.01, 3 * HOUR),
        (0.0, 3 * HOUR),
        (None, 15 * MINUTE),
    ],
)
def test_a_feed_is_asked_twice_in_the_usual_gap_between_two_entries(a_day, pause):
    known = state(entries_day=a_day, last_ok=NOW if a_day is not None else None)
    assert within(pause_after(known), pause)


def test_the_dates_of_a_first_document_tell_the_habit_and_its_number_of_entries_does_not():
    assert rhythm.habit(state(), entries(1, 5, 10, 12), 4, NOW) == pytest.approx(8.0)
    assert rhythm.habit(state(), entries(0, 240), 2, NOW) == pytest.approx(0.2)
    assert rhythm.habit(state(), entries(0, 0.001), 2, NOW) == pytest.approx(48.0), "a burst is no habit of thousands"
    assert rhythm.habit(state(), entries(3), 1, NOW) is None
    assert rhythm.habit(state(), entries(-40, -50, -60), 3, NOW) is None, "the future tells nothing"


def test_a_feed_that_was_asleep_for_months_is_not_taken_for_a_busy_one():
    assert rhythm.habit(state(), entries(*(24 * 60 + h for h in range(10))), 10, NOW) < 0.2


def test_a_habit_follows_what_comes_in_slowly_and_to_its_end():
    known = state(entries_day=4.0, last_ok=NOW)
    one_day = rhythm.habit(known, [], 40, NOW + DAY)
    assert 4 < one_day < 10
    at, value = NOW, 4.0
    for _ in range(60):
        value = rhythm.habit(state(entries_day=value, last_ok=at), [], 40, at + DAY)
        at += DAY
    assert value == pytest.approx(40, rel=0.01)


@given(st.lists(st.tuples(st.floats(0.001, 40), st.integers(0, 1000)), max_size=20))
def test_a_habit_is_a_rate_between_those_that_were_seen(polls):
    at, value = NOW, 4.0
    rates = [value]
    for days, new in polls:
        at += timedelta(days=days)
        rates.append(new / days)
        value = rhythm.habit(state(entries_day=value, last_ok=at - timedelta(days=days)), [], new, at)
        assert min(rates) - 1e-3 <= value <= max(rates) * 1.001 + 1e-3


def test_a_time_farther_ahead_than_any_pause_was_written_by_a_wrong_clock_and_is_now():
    rare = feed("rare", every=30 * DAY)
    states = {
        "rafid": state(polled=NOW + 3650 * DAY, next=NOW + 3650 * DAY),
        "nahr": state(next=NOW + rhythm.LONGEST_PAUSE),
        "rare": state(next=NOW + 30 * DAY),
    }
    assert rhythm.due([feed(), feed("nahr"), rare], states, NOW) == [feed()]


def test_a_clock_that_went_back_leaves_the_habit_alone():
    assert rhythm.habit(state(entries_day=7.0, last_ok=NOW + DAY), [], 3, NOW) == 7.0
    assert rhythm.habit(state(entries_day=7.0, last_ok=NOW), [], 3, NOW) == 7.0


# ---------------------------------------------------------------- wishes
def test_the_operators_word_counts_before_everything_that_the_feed_says():
    known = state(entries_day=500.0, last_ok=NOW, ttl=6 * HOUR, skip_hours=0b111111 << 9)
    assert within(pause_after(known, feed(every=20 * MINUTE), asked=5 * HOUR), 20 * MINUTE)
    assert within(pause_after(known, feed(every=MINUTE)), MINUTE)


@pytest.mark.parametrize(
    ("ttl", "asked", "pause"),
    [
        (None, HOUR, HOUR),
        (2 * HOUR, None, 2 * HOUR),
        (2 * HOUR, HOUR, 2 * HOUR),
        (2 * MINUTE, MINUTE, 15 * MINUTE),
        (7 * DAY, None, 6 * HOUR),
        (None, 3650 * DAY, 6 * HOUR),
    ],
)
def test_a_wish_for_peace_lengthens_the_pause_within_reason(ttl, asked, pause):
    assert within(pause_after(state(ttl=ttl), asked=asked), pause)


def test_hours_in_which_a_feed_wants_no_visit_are_spared():
    asleep = sum(1 << h for h in (9, 10, 11))
    after = rhythm.after_success(feed(), state(skip_hours=asleep), NOW)
    assert after.next == NOW.replace(hour=12)
    midnight = sum(1 << h for h in (22, 23, 0, 1))
    late = NOW.replace(hour=21, minute=55)
    assert rhythm.after_success(feed(), state(skip_hours=midnight), late).next == datetime(2026, 3, 3, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"cache-control": "max-age=600"}, 600),
        ({"cache-control": "public, Max-Age = 600, must-revalidate"}, 600),
        ({"cache-control": 'max-age="600"'}, 600),
        ({"cache-control": "max-age=600", "age": "500"}, 100),
        ({"cache-control": "max-age=600", "age": "900"}, None),
        ({"cache-control": "max-age=600", "age": "-5"}, 600),
        ({"cache-control": "max-age=0"}, None),
        ({"cache-control": "no-cache, max-age=600"}, None),
        ({"cache-control": "max-age=-5"}, None),
        ({"cache-control": "max-age=soon"}, None),
        ({"cache-control": "s-maxage=600"}, None),
        ({"cache-control": f"max-age={'9' * 400}"}, None),
        ({}, None),
    ],
)
def test_freshness_is_read_from_the_answers_head(headers, seconds):
    assert rhythm.fresh_for(headers) == (None if seconds is None else timedelta(seconds=seconds))


# ---------------------------------------------------------------- bounds and spreading
SPANS = st.none() | st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=4000))


@given(
    a_day=st.none() | st.floats(0, 1e6),
    ttl=SPANS,
    asked=SPANS,
    skip=st.integers(0, 2**24 - 2),
    at=st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_whatever_a_feed_says_it_is_asked_again_between_five_minutes_and_a_day_and_a_half(a_day, ttl, asked, skip, at):
    known = state(entries_day=a_day, last_ok=at if a_day is not None else None, ttl=ttl, skip_hours=skip)
    after = rhythm.after_success(feed(), known, at, asked=asked)
    assert timedelta(minutes=5) <= after.next - at <= timedelta(hours=6 + 24)
    assert not skip >> after.next.hour & 1


def test_feeds_that_were_asked_together_drift_apart_and_always_in_the_same_way():
    feeds = [feed(f"f{n}") for n in range(200)]
    times = [rhythm.after_success(f, FeedState(feed=f.id), NOW).next for f in feeds]
    assert len(set(times)) > 190
    assert max(times) - min(times) > MINUTE
    assert times == [rhythm.after_success(f, FeedState(feed=f.id), NOW).next for f in feeds]


def test_the_longest_waiting_feed_comes_first_and_half_a_minute_early_is_in_time():
    feeds = [feed(n) for n in "abcde"]
    states = {
        "a": FeedState(feed="a", next=NOW - MINUTE),
        "b": FeedState(feed="b", next=NOW - HOUR),
        "c": FeedState(feed="c", next=NOW + MINUTE),
        "e": FeedState(feed="e", next=NOW + timedelta(seconds=20)),
    }
    assert [f.id for f in rhythm.due(feeds, states, NOW)] == ["d", "b", "a", "e"]


# ---------------------------------------------------------------- failures
@pytest.mark.parametrize(
    ("reason", "weight"),
    [
        ("http-404", 1.0),
        ("gone", 1.0),
        ("not-a-feed", 1.0),
        ("parse", 0.5),
        ("http-418", 0.5),
        ("timeout", 0.25),
        ("http-503", 0.25),
        ("rate-limited", 0.25),
        ("dns", 0.25),
    ],
)
def test_failures_weigh_by_how_likely_they_are_to_last(reason, weight):
    assert rhythm.weight(reason) == weight


@given(reasons=st.lists(st.sampled_from(["timeout", "http-503", "http-404", "parse"]), min_size=1, max_size=30))
def test_pauses_grow_with_what_failures_weigh_and_never_beyond_a_day(reasons):
    known = state()
    longest = timedelta()
    for n, reason in enumerate(reasons):
        at = NOW + n * DAY
        known = rhythm.after_failure(feed(), known, Drop(reason=reason), at)
        pause = known.next - at
        assert 13 * MINUTE < pause <= DAY
        assert pause >= longest * (1 - rhythm.JITTER)
        longest = max(longest, pause)
    assert known.failing_since == NOW
    assert known.failures == sum(map(rhythm.weight, reasons))


def test_a_feed_that_fails_for_years_is_still_asked_every_day():
    known = state(failures=1e6)
    assert rhythm.after_failure(feed(), known, Drop(reason="http-404"), NOW).next - NOW <= DAY


def test_a_feed_that_is_gone_rests_for_a_day_from_the_first_time_and_a_success_wakes_it():
    gone = rhythm.after_failure(feed(), state(), Drop(reason="gone"), NOW)
    assert within(gone.next - NOW, DAY)
    well = rhythm.after_success(feed(), gone, NOW + DAY)
    assert (well.reason, well.failures, well.failing_since, well.detail) == (None, 0.0, None, "")


@given(st.timedeltas(min_value=timedelta(0), max_value=timedelta(hours=24)))
def test_a_server_that_names_a_pause_is_never_asked_earlier(wait):
    after = rhythm.after_failure(feed(), state(), Drop(reason="rate-limited", retry_after=wait), NOW)
    assert after.next - NOW >= wait


def test_a_failure_keeps_its_words_and_its_beginning():
    first = rhythm.after_failure(feed(), state(), Drop(reason="tls", detail="certificate has expired"), NOW)
    later = rhythm.after_failure(feed(), first, Drop(reason="dns", detail="no such name"), NOW + DAY)
    assert (later.reason, later.detail, later.failing_since) == ("dns", "no such name", NOW)


def test_our_own_outage_weighs_nothing_and_is_told():
    before = state(failures=0.5, etag='"1"', url="https://new.example/feed")
    failed = rhythm.after_failure(feed(), before, Drop(reason="connect", detail="unreachable"), NOW)
    after = rhythm.after_outage(failed, before, NOW)
    assert (after.failures, after.etag, after.url) == (0.5, '"1"', "https://new.example/feed")
    assert (after.reason, after.detail, after.failing_since, after.next) == (
        "connect",
        "unreachable",
        NOW,
        NOW + 5 * MINUTE,
    )


# ---------------------------------------------------------------- moving
NEW = "https://new.example/feed"


def test_a_feed_moves_when_it_was_sent_to_the_same_place_twice_in_a_row():
    once = rhythm.after_redirects(feed(), state(), NEW)
    assert (once.url, once.moving) == (None, NEW)
    twice = rhythm.after_redirects(feed(), once, NEW)
    assert (twice.url, twice.moving) == (NEW, None)
    assert rhythm.address(feed(), twice) == NEW


@pytest.mark.parametrize("between", [None, "https://other.example/feed"])
def test_a_redirect_that_was_not_repeated_moves_nothing(between):
    known = rhythm.after_redirects(feed(), state(), NEW)
    known = rhythm.after_redirects(feed(), known, between)
    known = rhythm.after_redirects(feed(), known, NEW)
    assert known.url is None


def test_a_feed_that_is_sent_back_home_has_no_other_address():
    away = state(url=NEW)
    back = rhythm.after_redirects(feed(), rhythm.after_redirects(feed(), away, feed().url), feed().url)
    assert (back.url, back.moving) == (None, None)


def test_a_moved_feed_that_fails_is_asked_at_home_again_without_what_was_learnt_away():
    away = state(url=NEW, etag='"n"', last_modified="x", body_hash="h", last_full=NOW, entries_day=5.0)
    after = rhythm.after_failure(feed(), away, Drop(reason="timeout"), NOW)
    assert rhythm.address(feed(), after) == feed().url
    assert (after.etag, after.last_modified, after.body_hash, after.last_full) == (None, None, None, None)
    assert after.entries_day == 5.0


def test_a_feed_that_fails_at_home_keeps_its_validators():
    after = rhythm.after_failure(feed(), state(etag='"n"', body_hash="h"), Drop(reason="timeout"), NOW)
    assert (after.etag, after.body_hash) == ('"n"', "h")


def test_another_address_in_the_configuration_begins_anew_and_keeps_the_habit():
    known = rhythm.recalled(feed(), None)
    known = replace(known, etag='"1"', body_hash="h", url=NEW, moving=NEW, entries_day=5.0, next=NOW + DAY, polled=NOW)
    known = replace(known, last_ok=NOW, reason="http-404", failures=6.0, failing_since=NOW, ttl=DAY, skip_hours=7)
    assert rhythm.recalled(feed(), known) == known
    other = rhythm.recalled(feed(url="https://rafid.example/rss"), known)
    assert other == FeedState(feed="rafid", given="https://rafid.example/rss", entries_day=5.0, polled=NOW, last_ok=NOW)


def test_a_new_password_is_no_new_address_and_is_remembered_nowhere():
    with_password = feed(url="https://reader:secret@rafid.example/feed")
    known = rhythm.recalled(with_password, replace(rhythm.recalled(feed(), None), etag='"1"'))
    assert known.etag == '"1"'
    assert "secret" not in str(known)


@pytest.mark.parametrize(
    ("a_day", "trusted"),
    [
        (None, 12 * HOUR),
        (100.0, 12 * HOUR),
        (6.0, 12 * HOUR),
        (3.0, DAY),
        (1.0, 3 * DAY),
        (0.1, 7 * DAY),
        (0.0, 7 * DAY),
    ],
)
def test_validators_are_trusted_for_as_long_as_silence_is_likely(a_day, trusted):
    assert not rhythm.trusts_validators(state(), NOW)
    just = timedelta(seconds=1)
    assert rhythm.trusts_validators(state(last_full=NOW - trusted + just, entries_day=a_day), NOW)
    assert not rhythm.trusts_validators(state(last_full=NOW - trusted, entries_day=a_day), NOW)
