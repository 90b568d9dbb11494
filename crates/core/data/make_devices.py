"""Fits the MLPerf Tiny presets.

    python3 make_devices.py FOLDER

FOLDER holds `mlperf_tiny_results.csv` and `mlperf_tiny_trace_idle.csv`, parsed from the logs of mlcommons/tiny_results_v0.5
to v1.3. Reads `devices_kernel.csv`, writes `devices_mlperf.csv` and `devices_mlperf_check.csv` beside itself. Standard
library only. DEVICES.md says what is fitted and why.
"""

import csv
import math
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
MODELS = ["ad", "ic", "kws", "vww"]
SCALES = ["dense", "conv2d", "pointwise_conv2d", "depthwise_conv2d", "other"]
# How hard the ratios between kinds are held to the other submitters' median, against relative errors squared.
LAMBDA = 0.1
# What a processor's ratios say about an accelerator is little.
LAMBDA_ACCELERATOR = 0.001
# Publication of the rounds.
YEAR = {"0.5": 2021, "0.7": 2022, "1.0": 2022, "1.1": 2023, "1.2": 2024, "1.3": 2025}

# (kind, layers, MACs, outputs, gathered bytes) of the int8 reference models of mlcommons/tiny.
WORK = {
    "ad": [("dense", 10, 264_192, 1_672, 0)],
    "ic": [
        ("conv2d", 7, 12_238_848, 73_728, 0),
        ("pointwise_conv2d", 2, 262_144, 12_288, 0),
        ("dense", 1, 640, 10, 0),
        ("elementwise", 3, 0, 28_672, 0),
        ("pool", 1, 0, 64, 4_096),
        ("softmax", 1, 0, 10, 0),
        ("movement", 1, 0, 64, 0),
    ],
    "kws": [
        ("conv2d", 1, 320_000, 8_000, 0),
        ("depthwise_conv2d", 4, 288_000, 32_000, 0),
        ("pointwise_conv2d", 4, 2_048_000, 32_000, 0),
        ("dense", 1, 768, 12, 0),
        ("pool", 1, 0, 64, 8_000),
        ("softmax", 1, 0, 12, 0),
        ("movement", 1, 0, 64, 0),
    ],
    "vww": [
        ("conv2d", 1, 497_664, 18_432, 0),
        ("depthwise_conv2d", 13, 798_336, 88_704, 0),
        ("pointwise_conv2d", 13, 6_193_152, 124_416, 0),
        ("dense", 1, 512, 2, 0),
        ("pool", 1, 0, 256, 2_304),
        ("softmax", 1, 0, 2, 0),
        ("movement", 1, 0, 256, 0),
    ],
}
# vww_96_int8.tflite again, without the channels whose weights are all zero and what only they feed.
VWW_WITHOUT_ZERO_CHANNELS = [
    ("conv2d", 1, 497_664, 18_432, 0),
    ("depthwise_conv2d", 13, 638_523, 70_947, 0),
    ("pointwise_conv2d", 13, 2_605_860, 101_394, 0),
    ("dense", 1, 44, 2, 0),
    ("pool", 1, 0, 22, 198),
    ("softmax", 1, 0, 2, 0),
    ("movement", 1, 0, 22, 0),
]

M4, M7, M33 = "Cortex-M4F at 120 MHz", "Cortex-M7 at 280 MHz", "Cortex-M33 at 160 MHz"
ST, MVP = "STMicroelectronics", "tflite-micro with Silicon Labs MVP"
# board, its description, software it takes its most likely values from, systems: (variant, round, submitter, system, software, regulator)
BOARDS = [
    ("nucleo-l4r5zi", f"NUCLEO-L4R5ZI: {M4}", "microtvm-cmsis-nn", [
        ("tflm-2.3.1", "0.5", "reference", "Nucleo-L4R5ZI", "TensorFlow Lite for Microcontrollers 2.3.1: reference kernels", "ldo"),
        ("microtvm-cmsis-nn", "1.0", "OctoML", "microtvm_cmsis_nn/NUCLEO_L4R5ZI", "microTVM with CMSIS-NN", "ldo"),
        ("microtvm-native", "1.0", "OctoML", "microtvm_native/NUCLEO_L4R5ZI", "microTVM with its own kernels", "ldo"),
        ("onnc-mbed", "1.1", "Skymizer", "NUCLEO_L4R5ZI-mbed_os", "ONNC on Mbed OS", "ldo"),
        ("onnc-zephyr", "1.1", "Skymizer", "NUCLEO_L4R5ZI-zephyr", "ONNC on Zephyr", "ldo"),
        ("x-cube-ai-7.1", "0.7", ST, "NUCLEO_L4R5ZI", "X-CUBE-AI 7.1.0", "ldo"),
        ("x-cube-ai-7.3", "1.0", ST, "NUCLEO_L4R5ZI", "X-CUBE-AI 7.3.0", "ldo"),
        ("x-cube-ai-7.3-3v", "1.1", "Krai", "NUCLEO-L4R5ZI_X-CUBE-AI-7.3", "X-CUBE-AI 7.3.0", "ldo"),
        ("x-cube-ai-8.0-3v", "1.1", "Krai", "NUCLEO-L4R5ZI_X-CUBE-AI-8.0", "X-CUBE-AI 8.0.0", "ldo"),
        ("x-cube-ai-8.1", "1.1", ST, "NUCLEO_L4R5ZI", "X-CUBE-AI 8.1.0", "ldo"),
        ("x-cube-ai-9.0", "1.2", ST, "NUCLEO_L4R5ZI", "X-CUBE-AI 9.0", "ldo"),
        ("x-cube-ai-10.2", "1.3", ST, "NUCLEO_L4R5ZI-P", "X-CUBE-AI 10.2 on the L4R5ZI-P with external SMPS", "switching"),
    ]),
    ("nucleo-u575zi", f"NUCLEO-U575ZI-Q: {M33}", "x-cube-ai-7.1", [
        ("x-cube-ai-7.1", "0.7", ST, "NUCLEO-U575ZI-Q", "X-CUBE-AI 7.1.0", "switching"),
        ("x-cube-ai-7.3", "1.0", ST, "NUCLEO-U575ZI-Q", "X-CUBE-AI 7.3.0", "switching"),
        ("x-cube-ai-8.1", "1.1", ST, "NUCLEO_U575ZI_Q", "X-CUBE-AI 8.1.0", "switching"),
        ("x-cube-ai-9.0", "1.2", ST, "NUCLEO_U575ZI_Q", "X-CUBE-AI 9.0", "switching"),
        ("x-cube-ai-10.2", "1.3", ST, "NUCLEO_U575ZI_Q", "X-CUBE-AI 10.2", "switching"),
    ]),
    ("nucleo-h7a3zi", f"NUCLEO-H7A3ZI-Q: {M7}", "x-cube-ai-7.1", [
        ("x-cube-ai-7.1", "0.7", ST, "NUCLEO-H7A3ZI-Q", "X-CUBE-AI 7.1.0", "switching"),
        ("x-cube-ai-7.3-3.3v", "1.0", ST, "NUCLEO-H7A3ZI-Q", "X-CUBE-AI 7.3.0", "switching"),
        ("x-cube-ai-7.3", "1.1", "Krai", "NUCLEO-H7A3ZI-Q_X-CUBE-AI-7.3", "X-CUBE-AI 7.3.0", "switching"),
        ("x-cube-ai-8.0", "1.1", "Krai", "NUCLEO-H7A3ZI-Q_X-CUBE-AI-8.0", "X-CUBE-AI 8.0.0", "switching"),
        ("x-cube-ai-8.1", "1.1", ST, "NUCLEO_H7A3ZI_Q", "X-CUBE-AI 8.1.0", "switching"),
        ("x-cube-ai-9.0", "1.2", ST, "NUCLEO_H7A3ZI_Q", "X-CUBE-AI 9.0.0", "switching"),
    ]),
    ("nucleo-u385rg", "NUCLEO-U385RG-Q: Cortex-M33 at 96 MHz", "x-cube-ai-10.2", [
        ("x-cube-ai-10.2", "1.3", ST, "NUCLEO_U385RG_Q", "X-CUBE-AI 10.2", "switching"),
    ]),
    ("xg24-dk2601b", "xG24-DK2601B: Cortex-M33 at 78 MHz with MVP accelerator", "tflm-mvp-2022-11", [
        ("tflm-mvp-2022-04", "0.7", "silicon_labs", "silicon_labs_xG24_DK2601B", f"{MVP} (tflite-micro 3e190e5)", ""),
        ("tflm-mvp-2022-11", "1.0", "silicon_labs", "silicon_labs_xG24_DK2601B", f"{MVP} (tflite-micro 10b1223)", ""),
    ]),
    ("ek-ra6m4", "EK-RA6M4: Cortex-M33 at 200 MHz", "tflite-micro", [
        ("tflite-micro", "0.7", "renesas", "EK-RA6M4", "tflite-micro", ""),
    ]),
    ("rx65n-cloud-kit", "RX65N Cloud Kit: RXv2 at 120 MHz", "tflite-micro", [
        ("tflite-micro", "0.7", "renesas", "RX65N-Cloud-Kit", "tflite-micro", ""),
    ]),
    ("gap9", "GAP9 EVK: RISC-V cluster with NE16 accelerator; 0.65 V core and 240 MHz", "0.65v-240mhz", [
        ("0.65v-240mhz", "1.0", "greenwaves-technologies", "gap9_650_240", "GreenWaves tools for NE16", ""),
        ("0.8v-370mhz", "1.0", "greenwaves-technologies", "gap9_800_370", "GreenWaves tools for NE16", ""),
    ]),
    ("syntiant-ndp9120", "Syntiant NDP9120: Core 2 accelerator; 0.9 V core and 30.7 MHz", "0.9v-30mhz", [
        ("0.9v-30mhz", "1.0", "syntiant", "syntiant_9120_0v9_30mhz", "Syntiant tools for Core 2", ""),
        ("1.1v-98mhz", "1.0", "syntiant", "syntiant_9120_1v1_98mhz", "Syntiant tools for Core 2", ""),
    ]),
]
# What runs on an accelerator: the program is the vendor's, the variants are operating points and each stands for itself.
ACCELERATORS = ("gap9", "syntiant-ndp9120")
# Energy and latency disagree in this one row.
FLAGGED = {("1.1", ST, "NUCLEO_L4R5ZI", "ic")}
# On what the board presets of one-program boards borrow their width: the same sort of program on the L4R5ZI.
BORROWED = {"nucleo-u385rg": "x-cube-ai-10.2", "ek-ra6m4": "microtvm-cmsis-nn", "rx65n-cloud-kit": "microtvm-cmsis-nn"}
# Other systems on the same board, latency only, that widen the board's range: a part of the system's name.
BOARD_MARK = {"nucleo-l4r5zi": "L4R5ZI", "nucleo-u575zi": "U575ZI", "nucleo-h7a3zi": "H7A3ZI", "syntiant-ndp9120": "9120-0V9"}


def drops_zero_channels(round_, submitter):
    """Programs that run vww in 0.63 to 0.73 of the time its MACs ask for, on every board: they skip channels of zeros."""
    return (submitter == ST and float(round_) >= 1.1) or (submitter == "plumerai" and round_ == "1.1") or submitter in ("Skymizer", "Nuvoton")


def read_systems(folder):
    systems = {}
    with open(os.path.join(folder, "mlperf_tiny_results.csv"), encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["division"] != "closed" or row["model"] not in MODELS:
                continue
            key = (row["round"], row["submitter"], row["system"])
            if key + (row["model"],) in FLAGGED:
                continue
            systems.setdefault(key, {})[row["model"]] = row
    return systems


def read_idle(folder):
    """(low, mode, high) in milliwatts between the windows: p10, median, p90 over a system's traces."""
    traces = {}
    with open(os.path.join(folder, "mlperf_tiny_trace_idle.csv"), encoding="utf-8") as file:
        for row in csv.DictReader(file):
            division, submitter, _, *system, task, _ = row["path"].split("/")
            if division == "closed":
                traces.setdefault((row["round"], submitter, "/".join(system)), []).append(row)
    idle = {}
    for key, rows in traces.items():
        column = lambda name: [float(row[name]) for row in rows]
        low = column("p10_outside_mW")
        mode = median(column("median_outside_mW"))
        # A board that draws more between the windows than inside is printing, not idling: then the lowest tenth is.
        if mode > median(column("active_mW_in_windows_mean")):
            mode = median(low)
        idle[key] = (min(low), mode, max(column("p90_outside_mW")))
    return idle


def median(values):
    values = sorted(values)
    middle = len(values) // 2
    return values[middle] if len(values) % 2 else (values[middle - 1] + values[middle]) / 2


def hertz(row):
    # OctoML's rows name no clock; Krai's run of the same programs in v1.1 has the same latencies at 120 MHz.
    return float(row["clock"].replace(" ", "").upper().removesuffix("MHZ") or 120) * 1e6


def latencies(row):
    """Seconds an inference in the performance run, then in the energy run where there was one."""
    return [float(row[name]) / 1e3 for name in ("latency_ms_perf_mode", "latency_ms_energy_mode") if row[name]]


def instructions(work, kernel):
    """Instructions of CMSIS-NN for a model's work, by the scale that its kinds follow."""
    sums = dict.fromkeys(SCALES, 0.0)
    for kind, layers, macs, outputs, gathered in work:
        scale, per_layer, per_mac, per_output, per_gathered = kernel[kind]
        sums[scale] += per_layer * layers + per_mac * macs + per_output * outputs + per_gathered * gathered
    return [sums[scale] for scale in SCALES]


def fit(counts, cycles, ratios, held=LAMBDA):
    """Cycles an instruction, by scale: non-negative least squares of the relative errors, held to `ratios`.

    Minimises sum over models (predicted / measured - 1)^2 + held * sum over scales (x / (s * ratio) - 1)^2, where s
    is the best common scale.
    """
    rows = [[n * r / y for n, r in zip(c, ratios)] for c, y in zip(counts, cycles)]
    totals = [sum(row) for row in rows]
    common = sum(totals) / sum(total * total for total in totals)
    x = [common] * len(SCALES)
    for _ in range(3000):
        for j in range(len(x)):
            rest = [1 - sum(row[i] * x[i] for i in range(len(x)) if i != j) for row in rows]
            top = sum(row[j] * r for row, r in zip(rows, rest)) + held / common
            bottom = sum(row[j] ** 2 for row in rows) + held / common**2
            x[j] = max(0.0, top / bottom)
    return [a * r for a, r in zip(x, ratios)], common


def dot(a, b):
    return sum(x * y for x, y in zip(a, b))


def digits(value, count=6):
    return float(f"{value:.{count - 1}e}")


def outward(value, up, count=4):
    """Rounded away from the middle, so that a rounded range still holds what it was made of."""
    unit = 10.0 ** (math.floor(math.log10(value)) - count + 1)
    return (math.ceil(value / unit - 1e-9) if up else math.floor(value / unit + 1e-9)) * unit


def main():
    folder = sys.argv[1]
    with open(os.path.join(HERE, "devices_kernel.csv"), encoding="utf-8") as file:
        kernel = {
            row["kind"]: (row["scale"], *(float(row[name]) for name in ("per_layer", "per_mac", "per_output", "per_gathered_byte")))
            for row in csv.DictReader(file)
        }
    full = {model: instructions(WORK[model], kernel) for model in MODELS}
    vww_live = instructions(VWW_WITHOUT_ZERO_CHANNELS, kernel)
    systems, idle = read_systems(folder), read_idle(folder)

    def ran(key, model):
        return vww_live if model == "vww" and drops_zero_channels(key[0], key[1]) else full[model]

    def cycles_of(key, model):
        row = systems[key][model]
        return latencies(row)[0] * hertz(row)

    # Ratios between kinds: plain int8 processors with all four models.
    plain = {}
    for key, rows in systems.items():
        foreign = key[1] in ("Qualcomm", "syntiant", "kai_jiang", "fpgaconvnet")
        accelerated = any(row["accelerator"] not in ("", "N/A") for row in rows.values())
        if len(rows) == 4 and not foreign and not accelerated and "float" not in key[2]:
            ones = [1.0] * len(SCALES)
            x, common = fit([ran(key, m) for m in MODELS], [cycles_of(key, m) for m in MODELS], ones)
            plain[key] = [value / common for value in x]

    def ratios_for(submitter):
        others = [ratio for key, ratio in plain.items() if key[1] != submitter]
        return [median(column) for column in zip(*others)]

    def seen(key, x, rows=None):
        """Measured over predicted cycles, for work counted in full, in both runs."""
        rows = rows or systems[key]
        return [t * hertz(row) / dot(full[model], x) for model, row in rows.items() for t in latencies(row)]

    out, check = [], []
    fits = {}
    for board, description, default, variants in BOARDS:
        point = board in ACCELERATORS
        held = LAMBDA_ACCELERATOR if point else LAMBDA
        entries = []
        for variant, round_, submitter, system, software, regulator in variants:
            key = (round_, submitter, system)
            rows = systems[key]
            models = [m for m in MODELS if m in rows]
            ratios = ratios_for(submitter)
            x, _ = fit([ran(key, m) for m in models], [cycles_of(key, m) for m in models], ratios, held)
            x = [digits(value) for value in x]
            fits[variant if board == "nucleo-l4r5zi" else (board, variant)] = (key, x)
            factors = seen(key, x)
            watts = [float(row["avg_power_mW_in_window"]) / 1e3 for row in rows.values() if row["avg_power_mW_in_window"]]
            for model in models:
                rest = [m for m in models if m != model]
                y, _ = fit([ran(key, m) for m in rest], [cycles_of(key, m) for m in rest], ratios, held)
                measured = cycles_of(key, model)
                held_out = dot(ran(key, model), y) / measured
                factors.append(1 / held_out)
                energy = rows[model]["energy_uJ_per_inf_median"]
                check.append([
                    f"{board}/{variant}", model, energy, f"{dot(full[model], x) / hertz(rows[model]) * median(watts) * 1e6:.5g}",
                    f"{dot(full[model], x) / measured - 1:.3f}", f"{dot(ran(key, model), x) / measured - 1:.3f}", f"{held_out - 1:.3f}",
                ])
            volts = {float(row["supply_mV_from_log"]) / 1e3 for row in rows.values() if row["supply_mV_from_log"]}
            assert len(volts) == 1, (key, volts)
            entries.append(dict(
                name=f"{board}/{variant}", description=description, software=software, regulator=regulator,
                clock=hertz(next(iter(rows.values()))), volts=[min(volts)] * 3,
                watts=[min(watts), median(watts), max(watts)],
                idle=[value / 1e3 for value in idle[key]] if key in idle else None,
                factor=[min(factors), 1.0, max(factors)], x=x, year=YEAR[round_],
                source=f"MLPerf Tiny v{round_} closed: {submitter} {system}",
                watts_source=f"MLPerf Tiny v{round_} closed: {submitter} {system}",
                spread="Fit and leave-one-model-out error over the system's models",
                key=key,
            ))
        base = next(entry for entry in entries if entry["name"].endswith("/" + default))
        factors, together, same = list(base["factor"]), [base], "its programs"
        mark = BOARD_MARK.get(board)
        if not point:
            together = entries
            for entry in entries:
                factors += seen(entry["key"], base["x"])
        if mark:
            for key, rows in systems.items():
                name = key[2].upper().replace("_", "-")
                if mark in name and "FLOAT" not in name:
                    factors += seen(key, base["x"])
        if board in BORROWED:
            key, x = fits[BORROWED[board]]
            for other, rows in systems.items():
                name = other[2].upper().replace("_", "-")
                if "L4R5ZI" in name and "FLOAT" not in name:
                    both = {m: row for m, row in rows.items() if m in systems[key]}
                    factors += [latencies(row)[0] * hertz(row) / cycles_of(key, m) for m, row in both.items()]
            same = f"programs on the NUCLEO-L4R5ZI against {BORROWED[board]}"
        hull = lambda name: [min(e[name][0] for e in together if e[name]), base[name][1], max(e[name][2] for e in together if e[name])]
        out.append(base | dict(
            name=board, software=base["software"], factor=[min(factors), 1.0, max(factors)],
            volts=hull("volts"), watts=hull("watts"), idle=hull("idle") if base["idle"] else None,
            watts_source=base["source"] if point or len(entries) == 1 else f"{base['source']}; range: all {len(entries)} programs here; v0.5 to v1.3 closed",
            spread="Fit error and spread of " + ("this operating point" if point else same) + "; MLPerf Tiny v0.5 to v1.3 closed",
        ))
        out += entries

    with open(os.path.join(HERE, "devices_mlperf.csv"), "w", encoding="utf-8", newline="\n") as file:
        names = [f"{q}_{e}" for q in ("supply_volts", "active_watts", "idle_watts", "cycles_factor") for e in ("low", "mode", "high")]
        head = ["name", "description", "software", "regulator", "clock_hertz", *names]
        print(*head, *(f"scale_{scale}" for scale in SCALES), "year", "source", "watts_source", "spread_source", sep=",", file=file)
        for e in out:
            ranges = []
            for name in ("volts", "watts", "idle", "factor"):
                values = e[name]
                if values is None:
                    ranges += ["", "", ""]
                else:
                    ranges += [f"{outward(values[0], False):.6g}" if values[0] < values[1] else f"{values[0]:.6g}", f"{values[1]:.6g}"]
                    ranges += [f"{outward(values[2], True):.6g}" if values[2] > values[1] else f"{values[2]:.6g}"]
            row = [e["name"], e["description"], e["software"], e["regulator"], f"{e['clock']:.0f}", *ranges]
            row += [f"{value:.6g}" for value in e["x"]] + [e["year"], e["source"], e["watts_source"], e["spread"]]
            assert not any("," in str(cell) for cell in row) and all(len(str(cell)) <= 160 for cell in row), row
            print(*row, sep=",", file=file)
    with open(os.path.join(HERE, "devices_mlperf_check.csv"), "w", encoding="utf-8", newline="\n") as file:
        print("preset,model,published_microjoules,predicted_microjoules,cycles_error_counted_in_full,cycles_error_fit,cycles_error_left_out", file=file)
        for row in check:
            print(*row, sep=",", file=file)
    errors = sorted(abs(float(row[-1])) for row in check)
    print(f"{len(plain)} systems give the ratios; {len(errors)} left-out errors: median {median(errors):.3f}, p90 {errors[int(0.9 * len(errors))]:.3f}, worst {errors[-1]:.3f}")


main()
