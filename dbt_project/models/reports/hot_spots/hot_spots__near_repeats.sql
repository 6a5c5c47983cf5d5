{#- Near is in the same hexagon or one that touches it, soon is within so many days. -#}
{%- set days = 14 -%}

with incidents as (

    select
        incident_id,
        hexagon,
        occurred_date,
        {{ hexagon_across('hexagon') }} as across,
        {{ hexagon_up('hexagon') }} as up
    from {{ ref('hot_spots__incidents') }}
    where place_status = 'located' and occurred_date is not null

),

count_days as (

    select
        occurred_date,
        count(*) as incidents
    from incidents
    group by occurred_date

),

-- How often two incidents of the area lie that near in time, wherever they are.

count_pairs_of_days as (

    select
        sum(
            case
                when one.occurred_date = other.occurred_date then one.incidents * (one.incidents - 1) / 2e0
                else one.incidents * other.incidents * 1e0
            end
        ) as pairs_soon
    from count_days as one
    inner join count_days as other
        on
            one.occurred_date <= other.occurred_date
            and {{ days_between('one.occurred_date', 'other.occurred_date') }} <= {{ days }}

),

count_all as (

    select count(*) as incidents from incidents

),

find_share_soon as (

    select
        count_pairs_of_days.pairs_soon / nullif(count_all.incidents * (count_all.incidents - 1e0) / 2e0, 0e0)
            as share_soon
    from count_pairs_of_days
    cross join count_all

),

list_neighbours as (

    {{ hexagons_near('incidents', ['incident_id', 'hexagon', 'occurred_date'], 1) }}

),

-- Each pair once from the hexagon of its first incident and, where the other lies in another, once from there.

find_pairs as (

    select
        one.hexagon,
        one.hexagon = other.hexagon as is_within,
        abs({{ days_between('one.occurred_date', 'other.occurred_date') }}) <= {{ days }} as is_soon
    from list_neighbours as one
    inner join incidents as other on one.near_across = other.across and one.near_up = other.up
    where one.hexagon <> other.hexagon or one.incident_id < other.incident_id

),

count_pairs as (

    select
        hexagon,
        count(*) as pairs,
        sum(case when is_soon then 1 else 0 end) as pairs_soon,
        sum(case when is_within then 1 else 0 end) as pairs_within,
        sum(case when is_within and is_soon then 1 else 0 end) as pairs_within_soon
    from find_pairs
    group by hexagon

),

expect_pairs as (

    select
        count_pairs.*,
        count_pairs.pairs * find_share_soon.share_soon as expected_pairs_soon,
        count(*) over () as tests
    from count_pairs
    cross join find_share_soon

),

find_p_values as (

    select
        *,
        {{ poisson_upper_tail('pairs_soon', 'expected_pairs_soon') }} as p_value
    from expect_pairs

),

order_p_values as (

    select
        *,
        row_number() over (order by p_value, hexagon) as ascending
    from find_p_values

),

adjust_p_values as (

    select
        hexagon,
        pairs,
        pairs_soon,
        pairs_within,
        pairs_within_soon,
        expected_pairs_soon,
        p_value,
        {{ false_discovery_p_value('p_value', 'ascending') }} as adjusted_p_value
    from order_p_values

)

select * from adjust_p_values
