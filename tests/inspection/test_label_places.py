"""Frame numbers beside a track stay readable."""

from __future__ import annotations

from itertools import combinations

from fourdp_qa.inspection.label_places import LABEL_HEIGHT, LABEL_WIDTH, place_labels


def test_labels_of_a_crowded_track_cover_neither_each_other_nor_a_dot():
    dots = [(400.0 + 9 * n, 500.0 + 2 * n) for n in range(8)]
    labels = place_labels(dots)
    for a, b in combinations(labels, 2):
        assert abs(a[0] - b[0]) >= LABEL_WIDTH or abs(a[1] - b[1]) >= LABEL_HEIGHT
    for x, y in labels:
        assert all(abs(x - u) >= LABEL_WIDTH / 2 or abs(y - v) >= LABEL_HEIGHT / 2 for u, v in dots)


def test_a_lone_dot_has_its_label_close_by():
    ((x, y),) = place_labels([(100.0, 100.0)])
    assert (x - 100) ** 2 + (y - 100) ** 2 < 50**2
