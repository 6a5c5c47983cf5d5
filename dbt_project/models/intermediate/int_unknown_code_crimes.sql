-- Active crimes that no definition could have counted, because no list knows their offence code.
with leading_rows as (

    select
        month,
        record_id,
        crime_reference
    from {{ ref('int_police_crime_rows') }}
    where row_status = 'leading'

),

unknown_crimes as (

    select
        crime_reference,
        date_recorded
    from {{ ref('int_police_crimes') }}
    where crime_status = 'active' and match_level = 'unknown'

),

row_places as (

    select * from {{ ref('int_row_places') }}
    where feed = 'police__offences'

),

place_crimes as (

    select
        {{ month_of('unknown_crimes.date_recorded') }} as month,
        coalesce(row_places.place_district_code, 'unlocated') as district_code
    from unknown_crimes
    inner join leading_rows on unknown_crimes.crime_reference = leading_rows.crime_reference
    left join row_places
        on leading_rows.month = row_places.month and leading_rows.record_id = row_places.record_id

),

count_crimes as (

    select
        month,
        district_code,
        cast(count(*) as integer) as unknown_code_rows
    from place_crimes
    group by month, district_code

)

select * from count_crimes
