"""What test APKs hold: bytes that are the same for the same seed, on every machine."""
import random

BLOCK = 1 << 20


def noise(seed, size):
    """Incompressible."""
    return random.Random(f'noise {seed}').randbytes(size)


def text(seed, size):
    """Compressible about as well as code and resources: words of a small vocabulary."""
    source = random.Random(f'text {seed}')
    words = [source.randbytes(source.randint(2, 9)).hex() for _ in range(400)]
    block = ' '.join(source.choices(words, k=min(size, BLOCK) // 6 + 1)).encode()[:BLOCK]
    # A block is 32 times deflate's window: to repeat it does not make it more compressible.
    return (block * (size // len(block) + 1))[:size]
