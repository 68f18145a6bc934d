"""What the page of backups says, in words. No widgets."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop import config
from desktop.services.backup_sets import BackupSet
from records.thai.dates import show_moment
from records.words import Language, Words

if TYPE_CHECKING:
    from desktop.services.office import Office

_REASONS = {
    "daily": Words("ประจำวัน", "daily"),
    "manual": Words("สั่งเอง", "by hand"),
    "before-restore": Words("ก่อนกู้คืน", "before a restore"),
    "before-upgrade": Words("ก่อนปรับรุ่น", "before an upgrade"),
}


@dataclass(frozen=True)
class BackupFacts:
    """How the data of this folder are kept safe."""

    sets: tuple[BackupSet, ...]
    second: str
    """The second place; empty for none."""
    has_code: bool

    def last_words(self) -> Words:
        """When the last good backup was made."""
        last = next((one for one in self.sets if one.is_verified), None)
        if last is None:
            return Words("ยังไม่มีสำเนาสำรอง", "There is no backup yet")
        line = set_line(last)
        return Words(f"สำเนาล่าสุด {line.name.th} · {line.detail.th}", f"Last backup {line.name.en} · {line.detail.en}")

    def second_words(self) -> Words:
        """Where copies go besides."""
        if not self.second:
            return Words(
                "เก็บในเครื่องนี้ที่เดียว หากดิสก์เสียจะหายไปด้วยกัน ควรเลือกไดรฟ์ USB หรือโฟลเดอร์เครือข่ายเป็นที่ที่สอง",
                "Kept on this computer alone: a broken disk takes both. Choose a stick or a network folder as a second place.",
            )
        return Words("ที่เก็บที่สอง {place}", "Second place {place}").filled(place=self.second)

    def code_words(self) -> Words:
        """Whether there is a recovery code."""
        if self.has_code:
            return Words("มีรหัสกู้คืนแล้ว", "There is a recovery code")
        return Words(
            "ยังไม่มีรหัสกู้คืน หากกุญแจในเครื่องหายจะเปิดข้อมูลไม่ได้", "There is no recovery code: if this computer's key is lost, so are the data on it"
        )


def facts_of(office: "Office") -> BackupFacts:
    """Reads them; on the store's thread."""
    return BackupFacts(tuple(office.backups.listed()), config.load(office.folder).second_backup, office.keys.has_code())


@dataclass(frozen=True)
class SetLine:
    """One backup as a line of the list."""

    name: Words
    detail: Words
    status: Words


def set_line(one: BackupSet) -> SetLine:
    """The line of a backup."""
    reason = _REASONS.get(one.reason, Words(one.reason, one.reason))
    size = f"{one.facts.bytes / 1_000_000:,.1f} MB"
    return SetLine(
        Words(show_moment(one.made_at, Language.THAI), show_moment(one.made_at, Language.ENGLISH)),
        Words(f"{reason.th} · {one.records:,} รายการ · {size}", f"{reason.en} · {one.records:,} records · {size}"),
        Words("ตรวจแล้ว", "Verified") if one.is_verified else Words("เสียหาย", "Damaged"),
    )
