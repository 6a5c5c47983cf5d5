-- Attendances that may or may not be assaults: without the flag of duplicates, or of an intent that no list knows.
with attendances as (

    select * from {{ ref('int_health_attendance_rows') }}
    where row_status not in ('superseded by a newer delivery', 'duplicate flag', 'repeated in the same delivery')

),

count_attendances as (

    select
        month,
        cast(sum(case when row_status = 'assault' then 1 else 0 end) as integer) as assaults,
        cast(
            sum(
                case when row_status in ('duplicate flag not given', 'injury intent code unknown') then 1 else 0 end
            ) as integer
        ) as unclassed_attendances
    from attendances
    group by month

)

select * from count_attendances
