"""Text that would be more than one line of Release, in each value of the policy that becomes part of one."""
import copy
import json

from attack.wire import Client, Refused

READ = 'policy-can-be-read'
SIGNED = '-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\nOrigin: y\n-----BEGIN PGP SIGNATURE-----\n\nAAAA\n' \
    '-----END PGP SIGNATURE-----'
# The name of the field in Release, and where the policy has its value.
OF_THE_POLICY = {'Origin': 'origin', 'Label': 'label'}
OF_A_SUITE = {'Suite': 'name', 'Codename': 'codename', 'Version': 'version', 'Changelogs': 'changelogs',
              'Components': 'components', 'Architectures': 'architectures'}
FIELDS = (*OF_THE_POLICY, *OF_A_SUITE)
TEXTS = {
    'a second field': '{}\nNotAutomatic: yes', 'the same field again': '{}\n{field}: y',
    'an empty line, and a second section': '{}\n\nOrigin: y', 'an empty line at the end': '{}\n\n',
    'a line that goes on': '{}\n y', 'a line of a space alone': '{}\n \nOrigin: y',
    'lines that end in CR LF': '{}\r\nOrigin: y\r', 'a carriage return alone': '{}\rOrigin: y',
    'a clear-signed block': '{}\n' + SIGNED, 'a clear-signed block in front': SIGNED + '\n{}',
    'a NUL byte': '{}\0y', 'an escape sequence of a terminal': '{}\x1b[2Jy'}


def _with(policy, field, text):
    policy = copy.deepcopy(policy)
    place = policy if field in OF_THE_POLICY else policy['suites'][0]
    key = OF_THE_POLICY.get(field) or OF_A_SUITE[field]
    now = place.get(key, '@CHANGEPATH@')
    if isinstance(now, list):
        place[key] = [text.format(now[0], field=field), *now[1:]]
    else:
        place[key] = text.format(now, field=field)
    return json.dumps(policy)


def in_each_field(text, body_for):
    """Asks once for each field. Ends with the last refusal, where every one is as it should be."""
    def act(terminal):
        refused = None
        for field in FIELDS:
            client = Client(terminal.socket)
            try:
                client.ask(body_for(_with(terminal.policy, field, TEXTS[text])))
                return f'it was let through in {field}'
            except Refused as refusal:
                if f'(rule: {READ})' not in str(refusal):
                    raise RuntimeError(f'in {field}: {refusal}') from refusal
                refused = refusal
            finally:
                client.close()
        raise refused
    return act
