{#- M11, and the reach and money of the events of each programme (M9). Below `smallest_base` no percentage is given. -#}

with interventions as (

    select * from {{ ref('int_interventions') }}

),

events as (

    select * from {{ ref('fct_events') }}
    where is_counted

),

metric_feed_months as (

    select * from {{ ref('int_metric_feed_months') }}
    where metric_id in ('M9', 'M11')

),

definition as (

    select * from {{ ref('int_current_definitions') }}
    where definition_id = 'PROGRAMMES'

),

-- Why a year of which every month was received is incomplete all the same: events that cannot be counted.

doubts as (

    select
        metric_id,
        financial_year,
        max(doubt) as doubt
    from {{ ref('fct_metric_years') }}
    where metric_id = 'M9' and geography_level = 'force' and breakdown = 'all'
    group by metric_id, financial_year

),

sum_months as (

    select
        metric_id,
        financial_year,
        sum(case when feeds_received < feeds_needed then 1 else 0 end) = 0 as is_received,
        {{ joined_text('missing', ', ', 'month') }} as missing
    from metric_feed_months
    group by metric_id, financial_year

),

judge_years as (

    select
        sum_months.metric_id,
        sum_months.financial_year,
        sum_months.is_received and doubts.doubt is null as is_complete,
        coalesce(sum_months.missing, doubts.doubt) as missing
    from sum_months
    left join doubts
        on sum_months.metric_id = doubts.metric_id and sum_months.financial_year = doubts.financial_year

),

list_groups as (

    {% for programme in ["'all'", "coalesce(programme_code, 'not stated')"] -%}
        {% set outer = loop -%}
        {% for age_group in ["'all'", 'age_group'] -%}
            select
                financial_year,
                {{ programme }} as programme_code,
                {{ age_group }} as age_group,
                person_id,
                age_group = 'under 25' as is_under_25,
                is_accepted,
                is_engaged,
                is_completed,
                has_reattended
            from interventions
            {% if not (outer.last and loop.last) -%}
                union all
            {% endif -%}
        {% endfor -%}
    {% endfor %}

),

count_interventions as (

    select
        financial_year,
        programme_code,
        age_group,
        count(*) as referrals,
        sum(case when is_accepted then 1 else 0 end) as accepted,
        sum(case when is_engaged then 1 else 0 end) as engaged,
        sum(case when is_completed then 1 else 0 end) as completed,
        count(distinct person_id) as people,
        count(distinct case when is_engaged then person_id end) as people_engaged,
        count(distinct case when is_under_25 and is_engaged then person_id end) as young_people_engaged,
        sum(case when is_engaged and has_reattended is not null then 1 else 0 end) as followed_up,
        sum(case when is_engaged and has_reattended then 1 else 0 end) as reattended
    from list_groups
    group by financial_year, programme_code, age_group

),

sum_events as (

    {% for programme in ["'all'", "coalesce(programme_code, 'not stated')"] -%}
        select
            financial_year,
            {{ programme }} as programme_code,
            'all' as age_group,
            count(*) as events,
            sum(attendance) as contacts,
            sum(case when attendance is null then 1 else 0 end) as events_without_attendance,
            sum(cost_gbp) as cost_gbp,
            sum(case when cost_gbp is null then 1 else 0 end) as events_without_cost
        from events
        group by financial_year, {{ programme }}
        {% if not loop.last -%}
            union all
        {% endif -%}
    {% endfor %}

),

list_rows as (

    select
        financial_year,
        programme_code,
        age_group
    from count_interventions
    union distinct
    select
        financial_year,
        programme_code,
        age_group
    from sum_events

),

join_counts as (

    select
        list_rows.financial_year,
        list_rows.programme_code,
        list_rows.age_group,
        programme_years.is_complete,
        event_years.is_complete as is_complete_for_events,
        programme_years.missing,
        event_years.missing as missing_events,
        coalesce(counts.referrals, 0) as referrals,
        coalesce(counts.accepted, 0) as accepted,
        coalesce(counts.engaged, 0) as engaged,
        coalesce(counts.completed, 0) as completed,
        coalesce(counts.people, 0) as people,
        coalesce(counts.people_engaged, 0) as people_engaged,
        counts.young_people_engaged,
        coalesce(counts.followed_up, 0) as followed_up,
        coalesce(counts.reattended, 0) as reattended,
        sums.events,
        sums.contacts,
        sums.events_without_attendance,
        sums.cost_gbp,
        sums.events_without_cost
    from list_rows
    inner join judge_years as programme_years
        on list_rows.financial_year = programme_years.financial_year and programme_years.metric_id = 'M11'
    inner join judge_years as event_years
        on list_rows.financial_year = event_years.financial_year and event_years.metric_id = 'M9'
    left join count_interventions as counts
        on
            list_rows.financial_year = counts.financial_year
            and list_rows.programme_code = counts.programme_code
            and list_rows.age_group = counts.age_group
    left join sum_events as sums
        on
            list_rows.financial_year = sums.financial_year
            and list_rows.programme_code = sums.programme_code
            and list_rows.age_group = sums.age_group

),

shape_programmes as (

    select
        join_counts.financial_year,
        join_counts.programme_code,
        join_counts.age_group,
        {% for name in ['referrals', 'accepted', 'engaged', 'completed', 'people', 'people_engaged', 'followed_up',
            'reattended'] -%}
            cast(case when join_counts.is_complete then join_counts.{{ name }} end as integer) as {{ name }},
        {% endfor -%}
        case
            when join_counts.is_complete and join_counts.followed_up >= {{ smallest_base() }}
                then round(1e2 * join_counts.reattended / join_counts.followed_up, 1)
        end as reattended_percent,
        {% for name in ['events', 'events_without_attendance'] -%}
            cast(
                case
                    when join_counts.age_group = 'all' and join_counts.is_complete_for_events
                        then coalesce(join_counts.{{ name }}, 0)
                end as integer
            ) as {{ name }},
        {% endfor -%}
        -- Events of which none states its attendance or cost had neither none nor nothing.
        cast(
            case
                when join_counts.age_group = 'all' and join_counts.is_complete_for_events
                    then case when coalesce(join_counts.events, 0) = 0 then 0 else join_counts.contacts end
            end as integer
        ) as contacts,
        case
            when join_counts.age_group = 'all' and join_counts.is_complete_for_events
                then case when coalesce(join_counts.events, 0) = 0 then 0e0 else round(join_counts.cost_gbp, 2) end
        end as cost_gbp,
        cast(
            case
                when join_counts.age_group = 'all' and join_counts.is_complete_for_events
                    then coalesce(join_counts.events_without_cost, 0)
            end as integer
        ) as events_without_cost,
        case
            when
                join_counts.age_group = 'all' and join_counts.is_complete and join_counts.is_complete_for_events
                and coalesce(join_counts.events_without_cost, 0) = 0
                then round(join_counts.cost_gbp / nullif(join_counts.young_people_engaged, 0), 2)
        end as cost_per_young_person_gbp,
        join_counts.is_complete,
        join_counts.is_complete_for_events,
        case
            when not join_counts.is_complete then 'Incomplete, so no figure is given: ' || join_counts.missing || '.'
            else
                'Of those who engaged, ' || cast(join_counts.followed_up as string)
                || ' could be followed for 183 days and ' || cast(join_counts.reattended as string)
                || ' came to an emergency department after an assault in them.'
                || ' This is no effect of the programme: who takes part differs from who does not.'
        end
        || case
            when not join_counts.is_complete_for_events and join_counts.age_group = 'all'
                then ' No figure of events and money is given: ' || join_counts.missing_events || '.'
            else ''
        end as statement,
        definition.definition_version
    from join_counts
    cross join definition

)

select * from shape_programmes
