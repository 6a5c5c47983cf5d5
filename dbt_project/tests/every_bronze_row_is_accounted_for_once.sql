{#- Promise 1, nothing is lost: every row that staging reads stands in the accounts, and nothing else does. -#}
{%- set monthly_feeds = [
    'police__offences', 'police__street_crimes', 'police__stop_and_searches', 'health__emergency_attendances',
    'health__ambulance_incidents', 'health__admissions', 'fire__incidents', 'probation__supervised_people',
    'probation__sentenced_offences', 'youth_justice__offences', 'local_authorities__suspensions',
    'local_authorities__antisocial_behaviour', 'communities__events', 'communities__interventions',
    'communities__anonymous_reports'
] -%}
{%- set yearly_feeds = ['local_authorities__children_in_need'] -%}

with both_sides as (

    {% for feed in monthly_feeds + yearly_feeds -%}
        select
            '{{ feed }}' as feed,
            {% if feed in yearly_feeds %}cast(edition as string) || '-03' as month{% else %}month{% endif %},
            record_id,
            1 as in_bronze,
            0 as in_accounts
        from {{ ref('stg_' ~ feed) }}
        union all
    {% endfor -%}
    select
        feed,
        month,
        record_id,
        0 as in_bronze,
        1 as in_accounts
    from {{ ref('int_row_accounts') }}

),

count_both as (

    select
        feed,
        month,
        record_id,
        sum(in_bronze) as in_bronze,
        sum(in_accounts) as in_accounts
    from both_sides
    group by feed, month, record_id

)

select * from count_both
where in_bronze <> 1 or in_accounts <> 1
