"""Inferences of the four MLPerf Tiny models on this machine, one thread: joulegram and LiteRT, in turns, in one run.

    python3 -m venv VENV && VENV/bin/pip install ai-edge-litert==2.3.0 numpy==2.4.6
    cargo build --release --manifest-path benchmarks/Cargo.toml
    VENV/bin/python benchmarks/compare.py [--seconds 20] [--write FILE.json]

Each turn times some inferences by every engine, one after the other, so that what else the machine does meets all
alike. A row shows the median and the least of the turns in microseconds, and how many times joulegram's least the least
is: what else the machine does only ever adds. LiteRT runs twice: without delegate, and by XNNPACK, its default. Its call from Python is part of its time,
as it is of everyone's who calls it from there.

LiteRT's outputs are not joulegram's to the bit: XNNPACK rounds otherwise. joulegram's are those of TensorFlow Lite for
Microcontrollers, which `bash tests/run kernel` shows.
"""

import argparse
import datetime
import json
import pathlib
import platform
import statistics
import subprocess
import sys
import time

import numpy as np
from ai_edge_litert import interpreter as litert

HERE = pathlib.Path(__file__).resolve().parent
MODELS = HERE.parent / "fixtures" / "models"
NAMES = {"kws": "KWS", "vww": "VWW", "ic": "IC", "ad": "AD"}
# Inferences of a turn: some milliseconds at most, less than a scheduler's slice.
COUNTS = {"kws": 4, "vww": 2, "ic": 2, "ad": 40}


class Joulegram:
    """The Rust side, which answers line by line."""

    def __init__(self, program):
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline().strip()
        if not answer:
            sys.exit(f"{line}: no answer")
        return answer

    def time(self, count):
        return float(self.ask(f"time {count}")) / count


class LiteRt:
    """A model in LiteRT's interpreter."""

    def __init__(self, path, resolver):
        self.interpreter = litert.Interpreter(
            model_path=str(path), num_threads=1, experimental_op_resolver_type=resolver
        )
        self.interpreter.allocate_tensors()
        given = self.interpreter.get_input_details()[0]
        values = (np.arange(np.prod(given["shape"])) % 256).astype(np.uint8).view(np.int8)
        self.interpreter.set_tensor(given["index"], values.reshape(given["shape"]))

    def time(self, count):
        invoke = self.interpreter.invoke
        start = time.perf_counter()
        for _ in range(count):
            invoke()
        return (time.perf_counter() - start) / count


def measure(joulegram, name, seconds):
    path = MODELS / f"{name}.tflite"
    joulegram.ask(f"load {path}")
    resolvers = litert.OpResolverType
    engines = {
        "joulegram": joulegram,
        "LiteRT without delegate": LiteRt(path, resolvers.BUILTIN_WITHOUT_DEFAULT_DELEGATES),
        "LiteRT, XNNPACK": LiteRt(path, resolvers.AUTO),
    }
    count, turns = COUNTS[name], []
    for engine in engines.values():
        engine.time(count)
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(turns) < 5:
        turns.append([engine.time(count) * 1e6 for engine in engines.values()])
    result = {}
    for place, engine in enumerate(engines):
        times = [turn[place] for turn in turns]
        ratio = min(times) / min(turn[0] for turn in turns)
        result[engine] = {
            "median_us": round(statistics.median(times), 2),
            "least_us": round(min(times), 2),
            "times_joulegram": round(ratio, 2),
        }
    return {"turns": len(turns), "inferences_a_turn": count, "engines": result}


def processor():
    info = pathlib.Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return f"{names[0]}, {len(names)} cores" if names else platform.processor()


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--seconds", type=float, default=20, help="for each model")
    options.add_argument("--program", default=str(HERE / "target/release/joulegram-benchmarks"))
    options.add_argument("--loops", help="joulegram's loops; the fastest of this processor without it")
    options.add_argument("--write", type=pathlib.Path, help="a file for the result")
    chosen = options.parse_args()
    joulegram = Joulegram(chosen.program)
    if chosen.loops and joulegram.ask(f"loops {chosen.loops}") != "true":
        sys.exit(f"this processor has no {chosen.loops}")
    record = {
        "date": datetime.date.today().isoformat(),
        "processor": processor(),
        "loops": joulegram.ask("loops"),
        "rustc": subprocess.run(["rustc", "--version"], capture_output=True, text=True, check=True).stdout.split()[1],
        "litert": litert.__version__ if hasattr(litert, "__version__") else package_version("ai-edge-litert"),
        "models": {name: measure(joulegram, name, chosen.seconds) for name in NAMES},
    }
    for name, model in record["models"].items():
        print(f"{NAMES[name]}, {model['turns']} turns of {model['inferences_a_turn']}")
        for engine, row in model["engines"].items():
            print(f"  {engine:24} {row['median_us']:9.2f} {row['least_us']:9.2f} {row['times_joulegram']:6.2f}")
    if chosen.write:
        chosen.write.write_text(json.dumps(record, indent=2) + "\n")


def package_version(name):
    from importlib.metadata import version

    return version(name)


if __name__ == "__main__":
    main()
