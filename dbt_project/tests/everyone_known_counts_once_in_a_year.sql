-- The rows of a year in rpt_people_known add up to its people, and those that name an agency to the people it knows.
with find_people as (

    select distinct
        financial_year,
        agency,
        person_id
    from {{ ref('int_person_rows') }}
    where person_id is not null

),

count_expected as (

    select
        financial_year,
        'any agency' as agency,
        count(distinct person_id) as people
    from find_people
    group by financial_year
    union all
    select
        financial_year,
        agency,
        count(*) as people
    from find_people
    group by financial_year, agency

),

list_agencies as (

    select distinct agency from find_people

),

count_reported as (

    select
        financial_year,
        'any agency' as agency,
        sum(people) as people
    from {{ ref('rpt_people_known') }}
    group by financial_year
    union all
    select
        reported.financial_year,
        list_agencies.agency,
        sum(reported.people) as people
    from {{ ref('rpt_people_known') }} as reported
    inner join list_agencies
        on ', ' || reported.known_to || ', ' like '%, ' || list_agencies.agency || ', %'
    group by reported.financial_year, list_agencies.agency

)

select
    count_expected.financial_year,
    count_expected.agency,
    count_expected.people as expected_people,
    count_reported.people as reported_people
from count_expected
left join count_reported
    on
        count_expected.financial_year = count_reported.financial_year
        and count_expected.agency = count_reported.agency
where count_reported.people is null or count_expected.people <> count_reported.people
