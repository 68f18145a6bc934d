"""Documents in bundles: those the server lacks go along, those wanted come back, and what is not taken stops nothing."""

import dataclasses
import tracemalloc

import pytest

from desktop.storage import attachments, file_states, file_uses
from desktop.sync import bundle_files, bundle_work
from records.bundle_manifest import CarriedFile
from records.words import Language
from server_stub.file_contents import FileContents
from server_stub.files import FileLimits, Files
from tests.bundles.site import STREAM, Site
from tests.simulation.desk import Desk
from tests.simulation.kinds import CATALOGUE
from tests.sync.filing import content_of, named


@pytest.fixture
def filed(site: Site) -> Site:
    """The site with a place for documents, of at most a megabyte each."""
    folder = site.folder / "server"
    folder.mkdir()
    files = Files(site.storage, folder / "files", site.clock, FileLimits(largest=1 << 20))
    site.bundles.contents = FileContents(files, folder)
    return site


def _attach(desk: Desk, *contents: bytes) -> str:
    refs = []
    for content in contents:
        with desk.database.write() as connection:
            file = attachments.add(connection, content, "ก.pdf", "application/pdf")
        refs.append({"sha256": file.sha256, "name": file.name, "size": file.size, "media_type": file.media_type})
    return desk.save(STREAM, "note", None, {"title": "ก", "attachments": refs}).id  # type: ignore[dict-item]  # a list of objects is JSON


def _content(desk: Desk, content: bytes) -> bytes | None:
    with desk.database.reading() as connection:
        return attachments.content(connection, named(content))


def _is_sent(desk: Desk, content: bytes) -> bool:
    file_uses.catch_up(desk.database)
    with desk.database.reading() as connection:
        return file_states.state_of(connection, named(content)).is_sent


def test_a_document_goes_by_stick_and_comes_by_stick(filed: Site) -> None:
    far, other = filed.desk("far"), filed.desk("other")
    content = content_of(1, 700_000)
    _attach(far, content)
    filed.by_stick(far)
    assert _is_sent(far, content)
    filed.by_stick(other)
    with other.database.write() as connection:
        file_uses.catch_up(other.database)
        file_states.wish(connection, named(content), other.clock())
    assert filed.by_stick(other).files == 1
    assert _content(other, content) == content
    # It is there: it goes along no more.
    assert filed.freeze(far).documents.contents == {}


def test_a_lost_stick_takes_its_documents_along_again(filed: Site) -> None:
    far = filed.desk("far")
    content = content_of(2, 1000)
    _attach(far, content)
    filed.export(far)
    assert not _is_sent(far, content)
    filed.by_stick(far)
    assert _is_sent(far, content)


def test_a_document_the_server_does_not_take_stops_nothing(filed: Site) -> None:
    far = filed.desk("far")
    large, small = content_of(3, (1 << 20) + 1), content_of(4, 10)
    _attach(far, large, small)
    assert filed.by_stick(far).report.pushed == 1
    assert (_is_sent(far, large), _is_sent(far, small)) == (False, True)


def test_records_go_without_documents_where_a_person_wants_it_so(filed: Site) -> None:
    far = filed.desk("far")
    content = content_of(5, 5000)
    _attach(far, content)
    work = bundle_work.freeze(far.database, CATALOGUE, far.clock, far.random.randbytes, lambda _: None, with_files=False)
    assert (len(work.changes), work.documents.contents, work.documents.files) == (1, {}, ())
    filed.apply(far, filed.relay(far, filed.written(far, work)))
    assert not _is_sent(far, content)


def test_a_content_under_another_name_is_not_taken(filed: Site) -> None:
    far = filed.desk("far")
    right = content_of(6, 100)
    _attach(far, right)
    work = filed.freeze(far)
    lie = dataclasses.replace(work.documents, contents={named(right): lambda: [b"something else"]})
    filed.apply(far, filed.relay(far, filed.written(far, dataclasses.replace(work, documents=lie))))
    assert not _is_sent(far, right)


def test_nothing_says_which_documents_an_office_without_a_grant_has(filed: Site) -> None:
    near, stranger = filed.desk("near"), filed.desk("stranger", ("office/6569999",))
    content = content_of(7, 100)
    _attach(near, content)
    filed.by_stick(near)
    asked = (CarriedFile(STREAM, named(content), 100),)
    work = filed.freeze(stranger)
    curious = dataclasses.replace(work, documents=bundle_files.Outgoing(files=asked, wanted=asked))
    taken = filed.apply(stranger, filed.relay(stranger, filed.written(stranger, curious)))
    assert taken.files == 0
    assert _content(stranger, content) is None


def test_a_bundle_with_many_megabytes_is_made_in_flat_memory(filed: Site) -> None:
    far = filed.desk("far")
    _attach(far, *(content_of(number, 900_000) for number in range(12)))
    work = filed.freeze(far)
    tracemalloc.start()
    with (filed.folder / "w.ttb").open("w+b") as out, (filed.folder / "r.ttb").open("w+b") as reply:
        bundle_work.write(work, out, far.random.randbytes)
        size = out.tell()
        filed.bundles.answer(out, reply, Language.ENGLISH)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size > 10_000_000
    assert peak < 6_000_000
