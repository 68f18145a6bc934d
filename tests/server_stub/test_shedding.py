"""A server that has more to do than it can: everyone gets a turn, nobody an error but `slow-down`, and people go before timers."""

import heapq
import random
import threading
from collections import Counter
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from desktop.sync.replies import SlowDown, problem_error
from desktop.sync.worker import Schedule
from records.errors import AppError
from records.words import Language
from server_stub.gateway import problem_reply
from server_stub.shedding import LONGEST_WINDOW_S, Shed, Shedder, is_waited_for
from server_stub.sync import SyncService
from tests.server_stub.web import Web, web_of
from tests.server_stub.world import OFFICE, START, World

BEGUN = datetime(2026, 11, 22, 1, 30, tzinfo=UTC)
CLIENTS = 7_850


class Hall:
    """A server in virtual time: each call takes `call_s` of one of its threads."""

    def __init__(self, shedder: Shedder, seconds: list[float], threads: int, call_s: float) -> None:
        self.shedder = shedder
        self.seconds = seconds
        self.call_s = call_s
        self.free = [0.0] * threads
        self.held: list[tuple[float, int]] = []
        self.open: dict[int, AbstractContextManager[None]] = {}
        self.most_in_work = 0

    def ends(self, until: float) -> None:
        while self.held and self.held[0][0] <= until:
            at, number = heapq.heappop(self.held)
            self.seconds[0] = at
            self.open.pop(number).__exit__(None, None, None)

    def call(self, at: float, number: int, *, waited_for: bool) -> float:
        """When the call is answered. Raises Shed."""
        self.ends(at)
        self.seconds[0] = at
        place = self.shedder.place(waited_for=waited_for)
        place.__enter__()
        self.open[number] = place
        start = max(at, heapq.heappop(self.free))
        heapq.heappush(self.free, start + self.call_s)
        heapq.heappush(self.held, (start + self.call_s, number))
        self.most_in_work = max(self.most_in_work, self.shedder.in_work)
        return start + self.call_s


def _error_of(shed: Shed) -> AppError:
    """What a client makes of the reply, by the real code on both sides."""
    reply = problem_reply(shed, Language.THAI)
    return problem_error(reply.status_code, bytes(reply.body), reply.headers["Retry-After"])


@pytest.mark.parametrize("pace", [50, 200], ids=lambda pace: f"{pace} calls a second")
def test_every_office_of_the_country_at_once_is_served_in_the_time_the_slots_give(pace: int) -> None:
    """A power cut ends: 7,850 desktops ask in the same ten seconds. The table of retries and the slots are the real ones."""
    chance = random.Random(pace)
    seconds = [0.0]
    hall = Hall(Shedder(lambda: seconds[0], chance.randbytes), seconds, threads=8, call_s=8 / pace)
    schedules = {}
    queue: list[tuple[float, int]] = []
    for number in range(CLIENTS):
        schedules[number] = Schedule(f"device-{number}", BEGUN, chance.randbytes)
        schedules[number].asked(BEGUN)
        heapq.heappush(queue, (chance.random() * 10, number))
    tries: Counter[int] = Counter()
    codes: Counter[str] = Counter()
    served_by: dict[int, float] = {}
    while queue:
        at, number = heapq.heappop(queue)
        schedule, now = schedules[number], BEGUN + timedelta(seconds=at)
        tries[number] += 1
        schedule.begun()
        try:
            served_by[number] = hall.call(at, number, waited_for=False)
            schedule.succeeded(now)
        except Shed as shed:
            error = _error_of(shed)
            assert isinstance(error, SlowDown)
            codes[error.code] += 1
            schedule.failed(now, error)
            heapq.heappush(queue, ((schedule.due() - BEGUN).total_seconds(), number))

    assert len(served_by) == CLIENTS
    assert set(codes) == {"slow-down"}
    assert hall.most_in_work <= 64
    needed = CLIENTS / pace
    assert max(served_by.values()) <= max(needed * 1.8, needed + 40)
    assert sum(tries.values()) / CLIENTS <= 4
    by_ten = Counter(int(at // 10) for at in served_by.values())
    middle = [by_ten[ten] for ten in range(1, int(needed // 10) - 1)]
    assert min(middle, default=pace * 5) >= pace * 10 * 0.4, "the server stands idle while offices wait"


def test_slots_are_random_and_never_longer_than_a_timer() -> None:
    seconds = [5.0]
    shedder = Shedder(lambda: seconds[0], random.Random(3).randbytes, places=1)
    with shedder.place(waited_for=True):
        slots = []
        for _ in range(100_000):
            with pytest.raises(Shed) as raised:
                shedder.check(waited_for=True)
            slots.append(raised.value.retry_after_s or 0)
    assert min(slots) >= 1
    assert max(slots) <= LONGEST_WINDOW_S
    assert len(set(slots[:200])) > 15
    busiest = Counter(slots).most_common(1)[0][1]
    assert busiest < 100_000 / LONGEST_WINDOW_S * 3


def test_a_place_is_free_again_after_a_call_and_after_an_error() -> None:
    shedder = Shedder(lambda: 0.0, random.Random(3).randbytes, places=1)
    with pytest.raises(ZeroDivisionError), shedder.place(waited_for=True):
        raise ZeroDivisionError
    with shedder.place(waited_for=True), pytest.raises(Shed):
        shedder.check(waited_for=True)
    assert shedder.in_work == 0


def test_the_last_places_are_for_calls_a_person_waits_for() -> None:
    shedder = Shedder(lambda: 0.0, random.Random(3).randbytes, places=4)
    with shedder.place(waited_for=False), shedder.place(waited_for=False), shedder.place(waited_for=False):
        with pytest.raises(Shed):
            shedder.check(waited_for=False)
        with shedder.place(waited_for=True), pytest.raises(Shed):
            shedder.check(waited_for=True)


@pytest.mark.parametrize(
    ("header", "expected"),
    [("u=1", True), ("u=0, i", True), ("i, u=2", True), ("u=3", False), ("u=7", False), ("", False), ("u=x", False), ("u=11", False), ("xu=1", False)],
)  # fmt: skip
def test_who_waits_is_read_from_the_priority_header(header: str, expected: bool) -> None:
    assert is_waited_for(header) is expected


def test_over_http_a_full_server_says_when_to_come_and_writes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(tmp_path / "server.db")
    inside, leave = threading.Event(), threading.Event()
    heads = SyncService.heads

    def slowly(self: SyncService, session: object, body: object) -> object:
        inside.set()
        assert leave.wait(60)
        return heads(self, session, body)  # type: ignore[arg-type]  # passed on

    with web_of(tmp_path, world, places=1) as web:
        token = web.enrol("som")
        monkeypatch.setattr(SyncService, "heads", slowly)
        body = {"streams": {OFFICE: START}}
        first: list[int] = []
        thread = threading.Thread(target=lambda: first.append(web.call("POST", "/heads", token, json=body).status_code))
        thread.start()
        assert inside.wait(60)
        shed = web.push(token, world.change())
        leave.set()
        thread.join()
        assert (shed.status_code, shed.json()["code"]) == (503, "slow-down")
        assert 1 <= int(shed.headers["Retry-After"]) <= LONGEST_WINDOW_S
        assert first == [204]
        assert world.head() == 0
        assert web.push(token, world.change()).status_code == 200


def test_a_web_with_room_sheds_nobody(web: Web) -> None:
    assert web.call("GET", "/hello").status_code == 200
