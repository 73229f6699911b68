"""plot_overview: every stack a strip of small histograms, and over it what becomes of it.

What stands on which page is settled in `arrange`, where it stands there in `layout`, and `page`
draws it; the words are those of `actviz.words.overview`.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from actviz.errors import SpecError
from actviz.layers.signals import FORWARD, Signal
from actviz.plot.overview.around import (
    Edges,
    Head,
    foot_height,
    has_one_line,
    head_height,
    write_foot,
    write_head,
)
from actviz.plot.overview.arrange import MOST_ROWS, Band, PageBands, bands_of, spreads
from actviz.plot.overview.bars import TIMES
from actviz.plot.overview.content import (
    BUILDS,
    CAPTIONS,
    NUMBERS,
    VERDICTS,
    Build,
    Caption,
    Content,
    NumbersShown,
    Step,
    VerdictShown,
    steps_of,
)
from actviz.plot.overview.kinds import kinds_of, row_kinds
from actviz.plot.overview.layout import (
    Frame,
    frame_of,
    margin_of,
    place,
    room_for,
    rows_that_fit,
)
from actviz.plot.overview.over import forms_of, fullest, with_seconds
from actviz.plot.overview.page import MOST_PANELS, Over, draw_strips, weight_of
from actviz.plot.overview.rows import OverviewRow, overview_rows
from actviz.plot.overview.table import draw_table
from actviz.plot.overview.table_grid import TableGrid, columns_of, grid_of, pages_of
from actviz.plot.overview.type import type_of
from actviz.plot.paper.fonts import families, text_width
from actviz.plot.paper.page import Page, thin
from actviz.plot.paper.picture import RecordFigure
from actviz.plot.paper.style import Look, Size, Theme, context, hues, look_of, no_room
from actviz.plot.refused import check_choices, check_edges, check_signal
from actviz.records.record import Record
from actviz.words import overview as words
from actviz.words.overview import Verdict
from actviz.words.stacks import labels as all_labels
from actviz.words.told import Told, tell


def plot_overview(
    records: Sequence[Record],
    *,
    signal: Signal = "activation",
    size: str | Size = "slide",
    theme: str | Theme = "light",
    numbers: NumbersShown | None = None,
    caption: Caption | None = None,
    verdict: VerdictShown = "show",
    title: str | None = None,
    font: str | None = None,
    page: int = 1,
) -> RecordFigure:
    """Return a figure in which every stack is a strip of small histograms, one a layer.

    Activations stand side by side, initializers one below the other. Over a strip stands what
    becomes of the stack; its hue says so too: full where it is healthy, pale where it is in doubt,
    grey where it does not train. Stacks of one activation have rows of larger panels with their
    numbers, and the gradient as a slope at the right; a single stack shows its gradients below.

    Parameters
    ----------
    records : sequence of Record
        One or more; those of one activation must have the same histogram edges.
    signal : str
        What the histograms are of: activation or preactivation.
    size : str or Size
        A name of `SIZES`, or inches such as ``"10x5.6"``. What one page does not hold stands on
        further ones.
    theme : str or Theme
        A name of `THEMES`.
    numbers : {"none", "std", "all"}, optional
        What stands at the right over a strip: the chance that it trains (the default), or the std
        of its first layer and of its last one; with all, both, and the gradient's factor. Of one
        activation, what stands over every
        panel: nothing, its std (the default), or its mean as well.
    caption : {"none", "short", "full"}, optional
        How much is said of what was done and of how to read it; default: a line above and one
        below, on a stage the one above.
    verdict : {"show", "hide"}
        With "hide", nothing says what becomes of a stack: for who asks first.
    title : str, optional
        Instead of the finding; "" for none.
    font : str, optional
        A font family to use before DejaVu Sans.
    page : int
        Which of several pages, from 1.

    Raises
    ------
    SpecError
        If there is no record or no such page, an option is none of the allowed values, `size` has
        no room for a strip, or records of one activation have different edges.
    """
    pages = overview_pages(
        records,
        signal=signal,
        size=size,
        theme=theme,
        numbers=numbers,
        caption=caption,
        verdict=verdict,
        title=title,
        font=font,
    )
    if not 1 <= page <= len(pages):
        raise SpecError(f"page must be from 1 to {len(pages)} (got {page!r})")
    return pages[page - 1]


def overview_pages(
    records: Sequence[Record],
    *,
    signal: Signal = "activation",
    size: str | Size = "slide",
    theme: str | Theme = "light",
    numbers: NumbersShown | None = None,
    caption: Caption | None = None,
    verdict: VerdictShown = "show",
    title: str | None = None,
    font: str | None = None,
    build: Build | None = None,
) -> tuple[RecordFigure, ...]:
    """Return all pages of `plot_overview`, or with `build` the steps of each.

    Every step is drawn where the whole page has it: by rows, by columns, or what is seen before
    what becomes of it.
    """
    check_choices(
        records,
        ("signal", signal, FORWARD),
        ("numbers", numbers or "none", NUMBERS),
        ("caption", caption or "short", CAPTIONS),
        ("verdict", verdict, VERDICTS),
        ("build", build or "rows", BUILDS),
    )
    check_signal(records, signal)
    check_edges(records, signal)
    look = look_of(size, theme, title, font)
    alone = len({record.spec.activation.name for record in records}) == 1
    content = Content(
        signal=signal,
        numbers=numbers or ("std" if alone else "none"),
        caption=caption or "short",
        foot=caption != "none" and (caption is not None or look.size.name != "stage"),
        verdict=verdict == "show",
    )
    told = tell(records)
    judged = {id(one): words.verdict_of(one) for one in told}
    finding = words.title_of(told, list(judged.values()))
    with context(families(look.heading(finding) + all_labels(told), look.font)[0]):
        if alone:
            return _tables(told, judged, look, content, build)
        plan = _plan(told, judged, look, content, steps=build is not None)
        return tuple(
            _draw(plan, number, step, look, content)
            for number, spread in enumerate(plan.spreads)
            for step in steps_of(
                build, rows=sum(len(band.labels) for band in spread.bands), columns=spread.across
            )
        )


def _tables(
    told: Sequence[Told],
    judged: Mapping[int, Verdict],
    look: Look,
    content: Content,
    build: Build | None,
) -> tuple[RecordFigure, ...]:
    """Return the pages of one activation."""
    verdicts = [judged[id(one)] for one in told]
    depth = max(one.spec.depth for one in told)
    layers = columns_of(overview_rows(told, verdicts, content, range(depth)), look, depth)
    type_ = type_of(look.size)
    head, foot = head_height(type_, look, content), foot_height(type_, content)
    content, rows, grid = _rows_with_room(told, verdicts, look, content, layers, head, foot)
    pages = pages_of(rows, grid)

    owns = [[told[index] for index in page if index < len(told)] for page in pages]

    def head_of(number: int, *, hidden: bool) -> Head:
        heading, second = _heading(told, judged, owns[number], look, hidden=hidden)
        shown = [index + 1 for index in layers]
        subtitles = words.subtitle_of(
            told,
            signal=content.signal,
            layers=shown,
            page=number + 1,
            pages=len(pages),
            second=second,
        )
        return Head(title=heading, subtitles=subtitles, done=words.done(told))

    # What stands around has the room that it needs, on all pages and in all steps the same.
    ways = {not content.verdict, build is not None or not content.verdict}
    heads = [head_of(number, hidden=hidden) for number in range(len(pages)) for hidden in ways]
    every = [row_kinds(told, own, judged, content, hidden=not content.verdict) for own in owns]
    inner = look.size.width - 2 * margin_of(look.size, type_)
    head = head_height(type_, look, content, heads=heads, inner=inner)
    foot = foot_height(type_, content, kinds=every, inner=inner)
    grid = replace(grid_of(rows, look, content, head=head, foot=foot), rows=len(pages[0]))
    figures = []
    for number, page in enumerate(pages):
        for step in steps_of(build, rows=len(page), columns=len(layers)):
            own = owns[number]
            shown = [one for row, one in enumerate(own) if step.shows(row, 0)]
            hidden = not (content.verdict and step.verdict)
            around = head_of(number, hidden=hidden)
            kinds = row_kinds(told, shown, judged, content, hidden=hidden, sloped=step.shows_right)
            figure = _figure(
                shown, judged, look, content, around.title, kinds, grid.height, hidden, by_row=True
            )
            (name,) = {one.spec.activation.name for one in told}
            draw_table(
                Page(figure=figure, look=look, hues={}),
                grid,
                [rows[index] for index in page],
                layers,
                content,
                step,
                around,
                kinds,
                hues(look.theme, [name])[name],
            )
            figures.append(figure)
    return tuple(figures)


def _rows_with_room(
    told: Sequence[Told],
    verdicts: Sequence[Verdict],
    look: Look,
    content: Content,
    layers: Sequence[int],
    head: float,
    foot: float,
) -> tuple[Content, list[OverviewRow], TableGrid]:
    """Return the rows and where they stand: a low page has one stack without its gradients.

    And a lower one has it without its numbers.

    Raises
    ------
    SpecError
        If there is no room for a row.
    """
    rows = overview_rows(told, verdicts, content, layers)
    bare = replace(content, numbers="none")
    for asked, own in ((content, rows), (content, rows[: len(told)])):
        with suppress(SpecError):
            return asked, own, grid_of(own, look, asked, head=head, foot=foot)
    rows = overview_rows(told, verdicts, bare, layers)[: len(told)]
    return bare, rows, grid_of(rows, look, bare, head=head, foot=foot)


def _heading(
    told: Sequence[Told],
    judged: Mapping[int, Verdict],
    own: Sequence[Told],
    look: Look,
    *,
    hidden: bool,
) -> tuple[str, str]:
    """Return what the title and the subtitle of a page say, of its own stacks.

    What only one initializer does, or none, is not known from some of them.
    """
    if hidden:
        return words.hidden_title(), ""
    names = {one.spec.activation.name for one in own}
    part = sum(one.spec.activation.name in names for one in told) > len(own)
    verdicts = [judged[id(one)] for one in own]
    title = words.title_of(
        own, verdicts, part=part, fits=lambda text: has_one_line(text, look.size)
    )
    return title, words.second_of(own, verdicts, part=part)


def _figure(
    shown: Sequence[Told],
    judged: Mapping[int, Verdict],
    look: Look,
    content: Content,
    heading: str,
    kinds: Sequence[str],
    height: float,
    hidden: bool,
    *,
    by_row: bool = False,
) -> RecordFigure:
    """Return an empty page that knows what it will show."""
    return RecordFigure(
        title=look.title or heading,
        caption=" · ".join(words.keys_of(kinds)),
        description=words.alt_text_of(
            shown,
            [judged[id(one)] for one in shown],
            title=heading,
            signal=content.signal,
            times=TIMES,
            by_row=by_row,
            hidden=hidden,
        ),
        explanation=words.explanations(shown, kinds, times=TIMES),
        told=shown,
        signal=content.signal,
        figsize=(look.size.width, height),
        dpi=look.size.dpi,
        facecolor=look.theme.page,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Plan:
    """What stands on the pages, and in which form.

    Parameters
    ----------
    told : sequence of Told
        All stacks.
    judged, over : mapping
        What becomes of each, and what stands over its strip; by its identity.
    frame : Frame
        Of all pages.
    spreads : list of PageBands
        The pages.
    """

    told: Sequence[Told]
    judged: Mapping[int, Verdict]
    over: Mapping[int, Over]
    frame: Frame
    spreads: list[PageBands]


def _plan(
    told: Sequence[Told],
    judged: Mapping[int, Verdict],
    look: Look,
    content: Content,
    *,
    steps: bool,
) -> _Plan:
    """Return the pages, with what has room over every strip.

    Raises
    ------
    SpecError
        If there is no room for a strip.
    """
    size, type_ = look.size, type_of(look.size)
    columns = _columns(told)
    forms = forms_of(told, judged, content)
    least = max(
        text_width(form.word, type_.body, weight=weight_of(judged[key]))
        for key, form in forms[-1].items()
    )
    frame = frame_of(
        size,
        type_,
        labels=list(dict.fromkeys(one.label for one in told)),
        blocks=len({one.spec.activation.name for one in told}),
        least=least,
        columns=columns,
        head=head_height(type_, look, content),
        foot=foot_height(type_, content),
        second=content.numbers == "all",
    )
    rows = 0 if frame is None else rows_that_fit(frame, len(told))
    if frame is None or not rows:
        raise SpecError(no_room(size))
    bands = bands_of(told, across=frame.across, rows=rows)
    frame = _narrowed(frame, max(len(band.names) for band in bands))
    pages = _pages(frame, bands, most=max(rows, MOST_ROWS if size.height else len(told)))
    over = fullest(forms, judged, frame)
    if content.numbers == "all":
        over = with_seconds(over, told, content, frame)
    plan = _Plan(told=told, judged=judged, over=over, frame=frame, spreads=pages)
    return replace(plan, frame=_settled(plan, look, content, steps=steps))


def _settled(plan: _Plan, look: Look, content: Content, *, steps: bool) -> Frame:
    """Return the frame with the room that the words around need, the same on all pages."""
    frame, heads, kinds = plan.frame, [], []
    for number, spread in enumerate(plan.spreads):
        for hidden in {not content.verdict, steps or not content.verdict}:
            heading, second = _heading(plan.told, plan.judged, spread.stacks, look, hidden=hidden)
            heads.append(_head(plan, number, content, heading, second))
        kinds.append(_kinds(spread.stacks, plan, content, hidden=not content.verdict))
    inner = frame.size.width - 2 * frame.margin
    head = head_height(frame.type, look, content, heads=heads, inner=inner)
    foot = foot_height(frame.type, content, kinds=kinds, inner=inner)
    return replace(frame, head=frame.edge + head, foot=frame.edge + foot)


def _pages(frame: Frame, bands: Sequence[Band], *, most: int) -> list[PageBands]:
    """Return as few pages as have room for the bands, with at most so many rows on each."""
    for rows in range(most, 0, -1):
        pages = spreads(bands, across=frame.across, rows=rows)
        if all(room_for(frame, [len(band.labels) for band in page.bands]) for page in pages):
            break
    return pages


def _narrowed(frame: Frame, across: int) -> Frame:
    """Return the frame with no more blocks than the bands have."""
    width = frame.across * frame.block + (frame.across - 1) * frame.gap
    return replace(frame, across=across, block=(width - (across - 1) * frame.gap) / across)


def _columns(told: Sequence[Told]) -> int:
    return len(thin(max(one.spec.depth for one in told), MOST_PANELS))


def _draw(plan: _Plan, number: int, step: Step, look: Look, content: Content) -> RecordFigure:
    """Return a page, or as much of it as a step shows."""
    spread = plan.spreads[number]
    # A page of fewer blocks than the others is filled by them.
    frame = _narrowed(plan.frame, max(len(band.names) for band in spread.bands))
    hidden = not (content.verdict and step.verdict)
    heading, second = _heading(plan.told, plan.judged, spread.stacks, look, hidden=hidden)
    shown = _shown(spread, step)
    placed = place(frame, spread, _columns(plan.told))
    kinds = _kinds(shown, plan, content, hidden=hidden)
    figure = _figure(shown, plan.judged, look, content, heading, kinds, placed.height, hidden)
    names = list(dict.fromkeys(one.spec.activation.name for one in plan.told))
    page = Page(figure=figure, look=look, hues=hues(look.theme, names))
    edges = Edges(type=frame.type, side=frame.margin, above=frame.edge, width=frame.size.width)
    write_head(page, edges, content, _head(plan, number, content, heading, second))
    draw_strips(page, frame, placed, spread, plan.judged, plan.over, content, step)
    write_foot(page, edges, content, kinds)
    return figure


def _shown(spread: PageBands, step: Step) -> list[Told]:
    """Return the stacks of a page that a step shows."""
    rows = [cells for band in spread.bands for cells in band.cells]
    return [
        told
        for row, cells in enumerate(rows)
        for column, told in enumerate(cells)
        if told is not None and step.shows(row, column)
    ]


def _head(plan: _Plan, number: int, content: Content, heading: str, second: str) -> Head:
    """Return what stands above a page."""
    depth = max(one.spec.depth for one in plan.told)
    subtitles = words.subtitle_of(
        plan.told,
        signal=content.signal,
        layers=[index + 1 for index in thin(depth, MOST_PANELS)],
        page=number + 1,
        pages=len(plan.spreads),
        second=second,
    )
    return Head(title=heading, subtitles=subtitles, done=words.done(plan.told))


def _kinds(shown: Sequence[Told], plan: _Plan, content: Content, *, hidden: bool) -> list[str]:
    return kinds_of(shown, plan.judged, plan.over, content, hidden=hidden)
