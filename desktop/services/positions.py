"""Positions the law gives to this office's type, offered for its register; an office keeps its own numbers where it has them."""

from typing import TYPE_CHECKING

from desktop.storage.query import Filter, Query
from desktop.storage.rows import Row
from records.kinds import Json
from records.positions import Standard, standard_positions
from records.words import Words

if TYPE_CHECKING:
    from desktop.services.office import Office

_ACT = Words("เพิ่มตำแหน่งตามกฎหมาย {count} ตำแหน่ง", "Add {count} positions of the law")
_POPULATION = Words("ประชากร", "population")
"""How the indicator of a base figure begins that counts the people of the office."""


class Positions:
    """The positions of the law and of the register."""

    def __init__(self, office: "Office") -> None:
        self._office = office

    def of_law(self, office: Row) -> tuple[Standard, ...]:
        """What the law gives to an office by its type; seats by its villages and population as far as this desk knows them."""
        own = self._office.holders.own_office()
        is_own = own is not None and own.id == office.id
        villages = self._office.store.count(Query("village")) if is_own else 0
        return standard_positions(str(office.fields.get("type") or ""), self._population() if is_own else None, villages or None)

    def missing(self) -> tuple[Standard, ...]:
        """The positions of the law that the register does not have yet; empty where the office is not known."""
        own = self._office.holders.own_office()
        if own is None:
            return ()
        known = {name for _, name in self._office.store.values(Query("position"), ("name",))}
        return tuple(one for one in self.of_law(own) if one.name not in known)

    def names(self) -> list[str]:
        """The names of positions to offer while one types: those of the law first, then the register's own."""
        own = self._office.holders.own_office()
        law = [one.name for one in self.of_law(own)] if own is not None else []
        return list(dict.fromkeys([*law, *(str(name) for _, name in self._office.store.values(Query("position"), ("name",)) if name)]))

    def add_missing(self) -> int:
        """Puts the missing positions into the register in one act, which undo takes back; how many. Raises Refused without a grant."""
        office, missing = self._office, self.missing()
        if not missing:
            return 0
        own = office.holders.own_office()
        stream = office.stream_for_new(office.record_type("position"))
        with office.store.act(office.enrolled.account, _ACT.filled(count=len(missing))) as act:
            for one in missing:
                fields: dict[str, Json] = {"name": one.name, "body": one.body, "rank": one.rank}
                if own is not None and own.fields.get("type"):
                    fields["office_type"] = own.fields["type"]
                if one.quota is not None:
                    fields["quota"] = one.quota
                if one.law_ref:
                    fields["law_ref"] = one.law_ref
                office.store.save(stream, "position", None, fields, (), act=act)
        return len(missing)

    def _population(self) -> int | None:
        """People of the whole office by its latest base figure."""
        query = Query("base_figure", filters=(Filter("village", "empty"),), sort=(("year", True),))
        for row in self._office.store.find(query).rows:
            if str(row.fields.get("indicator") or "").startswith(_POPULATION.th):
                digits = str(row.fields.get("value") or "").partition(".")[0]
                return int(digits) if digits.isdigit() else None
        return None
