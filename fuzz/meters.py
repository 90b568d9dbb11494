#!/usr/bin/env python3
"""Writes the seeds of the target `meters`: the beginnings of the fixtures' traces, and a short file of each other form.

    python3 fuzz/meters.py
"""

import io
import json
import pathlib
import struct
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
TRACES = HERE / "../fixtures/traces"
OUT = HERE / "corpus/meters"
OUT.mkdir(parents=True, exist_ok=True)

for path in sorted(TRACES.iterdir()):
    if path.suffix in (".csv", ".json", ".log", ".txt", ".bin"):
        seed = path.read_bytes()[:600]
        if path.suffix in (".csv", ".log", ".txt"):
            seed = seed[: seed.rfind(b"\n") + 1]
        (OUT / path.name).write_bytes(seed)

trials = json.loads((TRACES / "mlperf_runner_results.json").read_text())
for trial in trials:
    trial["power"] = {"samples": trial["power"]["samples"][:20], "timestamps": [["00", 2], ["01", 18]]}
trials[1]["power"]["timestamps"] = [["02", 2], ["03", 18]]
(OUT / "mlperf_runner_results.json").write_text(json.dumps(trials))

raw = b"".join(
    struct.pack("<f", 1000.0 + n) + struct.pack(">H", 0x5556 if n % 4 else 0x5557) for n in range(40)
)
packed = io.BytesIO()
with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
    metadata = json.dumps({"metadata": {"samplesPerSecond": 1000}, "formatVersion": 2}).encode()
    for name, content in [("session.raw", raw), ("metadata.json", metadata)]:
        archive.writestr(zipfile.ZipInfo(name, (2026, 11, 25, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
(OUT / "session.ppk2").write_bytes(packed.getvalue())


def rows(count, row):
    return "".join(row(n) for n in range(count))


TEXTS = {
    "joulescope_statistics": "#time,current,voltage,power,charge,energy\n"
    + rows(12, lambda n: f"20241030T1842{n + 10}.5Z,0.1,3,0.3,{n * 0.1},{n * 0.3}\n"),
    "joulescope_header": "#= header=time,current,voltage,power,charge,energy\n#= units=s,A,V,W,C,J\n"
    + rows(12, lambda n: f"{n},0.1,3,0.3,{n * 0.1},{n * 0.3}\n"),
    "pyjls": rows(20, lambda n: f"{n / 1000}\n"),
    "lpm01a": "PowerShield > ack output energy\nPowerShield > ack freq 1k\nTimeStamp: 000s 000ms, buff 05%\n\0"
    + rows(20, lambda n: ("event 00 ris\n" if n in (2, 18) else "") + f"{3000 + n}-08\n"),
    "monsoon": "Time(ms),Main(mA),USB(mA),Aux(mA),Main Voltage(V),USB Voltage(V)\n"
    + rows(24, lambda n: f"{n // 6 * 0.0012:.4f},{100 + n},0,0,4.0,0,\n"),
    "um25c": "Date;Voltage (V);Intensity (A);Power (W);Capacity (Ah);Energy (Wh)\r\n"
    + rows(12, lambda n: f"2024-10-30 18:42:{n + 10}.5;5.0;0.5;2.5;{n * 1e-4:.6f};{n * 5e-4:.6f}\r\n"),
    "hwmon": "time_s,hwmon0/in1_input,hwmon0/curr1_input,energy1_input\n"
    + rows(12, lambda n: f"{n},5000,100,{n * 500000}\n"),
    "ina": "time_ms,shunt_mV,current_mA,bus_V,power_mW,cal\n" + rows(12, lambda n: f"{n * 10},10,100,5,500,2048\n"),
    "otii": "Time (s);Main current (A);Main voltage (V);GPI1\n"
    + rows(24, lambda n: f"{n / 100:.2f};0,{n + 10};3,3;{0 if n in (3, 20) else 1}\n".replace(".", ",")),
    "zeros": "time_s,power_W\n" + rows(20, lambda n: f"{n},{n % 2}\n"),
    "gap": "time_s,power_W\n" + rows(20, lambda n: f"{n if n < 10 else n + 5},{'nan' if n == 4 else 1}\n"),
    "stamps": "[0.022, 2.782, 14.048]",
}
for name, text in TEXTS.items():
    (OUT / name).write_text(text, newline="")
