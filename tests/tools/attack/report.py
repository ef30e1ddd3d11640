"""The table, as text, as JSON and as Markdown."""
import dataclasses
import json
import textwrap

from attack.attempts import EVERYBODY


def as_json(rows):
    return json.dumps([dataclasses.asdict(row) for row in rows], indent=2, ensure_ascii=False)


def _users(row):
    return 'everybody' if tuple(row.users) == EVERYBODY else ', '.join(row.users)


def as_text(rows):
    for row in rows:
        mark = 'FAULT' if row.fault else 'ok'
        yield f'{mark:5} {row.group}: {row.attack}'
        yield f'      as {_users(row)}: {row.outcome}; in the log: {row.logged}'
        if row.fault:
            yield textwrap.indent(row.fault, '      ')
    faults = sum(1 for row in rows if row.fault)
    tries = sum(len(row.users) for row in rows)
    yield f'{len(rows)} rows, {tries} attacks, {faults} faults'


def as_markdown(rows):
    group = None
    for row in rows:
        if row.group != group:
            group = row.group
            yield f'\n## {group[0].upper()}{group[1:]}\n\n| attack | as | outcome | in the log |'
            yield '| --- | --- | --- | --- |'
        cells = (row.attack, _users(row), row.outcome, row.logged)
        yield '| ' + ' | '.join(cell.replace('|', '\\|').replace('\n', ' ') for cell in cells) + ' |'
