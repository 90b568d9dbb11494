#!/usr/bin/env python3
"""Writes the hostile seeds of the reader's corpus, each an honest fixture with one thing wrong.

    python3 fuzz/hostile.py
"""

import pathlib
import struct

HERE = pathlib.Path(__file__).resolve().parent
HONEST = (HERE / "../fixtures/models/conv_no_bias.tflite").read_bytes()
OUT = HERE / "corpus/tflite_reader"


def u32(blob, at):
    return struct.unpack_from("<I", blob, at)[0]


def follow(blob, at):
    return at + u32(blob, at)


def vtable(blob, table):
    return table - struct.unpack_from("<i", blob, table)[0]


def field(blob, table, number):
    return table + struct.unpack_from("<H", blob, vtable(blob, table) + 4 + 2 * number)[0]


ROOT = follow(HONEST, 0)
GRAPHS = follow(HONEST, field(HONEST, ROOT, 2))
GRAPH = follow(HONEST, GRAPHS + 4)
TENSORS = follow(HONEST, field(HONEST, GRAPH, 0))
TENSOR = follow(HONEST, TENSORS + 4)
OPERATORS = follow(HONEST, field(HONEST, GRAPH, 3))
OPERATOR = follow(HONEST, OPERATORS + 4)
INPUTS = follow(HONEST, field(HONEST, OPERATOR, 1))
DIMS = follow(HONEST, field(HONEST, TENSOR, 0))

# A name, where, the format of what is written there, and its value.
WRONG = [
    ("root_outside", 0, "<I", 0xFFFFFFFF),
    ("root_is_the_file", 0, "<I", 0),
    ("vtable_before_the_file", ROOT, "<i", 0x7FFFFFFF),
    ("vtable_after_the_file", ROOT, "<i", -0x80000000),
    ("vtable_is_the_table", ROOT, "<i", 0),
    ("vtable_of_zero", vtable(HONEST, ROOT), "<H", 0),
    ("vtable_of_odd_length", vtable(HONEST, ROOT), "<H", 5),
    ("vtable_without_end", vtable(HONEST, ROOT), "<H", 0xFFFE),
    ("subgraphs_without_end", GRAPHS, "<I", 0xFFFFFFFF),
    ("subgraph_is_behind", GRAPHS + 4, "<I", 0xFFFFFFF0),
    ("tensors_without_end", TENSORS, "<I", 0x40000000),
    ("no_tensors", TENSORS, "<I", 0),
    ("operators_without_end", OPERATORS, "<I", 0x3FFFFFFF),
    ("inputs_without_end", INPUTS, "<I", 0x3FFFFFFF),
    ("input_minus_two", INPUTS + 4, "<i", -2),
    ("input_past_the_tensors", INPUTS + 4, "<i", 0x7FFFFFFF),
    ("rank_nine", DIMS, "<I", 9),
    ("dimension_minus_one", DIMS + 4, "<i", -1),
    ("dimension_of_two_billion", DIMS + 4, "<i", 0x7FFFFFFF),
]

OUT.mkdir(parents=True, exist_ok=True)
for name, at, form, value in WRONG:
    blob = bytearray(HONEST)
    struct.pack_into(form, blob, at, value)
    (OUT / name).write_bytes(blob)
(OUT / "empty").write_bytes(b"")
(OUT / "identifier_only").write_bytes(HONEST[:8])
(OUT / "half").write_bytes(HONEST[: len(HONEST) // 2])
