"""The attack table: code that runs as each of the terminal's Unix users and speaks to a running
hallmark-sign, with the real gpg-agent behind it. docs/attack-table.md says how to run it.

Tests only. Python's standard library, dpkg-deb, ssh-keygen, xz, gpgv and aapt.
"""
