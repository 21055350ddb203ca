"""The best assignment: each column to one field at most, each field once, with the greatest sum of scores."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf


def best_assignment(scores: Sequence[Sequence[float]]) -> list[int | None]:
    """For each row the column of the matrix that it is assigned to, or None; scores of 0 are never taken.

    The Hungarian method with potentials: O(rows² · columns). A greedy choice can give one column the field that another
    needs more.
    """
    if not scores:
        return []
    width = len(scores[0])
    padded = [[-score for score in row] + [0.0] * len(scores) for row in scores]  # a row may stay without
    found = _cheapest(padded)
    return [at if at < width and scores[row][at] > 0 else None for row, at in enumerate(found)]


def _cheapest(costs: Sequence[Sequence[float]]) -> list[int]:
    """The column of each row in the assignment with the least sum; there are at least as many columns as rows."""
    rows, columns = len(costs), len(costs[0])
    of_rows, of_columns = [0.0] * (rows + 1), [0.0] * (columns + 1)
    holder = [0] * (columns + 1)  # the row that has each column, from 1; 0 for none
    for row in range(1, rows + 1):
        holder[0] = row
        last, way = _path(costs, of_rows, of_columns, holder)
        while last:
            holder[last] = holder[way[last]]
            last = way[last]
    return [holder.index(row, 1) - 1 for row in range(1, rows + 1)]


def _path(
    costs: Sequence[Sequence[float]], of_rows: list[float], of_columns: list[float], holder: Sequence[int]
) -> tuple[int, list[int]]:
    """The column at which the cheapest way of a row through the others ends, and the way: each column's one before."""
    size = len(holder)
    least, way, used, at = [inf] * size, [0] * size, [False] * size, 0
    while holder[at]:
        used[at] = True
        row = holder[at]
        for column in range(1, size):
            cost = costs[row - 1][column - 1] - of_rows[row] - of_columns[column]
            if not used[column] and cost < least[column]:
                least[column], way[column] = cost, at
        step, following = min((least[column], column) for column in range(1, size) if not used[column])
        for column in range(size):
            if used[column]:
                of_rows[holder[column]] += step
                of_columns[column] -= step
            else:
                least[column] -= step
        at = following
    return at, way
