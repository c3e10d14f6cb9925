"""What is kept in memory for a while."""

from index.kept import Kept


class Source:
    """Gives each key in capitals, and notes what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []

    def load(self, keys: list[str]) -> dict[str, str]:
        self.asked.append(keys)
        return {key: key.upper() for key in keys if key != "nowhere"}


def test_nothing_is_loaded_twice() -> None:
    kept, source = Kept[str](10), Source()
    assert kept.of(["a", "b", "a"], source.load) == {"a": "A", "b": "B"}
    assert kept.of(["b", "c"], source.load) == {"b": "B", "c": "C"}
    assert kept.of(["c", "a"], source.load) == {"a": "A", "c": "C"}
    assert source.asked == [["a", "b"], ["c"]]


def test_what_is_nowhere_is_asked_for_again() -> None:
    kept, source = Kept[str](10), Source()
    assert kept.of(["nowhere"], source.load) == {}
    assert kept.of(["nowhere", "a"], source.load) == {"a": "A"}
    assert source.asked == [["nowhere"], ["nowhere", "a"]]


def test_what_was_used_least_lately_goes_first() -> None:
    kept, source = Kept[str](2), Source()
    kept.of(["a", "b"], source.load)
    kept.of(["a"], source.load)
    kept.of(["c"], source.load)
    kept.of(["a"], source.load)
    assert source.asked == [["a", "b"], ["c"]]
    kept.of(["b"], source.load)
    assert source.asked[2:] == [["b"]]


def test_more_than_are_kept_come_all_the_same() -> None:
    kept, source = Kept[str](2), Source()
    assert len(kept.of([str(n) for n in range(9)], source.load)) == 9


def test_cleared_it_knows_nothing() -> None:
    kept, source = Kept[str](2), Source()
    kept.of(["a"], source.load)
    kept.clear()
    kept.of(["a"], source.load)
    assert source.asked == [["a"], ["a"]]
