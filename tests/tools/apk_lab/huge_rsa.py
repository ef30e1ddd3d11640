"""RSA of 16384 bits within seconds: openssl would search for its two primes for minutes. Sixteen
primes of 1024 bits make a key that is worthless, and verifies like any other of its size."""
import hashlib
import secrets

EXPONENT = 65537
RSA_ENCRYPTION = bytes.fromhex('06092a864886f70d0101010500')
SHA256_WITH_RSA = bytes.fromhex('06092a864886f70d01010b0500')
SHA256_DIGEST_INFO = bytes.fromhex('3031300d060960864801650304020105000420')
COMMON_NAME = bytes.fromhex('0603550403')
SMALL_PRIMES = [n for n in range(3, 5000, 2) if all(n % d for d in range(3, int(n ** 0.5) + 1, 2))]


def make_huge_rsa(key):
    """Writes certificate and PKCS#8 of a new key; there is no PEM file."""
    primes = [prime_of_1024_bits() for _ in range(16)]
    modulus, order = 1, 1
    for prime in primes:
        modulus *= prime
        order *= prime - 1
    key.pk8.write_bytes(private_key(modulus, pow(EXPONENT, -1, order)))
    key.certificate_file.write_bytes(certificate(key.name, modulus, primes))


def prime_of_1024_bits():
    while True:
        # The top bits are such that the product of sixteen has all 16384 bits.
        number = secrets.randbits(1024) | (0xFFF << 1012) | 1
        if all(number % small for small in SMALL_PRIMES) and pow(2, number - 1, number) == 1 \
                and (number - 1) % EXPONENT:
            return number


def der(tag, content):
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    octets = size.to_bytes((size.bit_length() + 7) // 8, 'big')
    return bytes([tag, 0x80 | len(octets)]) + octets + content


def integer(number):
    return der(2, number.to_bytes(number.bit_length() // 8 + 1, 'big'))


def sequence(*parts):
    return der(0x30, b''.join(parts))


def private_key(modulus, exponent):
    """PKCS#8. Java takes zeros for primes that were lost, and uses modulus and exponent alone."""
    numbers = [0, modulus, EXPONENT, exponent, 0, 0, 0, 0, 0]
    rsa = sequence(*(integer(number) for number in numbers))
    return sequence(integer(0), sequence(RSA_ENCRYPTION), der(4, rsa))


def certificate(name, modulus, primes):
    issuer = sequence(der(0x31, sequence(COMMON_NAME, der(0x0C, f'test {name}'.encode()))))
    validity = sequence(der(0x17, b'250101000000Z'), der(0x17, b'490101000000Z'))
    spki = sequence(sequence(RSA_ENCRYPTION),
                    der(3, b'\0' + sequence(integer(modulus), integer(EXPONENT))))
    body = sequence(der(0xA0, integer(2)), integer(secrets.randbits(63)), sequence(SHA256_WITH_RSA),
                    issuer, validity, issuer, spki)
    return sequence(body, sequence(SHA256_WITH_RSA), der(3, b'\0' + sign(body, modulus, primes)))


def sign(message, modulus, primes):
    """PKCS#1 v1.5, prime by prime: a single power of this size would take half a minute."""
    digest_info = SHA256_DIGEST_INFO + hashlib.sha256(message).digest()
    padded = b'\0\1' + b'\xff' * (2048 - 3 - len(digest_info)) + b'\0' + digest_info
    number = int.from_bytes(padded, 'big')
    signature = 0
    for prime in primes:
        root = pow(number % prime, pow(EXPONENT, -1, prime - 1), prime)
        rest = modulus // prime
        signature += root * rest * pow(rest, -1, prime)
    return (signature % modulus).to_bytes(2048, 'big')
