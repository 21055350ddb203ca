"""Tests of the tests: small faults, one at a time, in a copy of the package, to see whether its unit tests notice.

`make mutants ARGS="--seed 7 --count 90"` takes that many at random and prints those that no unit test noticed. A look
at each tells whether a test is missing or the fault changes nothing that anybody could see.
"""
