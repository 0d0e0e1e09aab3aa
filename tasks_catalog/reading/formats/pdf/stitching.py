"""Tables that go on from one page to the next put together, with their broken rows and cells."""

from __future__ import annotations

import re

from tasks_catalog.reading.formats.pdf.grid import NEAR, Grid, GridCell

ENDED = re.compile(r"[。；！？…”）)]\s*$")
NUMBER = re.compile(r"[（(]?(?:\d{1,3}(?:\.\d{1,2})?|[一二三四五六七八九十]{1,3})[）)、.]?")
NOTE = re.compile(r"\s*(?:注|备注|说明)\s*\d?[：:]")
MOSTLY = 0.6  # of the cells of a column


def stitched(above: Grid, below: Grid) -> bool:
    """Put the table of a page behind the one that it goes on with; False where it is another."""
    if not _same_columns(above, below):
        return False
    rows = _without_heads(above, below)
    if rows:
        before, behind = above.rows[-1], rows[0]
        if _is_broken(above, below, before, behind):
            _link(before, behind, rows, range(above.width))
        else:
            _link(before, behind, rows, _open_columns(above, below, before, behind))
    kept = [(row, page) for row, page in zip(rows, below.pages[-len(rows) :], strict=False)
            if any(cell not in above.rows[-1] for cell in row)]  # fmt: skip
    above.rows += [row for row, _page in kept]
    above.pages += [page for _row, page in kept]
    above.box = below.box
    return True


def _same_columns(above: Grid, below: Grid) -> bool:
    shift = below.edges[0] - above.edges[0]
    return above.width == below.width and all(
        abs(b - a - shift) <= 2 * NEAR for a, b in zip(above.edges, below.edges, strict=True)
    )


def _without_heads(above: Grid, below: Grid) -> list[list[GridCell]]:
    """The rows of the second page below the heads that it repeats."""
    if len(above.rows) > 1 and _squeezed(above.rows[-1]) == _squeezed(above.rows[0]):
        above.rows.pop()  # heads at the foot of a page, with no row below them
        above.pages.pop()
    heads = 0
    while (
        heads < min(len(above.rows), len(below.rows) - 1)
        and _squeezed(above.rows[heads]) == _squeezed(below.rows[heads])
        and any(cell.plain for cell in below.rows[heads])
    ):
        heads += 1
    if heads == 0:
        _take_heads_out(above.rows[0], below.rows[0])
    return below.rows[heads:]


def _take_heads_out(heads: list[GridCell], row: list[GridCell]) -> None:
    """Heads that no line parts from the row below them."""
    if all(c.lines and c.lines[0].text == h.plain for h, c in zip(heads, row, strict=True)):
        for cell in set(row):
            cell.lines = cell.lines[1:]


def _squeezed(row: list[GridCell]) -> list[str]:
    return [re.sub(r"\s", "", cell.plain) for cell in row]


# ---- a row that breaks off at the foot of a page ---------------------------------------------


def _is_broken(above: Grid, below: Grid, before: list[GridCell], behind: list[GridCell]) -> bool:
    """Whether the first row of the page is the rest of the last one before it."""
    words = _words_column(above)
    if any(NOTE.match(cell.plain) for cell in behind):
        return False
    if not before[words].plain or not behind[words].plain:
        return True  # no row is without words of its own
    inner = above.rows[1:-1] + below.rows[1:]
    for column in range(above.width):
        numbered = NUMBER.fullmatch(behind[column].plain.strip())
        if numbered and column != words and before[column].plain.strip() != behind[column].plain:
            return False
        always = len(inner) > 2 and all(row[column].plain for row in inner)
        if always and not _merges(above, below, column) and not behind[column].plain:
            return True
    texts = [row[words].plain for row in inner]
    stopped = sum(bool(ENDED.search(text)) for text in texts)
    return stopped > MOSTLY * len(texts) and not ENDED.search(before[words].plain)


def _words_column(grid: Grid) -> int:
    """The column in which most is written: what is to be done."""
    return max(
        range(grid.width), key=lambda column: sum(len(row[column].plain) for row in grid.rows)
    )


def _merges(above: Grid, below: Grid, column: int) -> bool:
    """Whether a column has cells over several rows."""
    return any(
        one[column] is other[column]
        for grid in (above, below)
        for one, other in zip(grid.rows, grid.rows[1:], strict=False)
    )


# ---- cells over several rows that reach over the foot of a page -------------------------------


def _open_columns(
    above: Grid, below: Grid, before: list[GridCell], behind: list[GridCell]
) -> list[int]:
    """The columns before the words whose merged cell goes on on the next page.

    What stands in such a cell may be printed on either page, or half on each; it is the same cell
    where one of its parts lacks the number, or all that the cells of this column have.
    """
    words = _words_column(above)
    merged = [column for column in range(words) if _merges(above, below, column)]
    numbers = [column for column in merged if _is_numbered(above, column)]
    told = numbers or merged
    if any(NOTE.match(cell.plain) for cell in behind):
        return []
    if not any(not before[column].plain or not behind[column].plain for column in told):
        return []
    return merged


def _is_numbered(grid: Grid, column: int) -> bool:
    texts = [row[column].plain.strip() for row in grid.rows[1:] if row[column].plain.strip()]
    return bool(texts) and all(map(NUMBER.fullmatch, texts))


def _link(
    before: list[GridCell],
    behind: list[GridCell],
    rows: list[list[GridCell]],
    columns: range | list[int],
) -> None:
    """Make one cell of the last one of a page and the first one of the next."""
    for column in columns:
        cell, rest = before[column], behind[column]
        if cell is rest:
            continue
        cell.lines += rest.lines
        for row in rows:
            row[:] = [cell if one is rest else one for one in row]
