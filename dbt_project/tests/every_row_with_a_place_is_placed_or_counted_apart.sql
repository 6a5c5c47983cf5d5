{#- Nothing is lost on the map: per feed and month the rows of rpt_place_accounts are those that staging reads. -#}
{%- set feeds_with_places = [
    'police__offences', 'police__street_crimes', 'police__stop_and_searches', 'health__emergency_attendances',
    'health__ambulance_incidents', 'fire__incidents', 'local_authorities__antisocial_behaviour',
    'communities__events', 'communities__anonymous_reports'
] -%}
{%- set feeds_with_homes = [
    'health__emergency_attendances', 'health__admissions', 'youth_justice__offences', 'probation__supervised_people'
] -%}

with both_sides as (

    {% for place_of, feeds in [('incident', feeds_with_places), ('residence', feeds_with_homes)] -%}
        {% for feed in feeds -%}
            select
                '{{ feed }}' as feed,
                '{{ place_of }}' as place_of,
                month,
                1 as staged_rows,
                0 as accounted_rows
            from {{ ref('stg_' ~ feed) }}
            union all
        {% endfor -%}
    {% endfor -%}
    select
        feed,
        place_of,
        month,
        0 as staged_rows,
        bronze_rows as accounted_rows
    from {{ ref('rpt_place_accounts') }}

),

sum_both as (

    select
        feed,
        place_of,
        month,
        sum(staged_rows) as staged_rows,
        sum(accounted_rows) as accounted_rows
    from both_sides
    group by feed, place_of, month

)

select * from sum_both
where staged_rows <> accounted_rows
