#!/usr/bin/env python3
"""Whether a witness signed a checkpoint of Liangjian: standard library only, Python 3.8 or later.

    verify_witness.py PUBLIC-KEY FILE...

Checks Ed25519 (RFC 8032) over the text above the blank line of each file. The line below it is `— name base64`: four
bytes that tell the key, then the signature. A public key is `name+hash+base64(1, key)`, the witness publishes it.
"""
import base64, hashlib, sys

PRIME, D = 2**255 - 19, -121665 * pow(121666, -1, 2**255 - 19)
ORDER = 2**252 + 27742317777372353535851937790883648493


def add(a, b):
    product = D * a[0] * b[0] * a[1] * b[1] % PRIME
    return ((a[0] * b[1] + b[0] * a[1]) * pow(1 + product, -1, PRIME) % PRIME,
            (a[1] * b[1] + a[0] * b[0]) * pow(1 - product, -1, PRIME) % PRIME)


def times(number, point):
    result = (0, 1)
    for bit in bin(number)[2:]:
        result = add(result, result)
        result = add(result, point) if bit == "1" else result
    return result


def point(data):
    y = int.from_bytes(data, "little") & (2**255 - 1)
    square = (y * y - 1) * pow(D * y * y + 1, -1, PRIME) % PRIME
    roots = [pow(square, (PRIME + 3) // 8, PRIME) * pow(2, k * (PRIME - 1) // 4, PRIME) % PRIME for k in (0, 1)]
    x = next(x for x in roots if x * x % PRIME == square)
    return (PRIME - x if x % 2 != data[31] >> 7 else x), y


def has_signed(witness, text, signatures):
    """Ed25519 (RFC 8032) by the key `name+hash+base64(1, key)`."""
    name, _, key = witness.split("+", 2)
    key = base64.b64decode(key)[1:]
    start = hashlib.sha256(name.encode() + b"\n\x01" + key).digest()[:4]
    for signature in [data[4:] for signer, data in signatures if (signer, data[:4]) == (name, start)]:
        scalar = int.from_bytes(signature[32:], "little")
        hashed = int.from_bytes(hashlib.sha512(signature[:32] + key + text.encode()).digest(), "little") % ORDER
        base = point((4 * pow(5, -1, PRIME) % PRIME).to_bytes(32, "little"))
        if len(signature) == 64 and scalar < ORDER:
            if times(scalar, base) == add(point(signature[:32]), times(hashed, point(key))):
                return True
    return False


def main():
    faults = 0
    for path in sys.argv[2:]:
        with open(path, encoding="utf-8", newline="") as file:
            text, _, signatures = file.read().partition("\n\n")
        lines = [line[2:].rpartition(" ") for line in signatures.splitlines()]
        try:
            holds = has_signed(sys.argv[1], text + "\n", [(name, base64.b64decode(data)) for name, _, data in lines])
        except (ValueError, StopIteration):
            holds = False
        faults += not holds
        print("%s: %s" % (path, "signed by this key" if holds else "NOT signed by this key"))
    return 1 if faults or len(sys.argv) < 3 else 0


if __name__ == "__main__":
    sys.exit(main())
