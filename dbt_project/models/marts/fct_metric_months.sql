with metric_series as (

    select * from {{ ref('int_metric_series') }}

),

metric_feed_months as (

    select * from {{ ref('int_metric_feed_months') }}

),

periods as (

    select * from {{ ref('int_definition_periods') }}

),

crimes as (

    select * from {{ ref('bridge_incident_records') }}
    where is_serious_violence

),

events as (

    select * from {{ ref('fct_events') }}

),

event_types as (

    select * from {{ ref('event_types') }}

),

outcome_records as (

    select * from {{ ref('int_outcome_records') }}

),

districts as (

    select * from {{ ref('partnership_districts') }}

),

unknown_code_crimes as (

    select * from {{ ref('int_unknown_code_crimes') }}

),

list_counted as (

    select
        'M1' as metric_id,
        event_record_id as counted_id,
        crimes = 1 as is_counted,
        month,
        district_code as area_code,
        'tier' as breakdown,
        tier as category
    from crimes
    union all
    select
        'M1b' as metric_id,
        event_record_id as counted_id,
        crimes = 1 as is_counted,
        month,
        district_code as area_code,
        'tier' as breakdown,
        tier as category
    from crimes
    where is_serious_violence_excluding_possession
    union all
    select
        'M9' as metric_id,
        event_id as counted_id,
        true as is_counted,
        month,
        district_code as area_code,
        'event_type' as breakdown,
        event_type as category
    from events
    where is_counted
    union all
    select
        metric_id,
        counted_id,
        is_counted,
        month,
        -- Metrics of patients and children count by the home, every other one by the scene: never both.
        coalesce(residence_district_code, district_code) as area_code,
        'age' as breakdown,
        age_group as category
    from outcome_records
    where is_counted is not null

),

find_forces as (

    select distinct force_code from districts

),

name_areas as (

    select
        list_counted.*,
        coalesce(districts.csp_code, 'unlocated') as csp_code,
        find_forces.force_code
    from list_counted
    cross join find_forces
    left join districts on list_counted.area_code = districts.district_code

),

count_series as (

    select
        metric_id,
        'force' as geography_level,
        force_code as area_code,
        'all' as breakdown,
        'all' as category,
        month,
        count(distinct case when is_counted then counted_id end) as counted,
        count(distinct counted_id) as records
    from name_areas
    group by metric_id, force_code, month
    union all
    select
        metric_id,
        'csp' as geography_level,
        csp_code as area_code,
        'all' as breakdown,
        'all' as category,
        month,
        count(distinct case when is_counted then counted_id end) as counted,
        count(distinct counted_id) as records
    from name_areas
    group by metric_id, csp_code, month
    union all
    select
        metric_id,
        'district' as geography_level,
        area_code,
        'all' as breakdown,
        'all' as category,
        month,
        count(distinct case when is_counted then counted_id end) as counted,
        count(distinct counted_id) as records
    from name_areas
    group by metric_id, area_code, month
    union all
    select
        metric_id,
        'force' as geography_level,
        force_code as area_code,
        breakdown,
        category,
        month,
        count(distinct case when is_counted then counted_id end) as counted,
        count(distinct counted_id) as records
    from name_areas
    group by metric_id, force_code, breakdown, category, month

),

list_unknown_codes as (

    -- What no definition could count stands beside every metric of recorded crime, and the offences of children that
    -- may be serious beside theirs, by their homes: whatever the category.
    select
        'recorded crime' as could_belong_to,
        month,
        district_code as area_code,
        unknown_code_rows
    from unknown_code_crimes
    union all
    select
        metric_id as could_belong_to,
        month,
        residence_district_code as area_code,
        1 as unknown_code_rows
    from outcome_records
    where is_counted is null
    union all
    -- An event that was held and does not state how many of the unit were present.
    select
        'M9' as could_belong_to,
        events.month,
        events.district_code as area_code,
        1 as unknown_code_rows
    from events
    inner join event_types on events.event_type = event_types.event_type
    where event_types.is_counted and events.status = 'held' and events.vru_staff_present is null

),

place_unknown_codes as (

    select
        list_unknown_codes.*,
        coalesce(districts.csp_code, 'unlocated') as csp_code,
        find_forces.force_code
    from list_unknown_codes
    cross join find_forces
    left join districts on list_unknown_codes.area_code = districts.district_code

),

count_unknown_codes as (

    {% for level, code in (('force', 'force_code'), ('csp', 'csp_code'), ('district', 'area_code')) -%}
        select
            '{{ level }}' as geography_level,
            {{ code }} as area_code,
            could_belong_to,
            month,
            sum(unknown_code_rows) as unknown_code_rows
        from place_unknown_codes
        group by {{ code }}, could_belong_to, month
        {% if not loop.last -%}
            union all
        {% endif -%}
    {% endfor %}

),

fill_months as (

    select
        metric_series.metric_id,
        metric_series.metric_name,
        metric_series.unit,
        periods.definition_version,
        metric_series.geography_level,
        metric_series.area_code,
        metric_series.area_name,
        metric_series.breakdown,
        metric_series.category,
        metric_feed_months.month,
        metric_feed_months.financial_year,
        cast(metric_feed_months.feeds_needed as integer) as feeds_needed,
        cast(metric_feed_months.feeds_received as integer) as feeds_received,
        metric_feed_months.feeds_received = metric_feed_months.feeds_needed as is_received,
        metric_feed_months.missing,
        cast(coalesce(unknown_codes.unknown_code_rows, 0) as integer) as unknown_code_rows,
        cast(metric_feed_months.quarantined_rows as integer) as quarantined_rows,
        case
            when
                metric_series.is_of_recorded_crime
                and metric_feed_months.feeds_received = metric_feed_months.feeds_needed
                then cast(coalesce(count_series.records, 0) as integer)
        end as victims,
        -- A month received without an event is zero; a month not received is not known.
        case
            when metric_feed_months.feeds_received = metric_feed_months.feeds_needed
                then cast(coalesce(count_series.counted, 0) as integer)
        end as value
    from metric_series
    inner join metric_feed_months on metric_series.metric_id = metric_feed_months.metric_id
    inner join periods
        on
            metric_series.definition_id = periods.definition_id
            and cast(metric_feed_months.month || '-01' as date) >= periods.valid_from
            and cast(metric_feed_months.month || '-01' as date) < periods.valid_before
    left join count_series
        on
            {{ same_series('metric_series', 'count_series') }}
            and metric_feed_months.month = count_series.month
    left join count_unknown_codes as unknown_codes
        on
            metric_series.geography_level = unknown_codes.geography_level
            and metric_series.area_code = unknown_codes.area_code
            and metric_feed_months.month = unknown_codes.month
            and case when metric_series.is_of_recorded_crime then 'recorded crime' else metric_series.metric_id end
            = unknown_codes.could_belong_to

)

select * from fill_months
