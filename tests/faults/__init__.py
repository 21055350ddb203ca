"""Proof by fault: the program killed at every point of its books, every fault on the wire; nothing lost, nothing twice.

`zygote` forks runs of the program from a process that has imported everything, `points` kills them at a labelled point,
`world` keeps a project, a server and the oracle that says whether Odoo equals the source.
"""
