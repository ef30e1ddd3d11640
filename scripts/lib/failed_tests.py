"""The last words of each test that failed, from what ctest --output-junit wrote: at the end of a long
run, where somebody who sees only its end looks for them."""
import sys
import xml.etree.ElementTree

LINES = 15
CHARACTERS = 200  # of a line


def main():
    for test in xml.etree.ElementTree.parse(sys.argv[1]).getroot().iter('testcase'):
        skipped = test.find('skipped')
        if test.get('status') == 'notrun' and skipped is None:
            print(f'--- {test.get("name")} could not be run')
        if test.get('status') != 'fail':
            continue
        print(f'--- {test.get("name")} failed; it ended with:')
        for line in (test.findtext('system-out') or '').rstrip().splitlines()[-LINES:]:
            print(line[:CHARACTERS])


if __name__ == '__main__':
    main()
