"""Attestations as a rebuilder would make them, written here from docs/formats.md and signed with ssh-keygen."""
import base64
import json
import subprocess
import time

from attack.release import sign_statement

NAMESPACE = 'hallmark-rebuild@v1'
PAYLOAD_TYPE = 'application/vnd.in-toto+json'


def _dump(value):
    return json.dumps(value, sort_keys=True, separators=(',', ':'))


def statement_of(record):
    """What an attestation says of this build record."""
    subject = [{'name': file['name'], 'digest': {'sha256': file['sha256']}, 'annotations': {'size': file['size']}}
               for file in sorted(record['artefacts'], key=lambda file: file['name'])]
    definition = {
        'buildType': 'urn:hallmark:build:v1',
        'externalParameters': {key: record[key] for key in ('product', 'version', 'lock_sha256', 'target')},
        'internalParameters': {key: record[key] for key in ('environment_sha256', 'evidence', 'variations')},
        'resolvedDependencies': [{'name': 'lock', 'digest': {'sha256': record['lock_sha256']}},
                                 {'name': 'environment', 'digest': {'sha256': record['environment_sha256']}}]}
    finished = time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime(record['built_at']))
    return _dump({'_type': 'https://in-toto.io/Statement/v1', 'subject': subject,
                  'predicateType': 'https://slsa.dev/provenance/v1',
                  'predicate': {'buildDefinition': definition,
                                'runDetails': {'builder': {'id': 'urn:hallmark:rebuilder:v1'},
                                               'metadata': {'finishedOn': finished}}}})


def pre_authentication(statement):
    return f'DSSEv1 {len(PAYLOAD_TYPE)} {PAYLOAD_TYPE} {len(statement.encode())} {statement}'


def envelope_of(statement, armor, key):
    """`armor`: what ssh-keygen wrote; `key`: the file of the key that it names."""
    signature = ''.join(line for line in armor.splitlines() if not line.startswith('-----'))
    shown = subprocess.run(['ssh-keygen', '-l', '-f', f'{key}.pub'], capture_output=True, check=True, text=True).stdout
    return _dump({'payloadType': PAYLOAD_TYPE, 'payload': base64.b64encode(statement.encode()).decode(),
                  'signatures': [{'keyid': shown.split()[1], 'sig': signature}]}) + '\n'


def attest(record, key, namespace=NAMESPACE):
    """The file, signed with the private key in the file `key`."""
    statement = statement_of(record)
    return envelope_of(statement, sign_statement(key, pre_authentication(statement), namespace), key)
