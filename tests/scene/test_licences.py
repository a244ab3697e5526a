"""Licences travel: a folder never promises what one of its rows does not grant."""

from __future__ import annotations

import pytest

from fourdp_qa.errors import FourdpQaError
from fourdp_qa.scene.licences import (
    declared_licence,
    folder_licence,
    licence_called,
    refuse_source,
    why_not_under,
)
from fourdp_qa.tables import load_table

BY, SA, NC, NC_SA = "CC-BY-4.0", "CC-BY-SA-4.0", "CC-BY-NC-4.0", "CC-BY-NC-SA-4.0"
FREE, ND, UNKNOWN = "CC0-1.0", "CC-BY-ND-4.0", "LicenseRef-unknown"

# Rows (down) in folders (across), from the chart of adapter's licences by Creative Commons; a folder under
# terms of its own takes what may go under any.
FITS = {
    FREE: {FREE, BY, SA, NC, NC_SA, UNKNOWN},
    BY: {BY, SA, NC, NC_SA, UNKNOWN},
    SA: {SA},
    NC: {NC, NC_SA},
    NC_SA: {NC_SA},
    ND: set(),
    UNKNOWN: {UNKNOWN},
}


@pytest.mark.parametrize("row", FITS)
def test_what_fits_where(row):
    assert {folder for folder in (FREE, BY, SA, NC, NC_SA, UNKNOWN) if not why_not_under(row, folder)} == (
        FITS[row])


@pytest.mark.parametrize(("row", "folder", "reason"), [
    (NC, BY, "CC-BY-NC-4.0 forbids commercial use, CC-BY-4.0 allows it"),
    (NC_SA, NC, "asks that changed versions stay under CC-BY-NC-SA-4.0"),
    (NC, UNKNOWN, "CC-BY-NC-4.0 forbids commercial use, LicenseRef-unknown may allow it"),
    (SA, NC_SA, "asks that changed versions stay under CC-BY-SA-4.0"),
    (BY, FREE, "asks for attribution, CC0-1.0 waives it"),
    (ND, ND, "forbids sharing changed versions"),
    (UNKNOWN, "LicenseRef-other", "what LicenseRef-unknown allows is unknown"),
    ("CC-BY-9.9", BY, "what CC-BY-9.9 allows is unknown"),
])
def test_the_reason_is_said(row, folder, reason):
    assert reason in why_not_under(row, folder)


@pytest.mark.parametrize(("earlier", "later"), [
    ("CC-BY-NC-SA-3.0", "CC-BY-NC-SA-4.0"), ("CC-BY-SA-2.5", "CC-BY-SA-4.0"),
])
def test_share_alike_goes_to_later_versions_and_never_back(earlier, later):
    assert not why_not_under(earlier, later)
    assert f"stay under {later}" in why_not_under(later, earlier)


@pytest.mark.parametrize(("rows", "whole"), [
    ([BY, BY], BY),
    ([BY, NC], NC),
    ([FREE, BY, NC_SA], NC_SA),
    (["CC-BY-NC-SA-3.0", NC_SA], NC_SA),
    ([BY, UNKNOWN], UNKNOWN),
    (["MIT", BY], BY),  # either would do; the choice does not depend on the order
    ([BY, "MIT"], BY),
])
def test_without_a_declaration_a_folder_is_under_the_strictest_of_its_rows(rows, whole):
    assert folder_licence(rows) == whole


@pytest.mark.parametrize("rows", [[SA, NC], [SA, NC_SA], ["LicenseRef-a", "LicenseRef-b"],
                                  [NC, UNKNOWN], [ND], [ND, BY]])
def test_rows_that_share_no_licence_share_no_folder(rows):
    with pytest.raises(FourdpQaError, match="expected licences that all rows can share") as caught:
        folder_licence(rows)
    assert "\n" not in str(caught.value)


def test_a_row_that_does_not_fit_is_counted_and_the_way_out_is_named():
    with pytest.raises(FourdpQaError) as caught:
        folder_licence([BY, NC, NC, BY, BY], declared=BY)
    assert str(caught.value) == (
        "license: found 2 rows of CC-BY-NC-4.0, expected what may lie in a folder under CC-BY-4.0: "
        "CC-BY-NC-4.0 forbids commercial use, CC-BY-4.0 allows it; declare --license CC-BY-NC-4.0 or "
        "leave these scenes out")


def test_a_declared_licence_may_grant_less_than_the_rows():
    assert folder_licence([BY, FREE], declared=NC_SA) == NC_SA


def test_a_source_that_cannot_fit_is_refused_before_anything_is_read():
    with pytest.raises(FourdpQaError, match=r"virtual_kitti: license: found CC-BY-NC-SA-3\.0"):
        refuse_source("virtual_kitti", "CC-BY-NC-SA-3.0", BY)
    with pytest.raises(FourdpQaError, match=r"forbids sharing changed versions.*leave these scenes out"):
        refuse_source("own", ND, "")
    refuse_source("virtual_kitti", "CC-BY-NC-SA-3.0", "")
    refuse_source("kubric", UNKNOWN, BY)  # its folders may say more


@pytest.mark.parametrize(("typed", "meant"), [
    ("", ""), ("cc-by-4.0", BY), ("CC-BY-NC-SA-4.0", NC_SA), ("odbl-1.0", "ODbL-1.0"),
    ("LicenseRef-robot-lab", "LicenseRef-robot-lab"),
])
def test_a_typed_licence_is_read_as_its_identifier(typed, meant):
    assert declared_licence(typed) == meant


@pytest.mark.parametrize(("typed", "said"), [
    ("cc-by-4", "did you mean CC-BY-4.0?"), ("CC BY 4.0", "did you mean CC-BY-4.0?"),
    ("LicenseRef-", "LicenseRef-<name>"), ("LicenseRef-two words", "LicenseRef-<name>"),
    ("unheard", "one of CC0-1.0"),
])
def test_what_is_no_identifier_is_refused(typed, said):
    with pytest.raises(FourdpQaError) as caught:
        declared_licence(typed)
    assert said in str(caught.value)


def test_every_licence_of_the_table_has_a_source_and_says_what_its_name_says():
    for entry in load_table("fourdp_qa.scene", "licences.toml")["licence"]:
        assert "." in entry["source"]
        for name in entry["ids"]:
            licence = licence_called(name)
            assert licence.known
            if name.startswith("CC-"):
                elements = name.split("-")
                assert (not licence.commercial, licence.share_alike, not licence.changed) == (
                    "NC" in elements, "SA" in elements, "ND" in elements)
