"""Prints the strings of an R data base (NAME.rdb): read_rdb.py FILE. Text in, one string a line, in file order."""

import struct
import sys
import zlib

STRING = 9  # R's CHARSXP


def records(data):
    """Each record is the length of its content, 4 bytes in big endian, and the content in zlib's format."""
    while data:
        length = int.from_bytes(data[:4], "big")
        record = zlib.decompressobj()
        content = record.decompress(data[4:]) + record.flush()
        if len(content) != length:
            raise ValueError(f"a record of {len(content)} bytes; expected {length}")
        yield content
        data = record.unused_data


def strings(content):
    """A vector of strings in R's serialisation, version 3, XDR: a header, then for each its kind, length and bytes."""
    if content[:2] != b"X\n" or content[5] != 3:
        raise ValueError("not in R's serialisation, version 3, XDR")
    encoding = struct.unpack_from(">i", content, 14)[0]
    at = 18 + encoding
    _, count = struct.unpack_from(">2i", content, at)
    at += 8
    for _ in range(count):
        kind, length = struct.unpack_from(">2i", content, at)
        if kind & 255 != STRING:
            raise ValueError(f"an element of kind {kind & 255}; expected strings")
        at += 8
        yield content[at : at + max(length, 0)].decode()
        at += max(length, 0)


with open(sys.argv[1], "rb") as file:
    for content in records(file.read()):
        for string in strings(content):
            print(string)
