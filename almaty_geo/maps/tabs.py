"""Which sections of a page share a tab, and what each is called beneath it."""

import re
from dataclasses import dataclass

from almaty_geo.sections import Section
from almaty_geo.specs import MapSpec
from almaty_geo.words import LANGUAGES, Text, say


@dataclass(frozen=True, slots=True)
class Group:
    """Sections under one tab."""

    title: Text
    """What the tab says."""

    sections: tuple[Section, ...]
    """Its sections, in order; never none."""

    @property
    def id(self) -> str:
        """Id of the section that the tab leads to."""
        return self.sections[0].id

    def short(self, section: Section) -> Text:
        """Return what a section is called beneath the tab: its title without the tab's."""
        said = {lang: _without(section.title[lang], self.title[lang]) for lang in LANGUAGES}
        whole = say("Coverage") if section.classes is not None else say("Overview")
        return Text(**{lang: said[lang] or whole[lang] for lang in LANGUAGES})


def groups_of(sections: tuple[Section, ...], spec: MapSpec) -> tuple[Group, ...]:
    """
    Return the tabs of a page.

    A section goes under the tab that names it. One that no tab names goes where the section is
    whose id its own begins with (``water_supply`` with ``water``); else it has a tab to itself.

    Parameters
    ----------
    sections
        Sections of the page, in order.
    spec
        What the map's file says.

    Returns
    -------
    groups
        Tabs in the order of their first sections; each section under exactly one.
    """
    heads = {section.id: _head(section.id, sections, spec) for section in sections}
    by_id = {section.id: section for section in sections}
    made = []
    for head in dict.fromkeys(heads.values()):
        members = [section for section in sections if heads[section.id] == head]
        title = next((t.title for t in spec.tabs if t.sections[0] == head), None)
        ranks = next((t.sections for t in spec.tabs if t.sections[0] == head), ())
        members.sort(key=lambda s: ranks.index(s.id) if s.id in ranks else len(ranks))
        first = by_id.get(head, members[0])
        made.append(Group(title or first.title, tuple(members)))
    return tuple(made)


def _head(section: str, sections: tuple[Section, ...], spec: MapSpec) -> str:
    """Return the id that stands for a section's tab."""
    for tab in spec.tabs:
        if section in tab.sections:
            return tab.sections[0]
    themes = [s.id for s in sections if re.match(re.escape(s.id) + "[-_]", section)]
    if not themes:
        return section
    return _head(min(themes, key=len), sections, spec)


def _without(title: str, tab: str) -> str:
    """
    Return a title without the words that its tab says already; empty if that is all there is.

    Examples
    --------
    >>> _without("Schools: seats", "Schools"), _without("By year: Schools", "Schools")
    ('Seats', 'By year')
    """
    if title == tab:
        return ""
    start, _, end = title.partition(": ")
    if end and start == tab:
        return end[:1].upper() + end[1:]
    return start if end == tab else title
