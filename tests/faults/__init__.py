"""Proof by fault: the program killed at every point of its books, every fault on the wire; nothing lost, nothing twice.

`act` is what a forked run of the program does (`tests.zygote`), `points` kills it at a labelled point,
`world` keeps a project, a server and the oracle that says whether Odoo equals the source.
"""
