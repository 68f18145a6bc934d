"""Two records that are one: every field chosen, every reference followed, one act that undo takes back.

    preview(type, keep, drop)  -->  what differs, who refers to the one that goes
    merge(type, keep, drop, from_drop)  -->  keep has the chosen values, references point to it, drop is deleted

A deleted record carries no new values to the server, so a type that wants to remember says so with a field `merged_from` on the one that
stays.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop.services.grants import may_write
from desktop.storage.rows import Row
from records.errors import Correctable, Refused
from records.fields import FieldSpec
from records.kinds import Files, Json, Tags
from records.record import RecordType
from records.words import Language, Words, say

if TYPE_CHECKING:
    from desktop.services.office import Office

MERGED_FROM = "merged_from"
_ACT = Words("รวม{type} “{drop}” เข้ากับ “{keep}”", "Merge {type} “{drop}” into “{keep}”")


@dataclass(frozen=True)
class Difference:
    """One field in which two records differ."""

    field: FieldSpec
    keep: Json
    """Wire value; None for none."""
    drop: Json
    takes_drop: bool
    """What is chosen when nobody chooses: the value there is."""


@dataclass(frozen=True)
class MergePreview:
    """What merging would mean; nothing is written yet."""

    keep: Row
    drop: Row
    differences: tuple[Difference, ...]
    users: int
    """Records that refer to the one that goes."""


@dataclass(frozen=True)
class Merged:
    """What a merge did."""

    keep: Row
    drop_id: str
    followed: int
    """References that point to the one that stays now."""

    def as_json(self, language: Language) -> dict[str, Json]:
        """The shape of the command line."""
        return {"keep": self.keep.as_json(), "dropped": self.drop_id, "followed": self.followed}


class Merging:
    """Brings two records of one type together."""

    def __init__(self, office: "Office") -> None:
        self._office = office

    def preview(self, type_name: str, keep_id: str, drop_id: str) -> MergePreview:
        """Compares two records field by field. Raises Correctable when they are one, or one is not here or deleted."""
        spec = self._office.record_type(type_name)
        keep, drop = self._pair(spec, keep_id, drop_id)
        users = [user for user in self._office.store.users_of(type_name, drop_id) if user[1] != drop_id]
        return MergePreview(keep, drop, tuple(_differences(spec, keep.fields, drop.fields)), len(users))

    def merge(self, type_name: str, keep_id: str, drop_id: str, from_drop: Collection[str] | None = None) -> Merged:
        """Merges `drop_id` into `keep_id` in one act.

        Args:
            from_drop: the fields whose value is taken from the one that goes, also an empty one; None takes what the one that stays lacks.

        Raises:
            Correctable: they are one record, or one is not here or deleted; an unknown field.
            Refused: this account may not change one of them, or a record that refers to the one that goes. Nothing is written then.
        """
        office = self._office
        spec = office.record_type(type_name)
        keep, drop = self._pair(spec, keep_id, drop_id)
        differences = {one.field.name: one for one in _differences(spec, keep.fields, drop.fields)}
        chosen = {name for name, one in differences.items() if one.takes_drop} if from_drop is None else set(from_drop)
        for name in chosen:
            spec.field(name)
        values = {name: differences[name].drop for name in chosen if name in differences and differences[name].drop is not None}
        unset = [name for name in chosen if name in differences and differences[name].drop is None]
        if MERGED_FROM in spec.by_name:
            values[MERGED_FROM] = _gathered(keep.fields, drop)
        users = office.store.users_of(type_name, drop_id)
        held = self._held(users, {keep_id, drop_id})
        self._require_write([keep, drop, *held.values()])
        label = _ACT.filled(type=spec.label, drop=office.records.title(drop), keep=office.records.title(keep))
        followed = 0
        with office.store.act(office.enrolled.account, label) as act:
            for user_type, user_id, field in users:
                if user_id == drop_id:
                    continue
                if user_id == keep_id and user_type == type_name:
                    # The one that stays would point to itself.
                    values.pop(field, None)
                    unset.append(field)
                    continue
                row = held[user_type, user_id]
                office.store.save(row.stream, user_type, user_id, {field: keep_id}, (), act=act)
                followed += 1
            kept = office.store.save(keep.stream, type_name, keep_id, values, unset, act=act)
            office.store.delete(drop.stream, type_name, drop_id, act=act)
        return Merged(kept, drop_id, followed)

    def _pair(self, spec: RecordType, keep_id: str, drop_id: str) -> tuple[Row, Row]:
        keep, drop = self._office.records.get(spec.type, keep_id), self._office.records.get(spec.type, drop_id)
        if keep.id == drop.id or keep.deleted or drop.deleted:
            raise Correctable(
                Words("รวมรายการไม่ได้", "These cannot be merged"),
                Words(
                    "ต้องเลือก{type}สองรายการที่ต่างกันและยังไม่ถูกลบ ไม่มีอะไรเปลี่ยนแปลง",
                    "Choose two different records of {type} that are not deleted; nothing was changed.",
                ).filled(type=spec.label),
            )
        return keep, drop

    def _held(self, users: Collection[tuple[str, str, str]], without: Collection[str]) -> Mapping[tuple[str, str], Row]:
        """The records that refer to the one that goes, read type by type."""
        wanted: dict[str, list[str]] = {}
        for user_type, user_id, _ in users:
            if user_id not in without:
                wanted.setdefault(user_type, []).append(user_id)
        store = self._office.store
        return {(name, row.id): row for name, ids in wanted.items() for row in store.rows(name, list(dict.fromkeys(ids)))}

    def _require_write(self, rows: Collection[Row]) -> None:
        """All or nothing: a reference left behind would point to a deleted record."""
        streams = {one.stream: one for one in self._office.streams}
        language = self._office.language
        for row in rows:
            spec, stream = self._office.catalogue.get(row.type), streams.get(row.stream)
            if spec is None or stream is None or not may_write(stream, spec.area):
                label = say(spec.label, language) if spec else row.type
                raise Refused(
                    Words("ไม่มีสิทธิรวมรายการ", "Not granted"),
                    Words(
                        "{type} ใน {stream} อ้างถึงรายการที่จะรวม แต่บัญชีนี้แก้ไขไม่ได้ ไม่มีอะไรเปลี่ยนแปลง โปรดให้ผู้มีสิทธิเป็นผู้รวม",
                        "A {type} in {stream} is concerned and this account may not change it; nothing was changed. Ask somebody who may.",
                    ).filled(type=label, stream=row.stream),
                    code="no-grant",
                )


def _differences(spec: RecordType, keep: Mapping[str, Json], drop: Mapping[str, Json]) -> list[Difference]:
    """The fields that differ, those of one group chosen together: half of an address fits nobody."""
    empty_groups = {field.together for field in spec.fields if field.together} - {
        field.together for field in spec.fields if field.together and field.name in keep
    }
    found = []
    for field in spec.fields:
        mine, theirs = keep.get(field.name), drop.get(field.name)
        if field.kept_by_program or mine == theirs:
            continue
        if isinstance(field.kind, Files | Tags) and isinstance(mine, list) and isinstance(theirs, list):
            # Papers and marks of both belong to the one person.
            theirs = [*mine, *(one for one in theirs if one not in mine)]
            if theirs != mine:
                found.append(Difference(field, mine, theirs, takes_drop=True))
            continue
        takes = mine is None and theirs is not None and (not field.together or field.together in empty_groups)
        found.append(Difference(field, mine, theirs, takes))
    return found


def _gathered(keep: Mapping[str, Json], drop: Row) -> Json:
    """Every id that went into the one that stays, those the other had taken in before too."""
    ids: list[Json] = []
    for one in (keep.get(MERGED_FROM), [drop.id], drop.fields.get(MERGED_FROM)):
        ids += [each for each in one if each not in ids] if isinstance(one, list) else []
    return ids
