"""Writes embodied.csv from embodied_sources.csv: grams of CO2e for making a piece, a gigabyte or a square centimetre.

    python3 make_embodied.py          # writes
    python3 make_embodied.py --check  # only compares

Rules, told in README.md: logic is ACT's sum (fab electricity, gases, materials) over yield; ranges of memory span the
generations of its kind; a figure without another one beside it gets half and twice.
"""

import csv
import pathlib
import sys

HERE = pathlib.Path(__file__).parent
COLUMNS = "code,name,aliases,low,mode,high,unit,year,source,licence"

# Grid factors of the fab, g/kWh: rows of ACT's location_2023 and source tables.
FAB_LOW, FAB_MODE, FAB_HIGH = "usa", "taiwan", "coal"
# Good dies of all: ACT's default; 1 for the low end.
FAB_YIELD = 0.875


def number(value):
    text = f"{value:.4g}"
    value = float(text)
    return str(int(value)) if value == int(value) else repr(value)


def row(code, name, aliases, low, mode, high, unit, year, source, licence):
    fields = [code, name, aliases, number(low), number(mode), number(high), unit, str(year), source, licence]
    assert not any("," in field for field in fields), fields
    assert len(source) < 150, source
    return ",".join(fields)


def main():
    with open(HERE / "embodied_sources.csv") as file:
        given = list(csv.DictReader(file))
    tables = {}
    for line in given:
        tables.setdefault(line["table"], {})[line["key"]] = float(line["value"])
    act = ("2022", "MIT")
    fab = tables["act/fab_grid"]
    rows = []
    for node, kilowatt_hours in tables["act/logic_epa"].items():
        gas_95, gas_99 = tables["act/logic_gpa_95"][node], tables["act/logic_gpa_99"][node]
        materials = tables["act/logic_materials"][node]
        low = kilowatt_hours * fab[FAB_LOW] + gas_99 + materials
        mode = (kilowatt_hours * fab[FAB_MODE] + (gas_95 + gas_99) / 2 + materials) / FAB_YIELD
        high = (kilowatt_hours * fab[FAB_HIGH] + gas_95 + materials) / FAB_YIELD
        size = node.removesuffix("nm")
        rows.append(row(f"logic_{size}nm", f"Logic die at {size} nm", f"{size}nm", low, mode, high, "g/cm2", act[0],
                        "ACT: electricity and gases and materials over a yield of 0.875; fab in Taiwan (low US; high coal)", act[1]))
    dram = tables["act/dram"]
    for key, name, kin in [
        ("ddr4_10nm", "DDR4 memory", ["ddr4_10nm", "ddr3_30nm", "lpddr4"]),
        ("lpddr4", "LPDDR4 memory", ["lpddr4", "ddr4_10nm", "lpddr3_20nm"]),
        ("ddr3_30nm", "DDR3 memory at 30 nm", ["ddr3_30nm", "lpddr3_20nm", "ddr3_40nm"]),
    ]:
        values = [dram[other] for other in kin]
        rows.append(row(f"dram_{key.split('_')[0]}", name, key.split("_")[0], min(values), dram[key], max(values), "g/GB", act[0],
                        f"ACT dram_hynix {key}; range: {' and '.join(sorted(kin))}", act[1]))
    ssd = tables["act/ssd"]
    rows.append(row("ssd", "Solid-state drive", "flash drive", min(ssd.values()), ssd["western_digital_2019"], max(ssd.values()),
                    "g/GB", act[0], "ACT: Western Digital 2019; range: all of ACT's drives and NAND of 2015 and later", act[1]))
    hdd = tables["act/hdd"]
    rows.append(row("hdd", "Hard disk", "hard drive", min(hdd.values()), hdd["Exosx16"], max(hdd.values()), "g/GB", act[0],
                    "ACT: Seagate Exos X16; range: all of ACT's disks", act[1]))
    for code, name, aliases, table, key, source in [
        ("iot_processing", "Processing of the simplest IoT device", "IoT processor", "pirson", "processing_hsl_0",
         "Pirson and Bol 2021: processing HSL-0"),
        ("iot_pcb", "Circuit board of the simplest IoT device", "IoT PCB", "pirson", "pcb_hsl_0", "Pirson and Bol 2021: PCB HSL-0"),
        ("iot_casing", "Casing of an IoT device", "IoT casing", "pirson", "casing", "Pirson and Bol 2021: casing"),
        ("iot_lipo", "Lithium-polymer battery of an IoT device", "IoT battery", "pirson", "lipo_hsl_2",
         "Pirson and Bol 2021: LiPo cell HSL-2"),
        ("gpu_server", "Server with accelerators", "GPU server", "wu", "gpu_system", "Wu et al. 2021: GPU-based system"),
        ("cpu_server", "Server without accelerators", "CPU server", "wu", "cpu_system", "Wu et al. 2021: half of a GPU-based system"),
    ]:
        grams = tables[table][key] * 1000
        rows.append(row(code, name, aliases, grams / 2, grams, grams * 2, "g", 2021,
                        source + "; range: half and twice; a bound set by this project", "facts quoted with source"))
    text = "\n".join([COLUMNS, *rows]) + "\n"
    target = HERE / "embodied.csv"
    if "--check" in sys.argv:
        sys.exit(None if target.read_text() == text else "embodied.csv is not what embodied_sources.csv says")
    target.write_text(text)


main()
