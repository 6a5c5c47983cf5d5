"""How many patients may have come back unseen, worked by hand from the share of returns among numbers."""

from vrp_pipeline.linkage.events.unseen_returns import most_returns


def test_where_nobody_has_a_number_the_prior_speaks_alone_and_holds_the_share_the_nhs_publishes() -> None:
    # 8.7 % of attendances are followed by another within a week, for any reason.
    assert 87 < most_returns(1_000, 0, 0) < 140


def test_returns_are_seen_only_where_both_attendances_have_a_number() -> None:
    # 20,000 attendances, 10,000 with a number, 300 of them returns: 3 % of all have their first record beside them,
    # half of the first records have a number, so 6 % return: 1,200, and a little more at the upper end.
    assert 1_200 < most_returns(20_000, 10_000, 300) < 1_400


def test_the_fewer_numbers_there_are_the_more_returns_may_be_unseen() -> None:
    # Of 4,000 attendances 240 are returns; both have a number in 0.81, 0.25 and 0.09 of them.
    unseen = [most_returns(4_000, numbered, seen) - seen for numbered, seen in ((3_600, 194), (2_000, 60), (1_200, 22))]
    assert unseen == sorted(unseen)
    for found, missed in zip(unseen, (46, 180, 218), strict=True):
        assert found >= missed


def test_no_attendances_have_no_returns() -> None:
    assert most_returns(0, 0, 0) == 0
