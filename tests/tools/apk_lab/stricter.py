"""Where Hallmark is deliberately stricter than apksigner, and where it names another reason for a
refusal than apksigner does. Both are told in docs/apk.md; a difference that is not fails the tests."""
import fnmatch
import pathlib
import re

DOCUMENT = pathlib.Path(__file__).resolve().parents[3] / 'docs' / 'apk.md'

# Our reasons, and what apksigner says of the same file instead. "…" stands for any text. For each
# there is a row in docs/apk.md that begins with these two cells, and says why.
OTHER_REASONS = [
    ('ZIP_…', 'JAR_SIG_…, V3_SIG_APK_DIGEST_DID_NOT_VERIFY'),
    ('APK_SIG_BLOCK_MALFORMED', 'JAR_SIG_NO_MANIFEST, JAR_SIG_MISSING_APK_SIG_REFERENCED'),
    ('APK_SIG_BLOCK_DUPLICATE_ID', 'V3_SIG_PAST_SIGNERS_MISMATCH'),
    ('V31_BLOCK_FOUND_WITHOUT_V3_BLOCK', 'V2_SIG_MISSING_APK_SIG_REFERENCED'),
    ('V…_SIG_MALFORMED_SIGNERS', 'V…_SIG_MALFORMED_SIGNER'),
    ('V…_SIG_MALFORMED_SIGNER',
     'V…_SIG_MALFORMED_PUBLIC_KEY, V…_SIG_MALFORMED_CERTIFICATE, V…_SIG_NO_…'),
    ('V…_SIG_MALFORMED_SIGNATURE', 'V…_SIG_VERIFY_EXCEPTION'),
    ('V…_SIG_MALFORMED_DIGEST', 'V…_SIG_APK_DIGEST_DID_NOT_VERIFY'),
    ('V…_SIG_MALFORMED_CERTIFICATE', 'V3_SIG_PAST_SIGNERS_MISMATCH'),
    ('V…_SIG_DID_NOT_VERIFY', 'V…_SIG_VERIFY_EXCEPTION'),
    ('V3_SIG_MALFORMED_LINEAGE',
     'V3_SIG_POR_CERT_MISMATCH, V3_SIG_POR_DID_NOT_VERIFY, V3_SIG_PAST_SIGNERS_MISMATCH'),
    ('JAR_SIG_MALFORMED_MANIFEST',
     'JAR_SIG_UNNNAMED_MANIFEST_SECTION, JAR_SIG_MANIFEST_SECTION_DIGEST_DID_NOT_VERIFY'),
    ('JAR_SIG_MISSING_VERSION_ATTR_IN_SIG_FILE, JAR_SIG_NO_ZIP_ENTRY_DIGEST_IN_SIG_FILE',
     'JAR_SIG_NO_SIGNATURES'),
    ('JAR_SIG_PARSE_EXCEPTION', 'JAR_SIG_VERIFY_EXCEPTION, JAR_SIG_NO_SIGNERS'),
    ('APK_MANIFEST_MALFORMED', 'JAR_SIG_NO_MANIFEST'),
    ('V4_SIG_MALFORMED_SIGNERS, V4_SIG_UNSUPPORTED_HASHING', 'V4_SIG_…'),
    ('V4_SIG_V2_V3_SIGNERS_MISMATCH', 'V4_SIG_APK_ROOT_DID_NOT_VERIFY'),
]


def documented_codes(codes):
    """Those of the codes that docs/apk.md names."""
    text = DOCUMENT.read_text() if DOCUMENT.exists() else ''
    return {code for code in codes if f'`{code}`' in text}


def is_documented(verdict):
    """Whether the first reason of a refusal is one that apksigner is documented not to have."""
    return bool(verdict.reasons) and bool(documented_codes([verdict.reason()]))


def issue_names(verdict):
    """apksigner's names of what is wrong. An exception of Java's is none."""
    names = (reason.split(':')[0] for reason in verdict.reasons)
    return {name for name in names if re.fullmatch('[A-Z0-9_]+', name)}


class Reasons:
    """Compares the reasons of those who both refuse a file."""

    def __init__(self):
        rows = [row for row in OTHER_REASONS if table_row(row) in DOCUMENT.read_text()]
        self.not_documented = [row for row in OTHER_REASONS if row not in rows]
        self.seen = {row: [] for row in rows}
        self.compared = 0

    def differ(self, name, ours, theirs):
        """None where the reason is the same, or another one for a documented cause; else what is
        to be said."""
        names = issue_names(theirs)
        if not names:
            return None
        self.compared += 1
        if ours.reason() in names:
            return None
        for row, where in self.seen.items():
            if matches(row[0], ours.reason()) and any(matches(row[1], name) for name in names):
                where.append(name)
                return None
        return f'{name}: we say {ours.reason()}, apksigner {", ".join(sorted(names))}'

    def report(self):
        other = sum(map(len, self.seen.values()))
        print(f'\nreasons of {self.compared} refusals compared: {self.compared - other} the same, '
              f'{other} for another cause, as documented:')
        for (ours, theirs), where in self.seen.items():
            if where:
                print(f'  {ours} for {theirs}: {len(where)}, such as: {where[0]}')
        for ours, theirs in self.not_documented:
            print(f'NOT DOCUMENTED {ours} for {theirs}')


def matches(patterns, code):
    return any(fnmatch.fnmatchcase(code, pattern.replace('…', '*'))
               for pattern in patterns.split(', '))


def table_row(row):
    """The first two cells of the row in docs/apk.md."""
    cells = [', '.join(f'`{code}`' for code in cell.split(', ')) for cell in row]
    return '\n| ' + ' | '.join(cells) + ' |'
