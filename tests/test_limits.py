"""Questions a minute, for a member and for a server."""

import threading

from bot.limits import MOST_AT_ONCE, WINDOW, Limits


def test_a_member_may_ask_so_often_and_again_a_minute_after() -> None:
    limits = Limits()
    assert [limits.ask(1, 7, 2, 100, now) for now in (0, 10)] == [0, 0]
    assert limits.ask(1, 7, 2, 100, 15) == 45
    assert limits.ask(1, 7, 2, 100, 59) == 1
    assert limits.ask(1, 7, 2, 100, 60) == 0
    assert limits.ask(1, 7, 2, 100, 60) == 10


def test_refusals_do_not_count() -> None:
    limits = Limits()
    limits.ask(1, 7, 1, 100, 0)
    assert all(limits.ask(1, 7, 1, 100, now) > 0 for now in range(1, 60))
    assert limits.ask(1, 7, 1, 100, 60) == 0


def test_a_server_has_its_own_limit_for_all_members() -> None:
    limits = Limits()
    assert [limits.ask(1, member, 5, 3, 0) for member in range(3)] == [0, 0, 0]
    assert limits.ask(1, 99, 5, 3, 20) == 40
    assert limits.ask(2, 99, 5, 3, 20) == 0


def test_who_asked_in_one_server_may_still_ask_in_another() -> None:
    limits = Limits()
    assert limits.ask(1, 7, 1, 5, 0) == 0
    assert limits.ask(2, 7, 1, 5, 0) == 0
    assert limits.ask(1, 7, 1, 5, 0) == WINDOW


def test_direct_messages_have_the_members_limit_alone() -> None:
    limits = Limits()
    assert [limits.ask(None, member, 1, 1, 0) for member in range(50)] == [0] * 50
    assert limits.ask(None, 7, 1, 1, 30) == 30


def test_a_limit_that_was_lowered_holds_at_once() -> None:
    limits = Limits()
    for now in range(5):
        assert limits.ask(1, 7, 5, 100, now) == 0
    assert limits.ask(1, 7, 2, 100, 10) == 53  # when the second but last question is a minute old


def test_millions_of_members_take_no_more_memory_than_a_minute_of_questions() -> None:
    limits = Limits()
    for member in range(200_000):
        limits.ask(member % 1_000, member, 5, 1_000, member / 100)
    assert len(limits) <= 6_000
    assert len(limits._times) <= 12_000


def test_when_all_is_full_everyone_waits() -> None:
    limits = Limits()
    for member in range(MOST_AT_ONCE):
        assert limits.ask(None, member, 5, 5, 0) == 0
    assert limits.ask(None, -1, 5, 5, 12) == 48
    assert len(limits) == MOST_AT_ONCE
    assert limits.ask(None, -1, 5, 5, 60) == 0
    assert len(limits._times) == 1


def test_threads_are_counted_once_each() -> None:
    limits = Limits()
    allowed = []

    def ask() -> None:
        for _ in range(50):
            if limits.ask(1, 7, 100, 1_000, 0) == 0:
                allowed.append(1)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(allowed) == 100
