with read_reports as (

    select * from {{ ref('int_reports') }}
    where is_serious_violence or agency = 'health'

),

read_definition as (

    select * from {{ ref('int_current_definitions') }}
    where definition_id = 'SV_HIOW'

),

shape_incidents as (

    select
        read_reports.report_id as incident_id,
        read_reports.report_id,
        read_reports.agency,
        cast(read_reports.occurred_at as date) as occurred_date,
        read_reports.occurred_precision,
        read_reports.recorded_date,
        {{ month_of('read_reports.recorded_date') }} as month,
        {{ financial_year_of_month(month_of('read_reports.recorded_date')) }} as financial_year,
        -- A small area outside the partnership is no row of dim_area: what lies there is unlocated, as its district is.
        case when read_reports.district_code is null then 'unlocated' else read_reports.lsoa_code end as lsoa_code,
        coalesce(case when read_reports.district_code is not null then read_reports.lsoa_vintage end, 2021)
            as lsoa_vintage,
        coalesce(read_reports.district_code, 'unlocated') as district_code,
        read_reports.place_precision,
        read_reports.offence_code,
        read_reports.prc_code,
        read_reports.kind,
        read_reports.tier,
        read_reports.is_serious_violence,
        read_reports.is_serious_violence_excluding_possession,
        read_reports.is_knife_enabled,
        read_reports.knife_method,
        read_reports.is_firearm_enabled,
        read_reports.is_domestic,
        read_reports.is_public_place,
        cast(read_reports.victims as integer) as victims,
        cast(read_reports.victims_under_25 as integer) as victims_under_25,
        cast(read_reports.victims_of_unknown_age as integer) as victims_of_unknown_age,
        -- Whether police know of an incident only the hospital reported is unknown until reports are linked.
        case when read_reports.agency = 'police' then true end as is_known_to_police,
        case when read_reports.agency = 'police' then 1 else 0 end as police_reports,
        case when read_reports.agency = 'health' then 1 else 0 end as health_reports,
        read_definition.definition_version,
        read_reports.delivery_id
    from read_reports
    cross join read_definition

)

select * from shape_incidents
order by incident_id
