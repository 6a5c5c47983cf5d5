"""The persons behind the numbers by which agencies know people: the truth for evaluating person linkage.

A person is S… among the suspects of the force, V… among its victims, or C… for a child who is neither. A young person
known to schools, youth justice and the force has one identifier here.
"""

import numpy as np
import pyarrow as pa

from vrp_pipeline.synthetic.agencies import police
from vrp_pipeline.synthetic.agencies.interventions import Sessions
from vrp_pipeline.synthetic.agencies.probation import Caseload
from vrp_pipeline.synthetic.formats import texts
from vrp_pipeline.synthetic.world import children
from vrp_pipeline.synthetic.world.children import Children
from vrp_pipeline.synthetic.world.people import People
from vrp_pipeline.synthetic.world.world import World

SUSPECT, VICTIM, CHILD = "S", "V", "C"


def by_police(victims: People, suspects: People) -> pa.Table:
    """Return the persons by the force's own references of people."""
    parts = []
    for letter, group in ((VICTIM, victims), (SUSPECT, suspects)):
        everyone = np.arange(len(group))
        parts.append(_known("police_person", police.references(group, everyone), named(letter, everyone)))
    return pa.concat_tables(parts)


def by_health(victims: People) -> pa.Table:
    """Return the persons by NHS number."""
    everyone = np.arange(len(victims))
    return _known("nhs_number", texts.whole(victims.nhs_number, 10), named(VICTIM, everyone))


def by_youth_justice(world: World) -> pa.Table:
    """Return the persons by the number of a child within one service."""
    columns = world.heard.columns
    return _known("yjs_child", columns["child_pseudonym"], named(SUSPECT, world.heard.child), columns["yjs_code"])


def by_probation(caseload: Caseload) -> pa.Table:
    """Return the persons by case reference number."""
    return _known("crn", caseload.people["person_pseudonym"], named(SUSPECT, caseload.person))


def by_authorities(pupils: Children) -> pa.Table:
    """Return the persons by unique pupil number, and by the number of a child within one authority."""
    everyone = np.arange(len(pupils))
    is_suspect, is_victim = pupils.suspect != children.NOBODY_ELSE, pupils.victim != children.NOBODY_ELSE
    who = texts.joined(
        texts.chosen((SUSPECT, VICTIM, CHILD), np.select([is_suspect, is_victim], [0, 1], 2)),
        texts.whole(np.select([is_suspect, is_victim], [pupils.suspect, pupils.victim], everyone), 7),
    )
    authority = texts.chosen(children.AUTHORITIES, pupils.authority)
    return pa.concat_tables(
        [_known("upn", pupils.pupil_number, who), _known("la_child", pupils.local_number, who, authority)]
    )


def by_programmes(sessions: Sessions, victims: int) -> pa.Table:
    """Return the persons by a programme's own number; the first `victims` participants are the force's victims."""
    is_suspect = sessions.person >= victims
    who = texts.joined(
        texts.chosen((VICTIM, SUSPECT), is_suspect.astype(int)),
        texts.whole(sessions.person - np.where(is_suspect, victims, 0), 7),
    )
    return _known("programme_participant", sessions.columns["participant_pseudonym"], who)


def named(letter: str, person: np.ndarray) -> pa.Array:
    """Return the identifiers of people (indices) of one group."""
    return texts.joined(texts.constant(letter, len(person)), texts.whole(person, 7))


def _known(kind: str, numbers: pa.Array, people: pa.Array, within: pa.Array | None = None) -> pa.Table:
    """Return each number once: its kind, the service or authority that scopes it (else null), and the person."""
    count = len(numbers)
    table = pa.table(
        {
            "kind": texts.constant(kind, count),
            "within": texts.blank(count) if within is None else within,
            "number": numbers,
            "person": people,
        }
    )
    return table.group_by(table.column_names, use_threads=False).aggregate([])
