"""A laboratory for APK signatures: test APKs, keys, a signer in Python that can also lie, and the
judges (Hallmark, apksigner, apkverifier) that have to say what they think of the result.

Tests and benches only. Python's standard library, openssl(1) and aapt(1); nothing here is secret.
"""
