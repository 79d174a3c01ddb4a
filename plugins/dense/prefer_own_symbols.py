"""Copies a shared library and makes the copy use its own functions where another library has some of the same name.

    python3 prefer_own_symbols.py LIBRARY COPY

PyTorch's packages contain a oneDNN of their own, and export instantiations of templates that Debian's libdnnl has, too,
such as std::call_once with the set-up of its kernels. The first library that is loaded would serve both, and the other
one would never be set up. The copy has the flag DF_SYMBOLIC, as if it had been linked with -Bsymbolic.
"""

import struct
import sys

DT_NULL, DT_FLAGS, PT_DYNAMIC = 0, 30, 2
DF_SYMBOLIC = 2


def main(library, copy):
    with open(library, "rb") as file:
        data = bytearray(file.read())
    if data[:6] != b"\x7fELF\x02\x01":
        sys.exit(f"{library}: expected a shared library for a 64-bit little-endian machine")
    (headers,) = struct.unpack_from("<Q", data, 32)
    size, count = struct.unpack_from("<HH", data, 54)
    for header in range(headers, headers + size * count, size):
        kind, _, offset, _, _, length = struct.unpack_from("<IIQQQQ", data, header)
        if kind != PT_DYNAMIC:
            continue
        for entry in range(offset, offset + length, 16):
            tag, flags = struct.unpack_from("<QQ", data, entry)
            if tag == DT_NULL:
                break
            if tag == DT_FLAGS:
                struct.pack_into("<Q", data, entry + 8, flags | DF_SYMBOLIC)
                with open(copy, "wb") as file:
                    file.write(data)
                return
    sys.exit(f"{library}: it has no dynamic flags that could be changed")


if __name__ == "__main__":
    main(*sys.argv[1:])
