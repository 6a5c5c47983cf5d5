with read_anonymous_reports as (

    select * from {{ source('communities', 'anonymous_reports') }}

),

type_columns as (

    select
        record_id,
        report_id,
        received_at,
        channel,
        topic,
        lsoa_code,
        district_code,
        age_band_mentioned,
        weapons_mentioned,
        is_graded,
        source_grade,
        intelligence_grade,
        handling_code,
        delivery_id,
        source_row,
        {{ has_flag('weapons_mentioned', 'KNIFE') }} as mentions_knife,
        {{ has_flag('weapons_mentioned', 'FIREARM') }} as mentions_firearm,
        handling_code = 'P' as is_shareable,
        cast(month as string) as month
    from read_anonymous_reports

)

select * from type_columns
