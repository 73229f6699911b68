"""How large the type of a view is: as large as it has room for, and never small on a slide."""

from dataclasses import replace

from actviz.plot.paper.style import NARROW, SIZES, STAGE, Size

#: What a slide is, other sizes being made of its type.
_SLIDE = SIZES["slide"].text
#: In points of a slide: body text as it should be, and as small as it may become.
_WIDE, _HALF = (16.0, 14.5, 13.0), (13.0, _SLIDE)


def sizes_of(size: Size) -> tuple[Size, ...]:
    """Return a size with the type that a view on it may have, the largest first.

    A stage and a column of a paper have their own.

    Examples
    --------
    >>> [each.text for each in sizes_of(SIZES["slide"])]
    [16.0, 14.5, 13.0]
    >>> [each.text for each in sizes_of(SIZES["stage"])]
    [18]
    """
    if size.name == STAGE:
        return (size,)
    if size.width > NARROW:
        points = [round(size.text * each / _SLIDE, 1) for each in _WIDE]
    else:
        points = [*_HALF] if size.text >= _SLIDE else [size.text]
    return tuple(replace(size, text=each) for each in points)
