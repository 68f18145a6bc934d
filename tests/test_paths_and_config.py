"""Where data are kept, where they are not safe, and what a person chose."""

from pathlib import Path

import pytest

from desktop import config, paths
from desktop.config import Config
from records.errors import Refused
from records.words import Language

MOUNTS = "/dev/sda1 / ext4 rw 0 0\n//server/share /mnt/office\\040share cifs rw 0 0\nnas:/x /mnt/nas nfs4 rw 0 0\n/dev/sdb1 /mnt/nas/local ext4 rw 0 0\n"


def test_the_folder_given_beats_the_environment_beats_the_usual_place(tmp_path: Path) -> None:
    assert paths.data_folder(tmp_path, {"THONGTHIN_HOME": "/elsewhere"}) == tmp_path
    assert paths.data_folder(None, {"THONGTHIN_HOME": str(tmp_path)}) == tmp_path
    assert "thongthin" in str(paths.data_folder(None, {}))


@pytest.mark.parametrize(
    "folder",
    [
        "/home/a/OneDrive/data", "/home/a/OneDrive - เทศบาลนคร/data", "/home/a/Dropbox", "/home/a/Google Drive/x",
        "/mnt/office share/data", "/mnt/nas/data", "//server/share/data",
    ],
)  # fmt: skip
def test_a_folder_on_a_network_or_copied_to_a_cloud_is_not_safe(folder: str) -> None:
    assert paths.unsafe_reason(Path(folder), {}, MOUNTS) is not None


def test_the_onedrive_folder_is_known_by_its_variable_too() -> None:
    assert paths.unsafe_reason(Path("/home/a/งาน/data"), {"OneDrive": "/home/a/งาน"}, MOUNTS) is not None


@pytest.mark.parametrize("folder", ["/home/a/data", "/mnt/nas/local/data", "/home/a/onedrive-notes/data"])
def test_a_folder_on_a_disk_of_this_computer_is_safe(folder: str) -> None:
    assert paths.unsafe_reason(Path(folder), {}, MOUNTS) is None


def test_an_unsafe_folder_is_refused_with_its_reason_and_not_made(tmp_path: Path) -> None:
    folder = tmp_path / "Dropbox" / "x"
    with pytest.raises(Refused, match="copied to a cloud"):
        paths.prepare(folder, {})
    assert not folder.exists()


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(Refused, match="cannot be made or opened"):
        paths.prepare(tmp_path / "file" / "x", {})


def test_a_new_folder_belongs_to_its_owner_alone(tmp_path: Path) -> None:
    paths.prepare(tmp_path / "data", {})
    assert (tmp_path / "data").stat().st_mode & 0o077 == 0


def test_choices_are_kept_with_what_a_newer_program_added(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"language": "en", "later": {"x": 1}}', encoding="utf-8")
    read = config.load(tmp_path)
    assert (read.language, read.theme) == (Language.ENGLISH, "system")
    config.save(tmp_path, Config(read.language, "dark", 125, read.other))
    assert config.load(tmp_path) == Config(Language.ENGLISH, "dark", 125, {"later": {"x": 1}})


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b'{"language": "fr", "theme": 5, "text_percent": "big"}'])
def test_unreadable_choices_never_stop_the_program(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "config.json").write_bytes(content)
    assert config.load(tmp_path) == Config()
