"""The store: saving, deleting, restoring, finding."""

import msgspec
import pytest

from desktop.storage import mirror, outbox, sending
from desktop.storage.query import Filter, Query
from records.errors import Correctable
from records.kinds import Json
from records.stored import stored_bytes
from tests.storage.office import OTHER_STREAM, STREAM, Desk, Server, snapshot


def test_a_saved_record_is_read_back_with_its_fields_and_waits(desk: Desk) -> None:
    saved = desk.save(None, {"title": "ถนนสายบ้านเหนือ", "budget": 100_000, "urgent": False, "tags": ["ถนน", "เร่งด่วน"]})

    found = desk.store.get("project", saved.id)

    assert found == saved
    assert found.as_json() == {
        "stream": STREAM,
        "type": "project",
        "id": saved.id,
        "version": 0,
        "waiting": True,
        "deleted": False,
        "fields": {"title": "ถนนสายบ้านเหนือ", "budget": 100_000, "urgent": False, "tags": ["ถนน", "เร่งด่วน"]},
    }


def test_saving_puts_one_change_with_only_what_changed_in_the_outbox(desk: Desk) -> None:
    with desk.database.write() as connection:
        mirror.observe(connection, [snapshot("a", {"title": "ถนน", "budget": 5, "number": "1"})])

    desk.save("a", {"title": "ถนน", "budget": 6}, "number", "note")

    [pending] = outbox.pending(desk.database.read(), STREAM, "project", "a")
    assert (pending.change.set, pending.change.unset) == ({"budget": 6}, ("number",))
    assert pending.change.base == snapshot("a", {"title": "ถนน", "budget": 5, "number": "1"}).base
    assert pending.change.made_by == "somchai"


def test_edits_before_sending_become_one_change_with_a_new_id_in_its_place(desk: Desk) -> None:
    row = desk.save(None, {"title": "ก", "budget": 1})
    other = desk.save(None, {"title": "ข"})
    [first] = outbox.pending(desk.database.read(), STREAM, "project", row.id)

    desk.save(row.id, {"title": "ค"}, "budget")

    changes = [entry.change for entry in outbox.everything(desk.database.read())]
    assert [change.id for change in changes] == [row.id, other.id]
    assert (changes[0].set, changes[0].unset, changes[0].base) == ({"title": "ค"}, (), None)
    assert changes[0].change_id != first.change.change_id


def test_a_field_set_back_to_what_the_server_has_drops_out_and_an_empty_change_goes(desk: Desk) -> None:
    with desk.database.write() as connection:
        mirror.observe(connection, [snapshot("a", {"title": "ถนน", "budget": 5})])
    desk.save("a", {"title": "ทาง", "budget": 6})

    half = desk.save("a", {"title": "ถนน"})
    [pending] = outbox.pending(desk.database.read(), STREAM, "project", "a")
    whole = desk.save("a", {"budget": 5})

    assert half.waiting
    assert pending.change.set == {"budget": 6}
    assert not whole.waiting
    assert outbox.everything(desk.database.read()) == []
    assert desk.database.read().value("SELECT count(*) FROM mirror") == 0


def test_a_save_that_changes_nothing_leaves_no_trace(desk: Desk) -> None:
    with desk.database.write() as connection:
        mirror.observe(connection, [snapshot("a", {"title": "ถนน"})])

    row = desk.save("a", {"title": "ถนน"}, "note")

    assert not row.waiting
    assert desk.store.last_acts("somchai") == []


def test_true_is_not_one(desk: Desk) -> None:
    row = desk.save(None, {"title": "ก", "newer": 1})

    changed = desk.save(row.id, {"newer": True})

    assert stored_bytes(changed.fields) == b'{"newer":true,"title":"\xe0\xb8\x81"}'


def test_a_deleted_record_keeps_its_fields_and_can_be_restored(desk: Desk) -> None:
    with desk.database.write() as connection:
        mirror.observe(connection, [snapshot("a", {"title": "ถนน"})])

    gone = desk.delete("a")
    listed = desk.store.ids(Query("project", deleted=True))
    back = desk.restore("a")

    assert (gone.deleted, gone.fields, listed) == (True, {"title": "ถนน"}, ["a"])
    assert (back.deleted, back.waiting) == (False, False)


def test_editing_a_deleted_record_is_refused_with_what_to_do(desk: Desk) -> None:
    with desk.database.write() as connection:
        mirror.observe(connection, [snapshot("a", {"title": "ถนน"}, deleted=True)])

    with pytest.raises(Correctable, match="restore it before editing"):
        desk.save("a", {"title": "ทาง"})


def test_a_record_made_and_deleted_before_sending_is_gone_but_can_be_restored(desk: Desk) -> None:
    row = desk.save(None, {"title": "ถนน", "budget": 5})

    gone = desk.delete(row.id)
    nothing = desk.store.get("project", row.id)
    back = desk.restore(row.id)

    assert (gone.deleted, nothing) == (True, None)
    assert back.fields == {"title": "ถนน", "budget": 5}


def test_an_unknown_type_a_bad_name_and_a_value_that_is_none_are_correctable(desk: Desk) -> None:
    with pytest.raises(Correctable, match="no record type"):
        desk.save(None, {"title": "ก"}, type="ghost")
    with pytest.raises(Correctable, match="Title"):
        desk.save(None, {"Title": "ก"})
    with pytest.raises(Correctable, match="use unset"):
        desk.save(None, {"title": ""})
    with pytest.raises(Correctable, match="floats"):
        desk.save(None, {"title": "ก", "share": 1.5})  # type: ignore[dict-item]  # what a careless caller sends

    assert outbox.everything(desk.database.read()) == []


def test_deleting_or_restoring_what_is_not_here_is_correctable(desk: Desk) -> None:
    with pytest.raises(Correctable, match="has no such"):
        desk.delete("ghost")
    with pytest.raises(Correctable, match="has no such"):
        desk.restore("ghost")


def test_values_this_program_cannot_hold_are_kept_byte_for_byte(desk: Desk) -> None:
    values: dict[str, Json] = {
        "title": "ถนน",
        "stage": "someday",
        "budget": "ten",
        "newer": {"a": [1, True]},
        "tags": ["ข", "ก"],
        "share": "1.50",
    }

    with desk.database.write() as connection:
        mirror.observe(connection, [snapshot("a", values)])
    row = desk.save("a", {"note": "x"})

    assert stored_bytes(row.fields) == stored_bytes({**values, "note": "x"})


def test_a_list_sorts_as_a_thai_dictionary_with_empty_ones_last(desk: Desk) -> None:
    for title, division in (("เกาะ", "กอง 10"), ("กา", "กอง 2"), ("ขาว", None), ("แก้ว", "กองช่าง"), ("กล้วย", "กอง ๑")):
        desk.save(None, {"title": title, **({"division": division} if division else {})})

    def titles(*sort: tuple[str, bool]) -> list[object]:
        return [row.fields["title"] for row in desk.store.find(Query("project", sort=sort)).rows]

    assert titles(("title", False)) == ["กล้วย", "กา", "เกาะ", "แก้ว", "ขาว"]
    assert titles(("title", True)) == ["ขาว", "แก้ว", "เกาะ", "กา", "กล้วย"]
    assert titles(("division", False))[-1] == titles(("division", True))[-1] == "ขาว"
    assert titles() == ["เกาะ", "กา", "ขาว", "แก้ว", "กล้วย"]


def test_sorting_by_stage_follows_the_steps_and_by_decimal_the_amount(desk: Desk) -> None:
    for title, stage, share in (("ก", "done", "10"), ("ข", "planned", "9.5"), ("ค", "approved", "100")):
        desk.save(None, {"title": title, "stage": stage, "share": share})

    by_stage = desk.store.find(Query("project", sort=(("stage", False),))).rows
    by_share = desk.store.find(Query("project", sort=(("share", False),))).rows
    by_note = desk.store.find(Query("project", sort=(("note", False), ("title", True)))).rows

    assert [row.fields["stage"] for row in by_stage] == ["planned", "approved", "done"]
    assert [row.fields["share"] for row in by_share] == ["9.5", "10", "100"]
    assert [row.fields["title"] for row in by_note] == ["ค", "ข", "ก"]


def test_filters_narrow_a_list(desk: Desk) -> None:
    desk.save(None, {"title": "ก", "budget": 1, "stage": "planned", "urgent": True, "tags": ["น้ำ", "ไฟ"], "begin": "2026-10-01"})
    desk.save(None, {"title": "ข", "budget": 2, "stage": "done", "share": "9"})
    desk.save(None, {"title": "ค_%", "budget": 3, "share": "10"})

    def titles(*filters: Filter) -> list[object]:
        return [row.fields["title"] for row in desk.store.find(Query("project", filters=filters)).rows]

    assert titles(Filter("budget", "ge", 2)) == ["ข", "ค_%"]
    assert titles(Filter("budget", "lt", 2)) == ["ก"]
    assert titles(Filter("stage", "in", ["planned", "done"])) == ["ก", "ข"]
    assert titles(Filter("stage", "ne", "done")) == ["ก", "ค_%"]
    assert titles(Filter("stage", "empty")) == ["ค_%"]
    assert titles(Filter("begin", "filled"), Filter("urgent", "eq", True)) == ["ก"]
    assert titles(Filter("tags", "contains", "ไฟ")) == ["ก"]
    assert titles(Filter("title", "contains", "_%")) == ["ค_%"]
    assert titles(Filter("share", "gt", "9.5")) == ["ค_%"]
    assert titles(Filter("_changed_by", "eq", "somchai"), Filter("_waiting", "eq", True)) == ["ก", "ข", "ค_%"]


def test_a_condition_on_an_unknown_field_or_with_a_wrong_value_is_correctable(desk: Desk) -> None:
    with pytest.raises(Correctable, match="no field"):
        desk.store.ids(Query("project", filters=(Filter("ghost", "eq", 1),)))
    with pytest.raises(Correctable, match="no field"):
        desk.store.ids(Query("project", sort=(("_extra", False),)))
    with pytest.raises(Correctable, match="condition"):
        desk.store.ids(Query("project", filters=(Filter("budget", "eq", {"a": 1}),)))
    with pytest.raises(Correctable, match="no record type"):
        desk.store.count(Query("ghost"))


def test_a_list_of_one_stream_does_not_show_another(desk: Desk) -> None:
    here = desk.save(None, {"title": "ก"})
    there = desk.save(None, {"title": "ข"}, stream=OTHER_STREAM)

    assert desk.store.ids(Query("project", STREAM)) == [here.id]
    assert desk.store.ids(Query("project")) == [here.id, there.id]
    assert desk.store.get("project", there.id) == there
    assert desk.store.get("project", there.id, STREAM) is None


def test_the_text_of_a_list_finds_every_word_in_any_searchable_field(desk: Desk) -> None:
    road = desk.save(None, {"title": "ก่อสร้างถนน คสล.", "note": "บ้านเหนือ หมู่ ๑๐"})
    desk.save(None, {"title": "ซ่อมถนน"})
    deleted = desk.save(None, {"title": "ถนนเก่า", "note": "หมู่ 10"})
    desk.delete(deleted.id)

    assert desk.store.ids(Query("project", text="หมู่ 10 ถนน")) == [road.id]
    assert desk.store.count(Query("project", text="ถนน")) == 2


def test_pages_counts_totals_and_chips_agree(desk: Desk) -> None:
    for i in range(7):
        desk.save(None, {"title": f"โครงการ {i}", "budget": 10**15, "share": "0.1", "stage": "done" if i % 3 else "planned"})
    desk.save(None, {"title": "ไม่มีงบ"})

    query = Query("project", sort=(("title", False),), limit=3, offset=2)
    page = desk.store.find(query)

    assert [row.fields["title"] for row in page.rows] == ["โครงการ 2", "โครงการ 3", "โครงการ 4"]
    assert desk.store.ids(query) == [row.id for row in page.rows]
    assert desk.store.count(query) == 8
    assert desk.store.totals(query, ["share", "budget"]) == {"share": "0.7", "budget": 7 * 10**15}
    assert desk.store.distinct("project", "stage") == [("done", 4), ("planned", 3), (None, 1)]
    assert desk.store.distinct("project", "urgent") == [(None, 8)]


def test_rows_come_in_the_order_asked_and_titles_by_id(desk: Desk) -> None:
    a, b = desk.save(None, {"title": "ก"}), desk.save(None, {"title": "ข"}, stream=OTHER_STREAM)

    assert [row.id for row in desk.store.rows("project", [b.id, "ghost", a.id])] == [b.id, a.id]
    assert desk.store.titles("project", [a.id, b.id, "ghost"]) == {a.id: "ก", b.id: "ข"}


def test_the_users_of_a_record_are_found_though_nothing_forbids_deleting_it(desk: Desk) -> None:
    person = desk.save(None, {"full_name": "สมชาย ใจดี"}, type="person")
    project = desk.save(None, {"title": "ถนน", "owner": person.id})

    assert desk.store.users_of("person", person.id) == [("project", project.id, "owner")]
    desk.delete(person.id, "person")
    assert desk.store.get("project", project.id) == project


def test_records_with_the_same_natural_key_are_found(desk: Desk) -> None:
    a = desk.save(None, {"title": "ก", "number": "1/2570"})
    desk.save(None, {"title": "ข", "number": "2/2570"})
    b = desk.save(None, {"title": "ค", "number": "1/2570"}, stream=OTHER_STREAM)

    assert desk.store.by_key("project", {"number": "1/2570"}) == [a, b]
    assert desk.store.by_key("project", {"number": "1/2570"}, OTHER_STREAM) == [b]


def test_an_edit_made_while_sending_is_a_second_change_and_settles_on_the_answer(desk: Desk) -> None:
    server = Server()
    row = desk.save(None, {"title": "ก"})
    with desk.database.write() as connection:
        [sent] = sending.sendable(connection, [STREAM], desk.clock())
        outbox.freeze(connection, [sent.change.change_id])

    during = desk.save(row.id, {"budget": 7})
    again = desk.save(row.id, {"title": "ข"})
    connection = desk.database.read()
    entries = outbox.pending(connection, STREAM, "project", row.id)

    assert (during.fields, again.fields) == ({"title": "ก", "budget": 7}, {"title": "ข", "budget": 7})
    assert [(e.state, e.change.set, e.change.base) for e in entries] == [
        ("in_flight", {"title": "ก"}, None),
        ("waiting", {"title": "ข", "budget": 7}, None),
    ]
    assert sending.sendable(connection, [STREAM], desk.clock()) == []

    answer = server.apply(sent.change)
    with desk.database.write() as connection:
        outbox.remove(connection, sent.change.change_id)
        later = entries[1].change
        outbox.replace(connection, later.change_id, msgspec.structs.replace(later, base=answer.base))
        mirror.observe(connection, [answer])
    settled = desk.store.get("project", row.id)

    assert settled is not None
    assert (settled.version, settled.waiting, settled.fields) == (1, True, {"title": "ข", "budget": 7})


def test_set_back_while_in_flight_compares_with_what_was_sent(desk: Desk) -> None:
    with desk.database.write() as connection:
        mirror.observe(connection, [snapshot("a", {"title": "ถนน"})])
    desk.save("a", {"title": "ทาง"})
    with desk.database.write() as connection:
        outbox.freeze(connection, [outbox.pending(connection, STREAM, "project", "a")[0].change.change_id])

    back = desk.save("a", {"title": "ถนน"})
    there = desk.save("a", {"title": "ทาง"})

    assert back.fields["title"] == "ถนน"
    assert there.fields["title"] == "ทาง"
    assert len(outbox.pending(desk.database.read(), STREAM, "project", "a")) == 1
