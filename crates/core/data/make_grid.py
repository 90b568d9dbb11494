#!/usr/bin/env python3
"""Make grid.csv from the published data sets pinned in inputs.txt.

    python3 make_grid.py INPUTS          writes grid.csv beside this script
    python3 make_grid.py INPUTS --check  makes it in memory, compares, writes nothing

INPUTS is a folder with the files of inputs.txt. Python 3.9 or later, standard
library only. README.md explains the columns, the range rules and the licences.
"""

import csv
import hashlib
import io
import json
import pathlib
import re
import sys
import unicodedata
import zipfile
from collections import Counter, defaultdict

HERE = pathlib.Path(__file__).resolve().parent
COLUMNS = ("code,iso3,name,aliases,low,mode,high,year,basis,gas,mix,source,licence,"
           "range_basis").split(",")
LATEST = 2024
OLDEST = LATEST - 4  # an older value says nothing about a grid of today
MAX_G_PER_KWH = 1500.0  # what the loader accepts
LB_PER_MWH = 0.45359237  # g/kWh in one lb/MWh
HYDRO = 24.0  # g/kWh, lifecycle median of hydropower, IPCC AR5 WG3 Annex III

# Figures that no package on PyPI carries in a file: each is retyped, with its data year.
PRINTED = {  # iso3: (Ember 2024, Green Algorithms v3.0 for 2020), g/kWh
    "FRA": (44.2, 51.3), "DEU": (342, 339), "GBR": (216, 231), "USA": (384, 424),
    "CHN": (558, 537), "IND": (709, 708), "SWE": (35.9, 5.7), "NOR": (30.8, 7.6),
    "ISL": (28.3, 0.13), "POL": (615, 760), "CAN": (185, 120), "JPN": (484, 466),
    "BRA": (106, 62), "ZAF": (714, 901), "AUS": (554, 840), "CHE": (36.7, 11.5),
}
ACT_2023 = {  # facebookresearch/ACT @abc9fbb, location_2023.yaml, g/kWh
    "IND": 713, "AUS": 549, "TWN": 642, "SGP": 471, "USA": 369, "BRA": 98, "ISL": 7.3,
    "KOR": 402, "JPN": 446, "WORLD": 481,
}
EMBER_WORLD_2024 = 473.0

# Google Cloud regions whose grid is the whole grid of one country ...
ONE_GRID = dict(pair.split("=") for pair in """
africa-south1=ZAF asia-east1=TWN asia-east2=HKG asia-northeast3=KOR asia-southeast1=SGP
europe-central2=POL europe-north1=FIN europe-southwest1=ESP europe-west1=BEL
europe-west2=GBR europe-west3=DEU europe-west4=NLD europe-west6=CHE europe-west9=FRA
europe-west10=DEU me-central1=QAT me-west1=ISR northamerica-south1=MEX
southamerica-west1=CHL""".split())
# ... and those that are one zone of several (US regions go by rule C).
ONE_ZONE = dict(pair.split("=") for pair in """
asia-northeast1=JPN asia-northeast2=JPN asia-south1=IND asia-south2=IND
asia-southeast2=IDN australia-southeast1=AUS australia-southeast2=AUS europe-north2=SWE
europe-west8=ITA europe-west12=ITA me-central2=SAU northamerica-northeast1=CAN
northamerica-northeast2=CAN southamerica-east1=BRA""".split())


class Inputs:
    """The pinned files, checked against their hashes before anything is read."""

    def __init__(self, folder):
        self.paths = {}
        for line in (HERE / "inputs.txt").read_text().splitlines():
            if line.startswith("#") or not line.strip():
                continue
            what, digest = line.split()
            name = what.replace("==", "-")
            found = [p for p in folder.iterdir() if p.name == name or p.name.startswith(name + "-")]
            if len(found) != 1:
                sys.exit(f"{what}: {len(found)} files in {folder}")
            if hashlib.sha256(found[0].read_bytes()).hexdigest() != digest:
                sys.exit(f"{what}: not the pinned file")
            self.paths[name] = found[0]

    def text(self, name, member=None):
        if member is None:
            return self.paths[name].read_text(encoding="utf-8-sig")
        with zipfile.ZipFile(self.paths[name]) as wheel:
            return wheel.read(member).decode("utf-8-sig")

    def rows(self, name, member=None):
        return list(csv.DictReader(io.StringIO(self.text(name, member), newline="")))

    def json(self, name, member):
        return json.loads(self.text(name, member))


def intensity(row):
    return float(next(row[k] for k in row if k.startswith("Carbon intensity")))


class Values:
    """Every value known of a place: (g/kWh, family, label)."""

    def __init__(self):
        self.of = defaultdict(list)

    def add(self, place, family, label, year, value):
        # A 0 is a rounded or missing figure, not a grid without emissions.
        if value > 0 and OLDEST <= year <= LATEST:
            self.of[place].append((value, family, label))


def gather(inputs):
    values, countries = Values(), {}
    intensities = "carbontracker/data/carbon-intensities.csv"
    for row in inputs.rows("carbontracker-2.4.7", intensities):
        year, value = int(row["Year"]), intensity(row)
        countries[row["Code"]] = dict(
            code=row["alpha-2"], name=row["Entity"], year=year, mode=value,
            source="OWID 2025 (Ember; Energy Institute) via carbontracker 2.4.7")
        values.add(row["Code"], "ember", f"OWID {year} (carbontracker 2.4.7)", year, value)
    for row in inputs.rows("carbontracker-1.2.5", intensities):
        year = int(row["Year"])
        values.add(row["Code"], "ember", f"OWID {year} (carbontracker 1.2.5)", year, intensity(row))
    for version in ("2.2.7", "2.3.5", "2.8.4"):
        mix = inputs.json(f"codecarbon-{version}", "codecarbon/data/private_infra/global_energy_mix.json")
        for iso3, row in mix.items():
            values.add(iso3, "ember", f"OWID {row['year']} (codecarbon {version})", row["year"],
                       row["carbon_intensity"])
    # "NA" is Namibia's code; read as "not available" it fell out of carbontracker 2.4.7.
    namibia = mix["NAM"]
    countries["NAM"] = dict(code="NA", name="Namibia", year=namibia["year"],
                            mode=namibia["carbon_intensity"],
                            source="OWID 2024 (Ember; Energy Institute) via codecarbon 2.8.4")
    for row in inputs.rows("eco2ai-0.3.12", "eco2ai/data/carbon_index.csv"):
        if row["region"] == "Whole country":
            values.add(row["alpha_3_code"], "ember", "Ember 2020-21 (eco2ai 0.3.12)", 2020,
                       float(row["Emission intensity, kg/MWh"]))
    for row in inputs.rows("codecarbon-2.8.4",
                           "codecarbon/data/private_infra/2020/eu-carbon-intensity-electricity.csv"):
        if row["Code"]:
            year = int(row["Year"])
            values.add(row["Code"], "eea", f"EEA {year} (codecarbon 2.8.4)", year, intensity(row))
    for iso3, (ember, green_algorithms) in PRINTED.items():
        values.add(iso3, "ember", "Ember 2024", 2024, ember)
        values.add(iso3, "ga", "Green Algorithms v3.0 2020", 2020, green_algorithms)
    for iso3, value in ACT_2023.items():
        values.add(iso3, "act", "ACT 2023", 2023, value)
    return values, countries


def grade(mode):
    return "clean" if mode < 100 else "middle" if mode < 400 else "dirty"


def p90(ratios):
    """The 90th percentile as a value that occurs: the one at floor(0.9 (n - 1))."""
    return sorted(ratios)[9 * (len(ratios) - 1) // 10]


def by_grade(pairs):
    grades = defaultdict(list)
    for mode, ratio in pairs:
        grades[grade(mode)].append(ratio)
    return {g: (p90(grades[g]), len(grades[g])) for g in ("clean", "middle", "dirty")}


def number(value):
    return f"{value:.2f}".rstrip("0").rstrip(".")


def row(code, name, mode, ends, year, basis, gas, mix, source, licence, iso3=""):
    """`ends` are (value, label) pairs; the outermost two are the interval."""
    ends = [(min(v, MAX_G_PER_KWH), l if v <= MAX_G_PER_KWH else f"{l}; cut at {MAX_G_PER_KWH:.0f}")
            for v, l in ends + [(mode, "mode")]]
    low, high = min(ends, key=lambda e: e[0]), max(ends, key=lambda e: e[0])
    return dict(code=code, iso3=iso3, name=name, low=low[0], mode=mode, high=high[0], year=year,
                basis=basis, gas=gas, mix=mix, source=source, licence=licence,
                range_basis=f"low: {low[1]}; high: {high[1]}")


def country_rows(values, countries, report):
    families = {iso3: {v[1] for v in values.of[iso3]} for iso3 in countries}
    several = [(c["mode"], [v[0] for v in values.of[i]]) for i, c in countries.items()
               if c["mode"] > 0 and len(families[i]) > 1]
    down = by_grade((m, m / min(v)) for m, v in several)
    up = by_grade((m, max(v) / m) for m, v in several)
    report["A"] = {g: (down[g], up[g]) for g in down}
    rows = []
    for iso3, c in countries.items():
        mode, ends = c["mode"], [(v, label) for v, _, label in values.of[iso3]]
        source = c["source"]
        if mode == 0:  # the Central African Republic: all hydro, printed as 0
            mode = HYDRO
            source += "; 0 there for an all-hydro grid: IPCC AR5 hydro median"
        g = grade(mode)
        if len(families[iso3]) < 2:
            ends += [(mode / down[g][0], f"rule A {g}"), (mode * up[g][0], f"rule A {g}")]
        rows.append(row(c["code"], c["name"], mode, ends, c["year"], "lifecycle", "CO2e",
                        "production", source, "CC-BY-4.0", iso3))
    return rows


def world_row(values):
    ends = [(v, label) for v, _, label in values.of["WORLD"]]
    ends += [(445.0, "IEA 2024 (carbontracker 2.4.7)")]
    return row("WORLD", "World", EMBER_WORLD_2024, ends, 2024, "lifecycle", "CO2e", "production",
               "Ember Global Electricity Review 2025 / OWID", "CC-BY-4.0")


def swing(now, before):
    return max(now / before, before / now)


def direct_rules(values, google, before, report):
    """B: for a direct value that stands alone. C: the same from US evidence only."""
    grids = {}  # regions that share a grid count once
    for region, mode in google.items():
        grids.setdefault((region.split("-")[0], mode), region)
    alone = set(grids.values())
    down = by_grade((google[r], swing(google[r], before[r])) for r in alone if r in before)
    up = by_grade((google[r], max(v[0] for v in values.of[ONE_GRID[r]]) / google[r])
                  for r in alone if r in ONE_GRID)
    report["B"] = {g: (down[g], up[g]) for g in down}
    us = [swing(google[r], before[r]) for r in alone if r.startswith("us-") and r in before]
    egrid = next(v[0] for v in values.of["USA"] if v[1] == "egrid")
    basis = max(v[0] for v in values.of["USA"]) / egrid
    report["C"] = (p90(us), len(us), basis)

    def rule_b(mode):
        g = grade(mode)
        return [(mode / down[g][0], f"rule B {g}"),
                (max(mode * up[g][0], mode + HYDRO), f"rule B {g}")]

    def rule_c(mode):
        return [(mode / p90(us), "rule C"), (max(mode * p90(us) * basis, mode + HYDRO), "rule C")]

    return rule_b, rule_c


def make(inputs):
    report = {}
    values, countries = gather(inputs)
    iso3_of = {c["code"]: i for i, c in countries.items()}

    google, places = {}, {}
    for r in inputs.rows("cloud_region_gcp_2024.csv"):
        region = r["Google Cloud Region"]
        google[region] = float(r["Grid carbon intensity (gCO2eq / kWh)"])
        places[region] = r["Location"]
    before = {r["region"].replace("me-cenrtal", "me-central"): float(r["impact"])
              for r in inputs.rows("codecarbon-3.3.2", "codecarbon/data/cloud/impact.csv")
              if r["provider"] == "gcp"}
    for region, iso3 in ONE_GRID.items():
        values.add(iso3, "google", f"Google Cloud {region} 2024 (direct)", 2024, google[region])
        if region in before:
            values.add(iso3, "google", f"Google Cloud {region} 2023 (direct)", 2023, before[region])

    states = inputs.json("codecarbon-3.3.2", "codecarbon/data/private_infra/2023/usa_emissions.json")
    states = {s["regionCode"]: (name.title(), s["emissions"] * LB_PER_MWH)
              for name, s in states.items() if not name.startswith("_")}
    whole = [code for code in states if len(code) != 2]  # the national total, no state
    for code in whole:
        values.add("USA", "egrid", "EPA eGRID2023 (direct)", 2023, states.pop(code)[1])

    rows = [world_row(values)]
    rows += sorted(country_rows(values, countries, report), key=lambda r: r["code"])
    of_country = {r["iso3"]: r for r in rows if r["iso3"]}
    rule_b, rule_c = direct_rules(values, google, before, report)

    provinces = inputs.json("codecarbon-3.3.2",
                            "codecarbon/data/private_infra/2023/china_provincial_emissions.json")
    for code, p in sorted(provinces["data"].items()):
        mode = p["emission_factor"]
        rows.append(row(code, p["description"], mode, rule_b(mode), p["year"], "direct", "CO2",
                        "consumption", "China MEE and NBS Announcement 2025 No. 47 Table 3 via codecarbon 3.3.2",
                        "official statistics (facts)"))
    for code, (name, mode) in sorted(states.items()):
        rows.append(row(f"US-{code}", name, mode, rule_c(mode), 2023, "direct", "CO2e", "production",
                        "EPA eGRID2023 STC2ERTA via codecarbon 3.3.2", "US public domain"))
    for region, mode in sorted(google.items()):
        ends = []
        if region in before:
            ends = [(before[region], "Google Cloud 2023")]
        elif not region.startswith("us-"):  # one year shows no swing: the rule supplies it
            ends = rule_b(mode)[:1]
        host = of_country.get(ONE_ZONE.get(region))
        if region in ONE_GRID:
            ends += [(v, label) for v, _, label in values.of[ONE_GRID[region]]]
        elif region.startswith("us-"):
            ends += rule_c(mode)
        elif grade(host["mode"]) == grade(mode):
            ends += [(host[end], f"{host['code']} row") for end in ("low", "high")]
        else:
            ends += rule_b(mode)
        rows.append(row(f"gcp:{region}", f"{places[region]} (Google Cloud)", mode, ends, 2024, "direct",
                        "CO2e", "consumption", "Google Cloud region-carbon-info 2024 @49f3f26", "Apache-2.0"))

    named = {r["code"]: r for r in csv.DictReader((HERE / "place_names.csv").open(encoding="utf-8"))}
    for r in rows:
        name = named.pop(r["code"], {"name": "", "aliases": ""})
        r["name"] = name["name"] or r["name"]
        aliases = name["aliases"].split(";") if name["aliases"] else []
        if r["code"].startswith("gcp:"):
            aliases.append(r["code"][4:])
            plain = unicodedata.normalize("NFKD", r["name"]).encode("ascii", "ignore").decode()
            aliases += [plain] if plain != r["name"] else []
        r["aliases"] = ";".join(aliases)
        for end in ("low", "mode", "high"):
            r[end] = number(r[end])
    if named:
        sys.exit(f"place_names.csv names unknown places: {sorted(named)}")
    return rows, report


def check(rows):
    """What the loader relies on; any breach ends the run."""
    owner = {}
    for r in rows:
        low, mode, high = (float(r[k]) for k in ("low", "mode", "high"))
        assert 0 < low <= mode <= high <= MAX_G_PER_KWH, r
        assert r["basis"] in ("lifecycle", "direct") and r["gas"] in ("CO2e", "CO2"), r
        assert r["mix"] in ("production", "consumption"), r
        assert not re.search(r'[,"\n]', "".join(map(str, r.values()))), r
        assert re.fullmatch(r"\d{4}", str(r["year"])), r
        assert OLDEST <= int(r["year"]) <= LATEST or r["code"] == "EH", r
        assert all(r[k] for k in COLUMNS if k not in ("iso3", "aliases")), r
        for key in [r["code"], r["iso3"], r["name"], *r["aliases"].split(";")]:
            if key:
                other = owner.setdefault(key.casefold(), r["code"])
                assert other == r["code"], f"{key} names {other} and {r['code']}"


def main():
    arguments = [a for a in sys.argv[1:] if a != "--check"]
    if len(arguments) != 1:
        sys.exit(__doc__)
    rows, report = make(Inputs(pathlib.Path(arguments[0])))
    check(rows)
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    target = HERE / "grid.csv"
    if "--check" in sys.argv:
        if target.read_text(encoding="utf-8") != out.getvalue():
            sys.exit("grid.csv is not what its inputs make")
    else:
        target.write_bytes(out.getvalue().encode())
    for rule in "AB":
        for g, ((down, n), (up, m)) in report[rule].items():
            print(f"rule {rule} {g}: mode / {down:.2f} (n={n}) to mode x {up:.2f} (n={m})")
    down, n, basis = report["C"]
    print(f"rule C: mode / {down:.2f} (n={n}) to mode x {down * basis:.2f} (basis and sets {basis:.3f})")
    print(len(rows), "rows;", dict(Counter(
        r["range_basis"].count("rule") and re.search(r"rule (.)", r["range_basis"]).group(1) or "data"
        for r in rows)))


if __name__ == "__main__":
    main()
