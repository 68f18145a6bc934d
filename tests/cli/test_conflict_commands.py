"""Many conflicts, merges and duplicates from the command line."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import OFFICE, Server
from tests.cli.test_journey import synced
from tests.offices import made_office, thongthin
from tests.services.test_inbox import clashing, noted, project


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A desk with three conflicts and one merge for information."""
    office = made_office(tmp_path)
    clashing(office, 3)
    noted(office, project(office, target="ฉัน"), {"name": "target", "base": "เดิม", "mine": "ฉัน", "theirs": "เดิม"}, grade="merged")
    office.close()
    return tmp_path


def test_all_are_settled_by_one_command_and_one_undo_opens_them_again(home: Path) -> None:
    done = thongthin(home, "conflicts", "settle", "--all", "--choose", "mine", "--json")
    assert (done.code, done.json) == (0, {"settled": 3, "left": []})
    assert thongthin(home, "conflicts", "list", "--json").json == []
    assert thongthin(home, "undo").code == 0
    assert len(thongthin(home, "conflicts", "list", "--json").json) == 3


def test_a_choice_by_field_that_leaves_some_ends_with_3_and_says_which(home: Path) -> None:
    first = thongthin(home, "conflicts", "list", "--json").json[0]["id"]
    done = thongthin(home, "conflicts", "settle", first, "--field", "title=mine", "--json")
    assert (done.code, done.json["settled"], done.json["left"][0]["id"]) == (3, 0, first)


def test_merges_are_listed_apart_and_one_is_taken_back(home: Path) -> None:
    (merge,) = thongthin(home, "conflicts", "list", "--grade", "merged", "--json").json
    assert (merge["grade"], merge["state"]) == ("merged", "settled")
    assert thongthin(home, "conflicts", "take-back", merge["id"], "--json").json["fields"]["target"] == "เดิม"
    assert thongthin(home, "conflicts", "take-back", merge["id"]).code == 1


def test_conflicts_are_narrowed_down(home: Path) -> None:
    for options, count in ((("--type", "project"), 3), (("--area", "people"), 0), (("--person", "malee"), 3), (("--age", "older"), 0)):
        assert len(thongthin(home, "conflicts", "list", *options, "--json").json) == count


@pytest.mark.parametrize(
    "arguments",
    [(), ("--all",), ("--choose", "mine"), ("x", "--all", "--choose", "mine"), ("--all", "--choose", "ours"), ("--all", "--field", "x=y")],
)
def test_a_command_that_does_not_say_which_or_what_is_wrong_usage(home: Path, arguments: tuple[str, ...]) -> None:
    assert thongthin(home, "conflicts", "settle", *arguments).code == 2
    assert len(thongthin(home, "conflicts", "list", "--json").json) == 3


def test_the_same_record_typed_at_two_desks_is_listed_after_a_round_and_merged(server: Server, tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    for home, account in ((one, "dup1"), (two, "dup2")):
        assert thongthin(home, "enrol", "--server", server.url, "--code", server.code_for(account)).code == 0
        thongthin(home, "record", "save", "division", stdin=json.dumps({"name": "กองที่พิมพ์สองเครื่อง"}))
        synced(home)
    synced(one)

    (pair,) = thongthin(one, "duplicates", "list", "division", "--json").json["pairs"]
    assert (pair["type"], pair["stream"]) == ("division", OFFICE)
    assert thongthin(one, "duplicates", "merge", "division", pair["keep"], pair["drop"]).code == 0
    synced(one)
    synced(two)
    assert thongthin(two, "duplicates", "list", "--json").json["pairs"] == []
    assert thongthin(two, "duplicates", "not-same", "division", pair["keep"], pair["keep"]).code == 1


def test_a_quiet_merge_reaches_the_other_desk_as_information(server: Server, tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    for home, account in ((one, "told1"), (two, "told2")):
        assert thongthin(home, "enrol", "--server", server.url, "--code", server.code_for(account)).code == 0
    made = thongthin(one, "record", "save", "project", "--json", stdin='{"title": "ถนน"}').json["id"]
    synced(one)
    synced(two)
    thongthin(one, "record", "save", "project", "--id", made, stdin='{"objective": "ก"}')
    thongthin(two, "record", "save", "project", "--id", made, stdin='{"division": "กองช่าง"}')
    synced(one)
    assert synced(two)["merged"] == 1
    synced(one)

    (told,) = thongthin(one, "conflicts", "list", "--grade", "merged", "--json").json
    assert (told["record"], {field["name"] for field in told["fields"]}) == (made, {"objective", "division"})
    assert thongthin(one, "conflicts", "list", "--json").json == []
    back = thongthin(one, "conflicts", "take-back", told["id"], "--json").json
    assert ("division" in back["fields"], back["fields"]["objective"]) == (False, "ก")
    synced(one)
    synced(two)
    assert "division" not in thongthin(two, "record", "get", "project", made, "--json").json["fields"]
