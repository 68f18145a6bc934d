"""Cutting what is sent into messages."""

from desktop.sync.batches import batches, halves, parts
from records.changes import Change
from records.protocol import Limits


def change(name: str, group: str | None = None, size: int = 1, stream: str = "s") -> Change:
    return Change(
        change_id=name, stream=stream, type="t", id=name, base=None, op="put", set={"a": "x" * size}, group=group, made_at="", made_by="m"
    )


def names(batch: list[Change]) -> str:
    return "".join(one.change_id for one in batch)


def test_a_batch_holds_as_many_changes_as_the_server_takes() -> None:
    assert [names(b) for b in batches([change(n) for n in "abcde"], Limits(changes=2))] == ["ab", "cd", "e"]


def test_a_batch_holds_as_many_bytes_as_the_server_takes() -> None:
    assert [names(b) for b in batches([change(n, size=3000) for n in "abc"], Limits(bytes=11_500))] == ["ab", "c"]


def test_a_change_over_every_limit_goes_alone() -> None:
    assert [names(b) for b in batches([change("a"), change("b", size=99_000), change("c")], Limits(bytes=9000))] == ["a", "b", "c"]


def test_a_group_is_gathered_and_never_split() -> None:
    sent = [change("a"), change("b", "g"), change("c"), change("d", "g")]

    assert [names(b) for b in batches(sent, Limits(changes=2))] == ["a", "bd", "c"]


def test_a_batch_names_as_many_streams_as_the_server_takes() -> None:
    assert [names(b) for b in batches([change(n, stream=n) for n in "abc"], Limits(streams=2))] == ["ab", "c"]


def test_halves_split_no_group() -> None:
    assert [names(h) for h in halves([change("a", "g"), change("b", "g"), change("c")])] == ["ab", "c"]
    assert [names(h) for h in halves([change("a", "g"), change("b", "g")])] == ["ab"]


def test_streams_are_asked_for_in_parts() -> None:
    assert list(parts("abcde", 2)) == ["ab", "cd", "e"]
