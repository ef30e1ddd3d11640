"""Where Hallmark is deliberately stricter than apksigner: the codes of its refusals, and the words
in docs/apk.md that tell of each. A difference that is not here fails the tests."""
import pathlib

DOCUMENT = pathlib.Path(__file__).resolve().parents[3] / 'docs' / 'apk.md'


def documented_codes(codes):
    """Those of the codes that docs/apk.md names."""
    text = DOCUMENT.read_text() if DOCUMENT.exists() else ''
    return {code for code in codes if f'`{code}`' in text}


def is_documented(verdict):
    """Whether the first reason of a refusal is one that apksigner is documented not to have."""
    return bool(verdict.reasons) and bool(documented_codes([verdict.reason()]))
